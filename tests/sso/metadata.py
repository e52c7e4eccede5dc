"""The metadata of an identity provider."""

from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from envoy_console.sso.names import METADATA, PROTOCOL, REDIRECT, SIGNATURE, ds, md
from tests.sso.forge import encoded


def metadata(issuer, url, *keys, binding=REDIRECT, role="IDPSSODescriptor"):
    """Return a document that names the signing certificates of `keys`."""
    root = etree.Element(
        md("EntityDescriptor"),
        entityID=issuer,
        nsmap={"md": METADATA, "ds": SIGNATURE},
    )
    described = etree.SubElement(root, md(role), protocolSupportEnumeration=PROTOCOL)
    for each in keys:
        key = etree.SubElement(described, md("KeyDescriptor"), use="signing")
        data = etree.SubElement(etree.SubElement(key, ds("KeyInfo")), ds("X509Data"))
        certificate = etree.SubElement(data, ds("X509Certificate"))
        certificate.text = encoded(each.der)
    etree.SubElement(
        described, md("SingleSignOnService"), Binding=binding, Location=url
    )
    return etree.tostring(root)


def pem(keys):
    """Return the certificate as a file has it."""
    return keys.certificate.public_bytes(Encoding.PEM).decode()
