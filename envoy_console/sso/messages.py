"""What we send and publish: the request that starts a sign-in, and who we are."""

from __future__ import annotations

import base64
import zlib
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from envoy_console.signed_xml import etree
from envoy_console.sso.names import (
    ASSERTION,
    EMAIL_ADDRESS,
    METADATA,
    POST,
    PROTOCOL,
    UNSPECIFIED,
    md,
    saml,
    samlp,
)


@dataclass(frozen=True, slots=True)
class Addresses:
    """What the identity provider has to be told of one company."""

    entity_id: str
    acs_url: str
    sign_on_url: str

    @classmethod
    def of(cls, external_url: str, company_id: str) -> Addresses:
        saml_url = f"{external_url}/a/saml"
        return cls(
            f"{saml_url}/metadata/{company_id}",
            f"{saml_url}/acs/{company_id}",
            f"{saml_url}/auth/{company_id}",
        )


def request_url(
    idp_url: str, addresses: Addresses, request_id: str, *, at: datetime
) -> str:
    """Return where to send the browser to ask for a sign-in (HTTP-Redirect binding)."""
    request = etree.Element(
        samlp("AuthnRequest"),
        {
            "ID": request_id,
            "Version": "2.0",
            "IssueInstant": f"{at:%Y-%m-%dT%H:%M:%SZ}",
            "Destination": idp_url,
            "ProtocolBinding": POST,
            "AssertionConsumerServiceURL": addresses.acs_url,
        },
        nsmap={"samlp": PROTOCOL, "saml": ASSERTION},
    )
    etree.SubElement(request, saml("Issuer")).text = addresses.entity_id
    etree.SubElement(request, samlp("NameIDPolicy"), Format=UNSPECIFIED)
    deflated = zlib.compress(etree.tostring(request), wbits=-15)
    query = urlencode({"SAMLRequest": base64.b64encode(deflated).decode()})
    return f"{idp_url}{'&' if '?' in idp_url else '?'}{query}"


def metadata(addresses: Addresses) -> bytes:
    """Return the document that tells an identity provider who we are."""
    root = etree.Element(
        md("EntityDescriptor"), entityID=addresses.entity_id, nsmap={"md": METADATA}
    )
    role = etree.SubElement(
        root,
        md("SPSSODescriptor"),
        AuthnRequestsSigned="false",
        WantAssertionsSigned="true",
        protocolSupportEnumeration=PROTOCOL,
    )
    etree.SubElement(role, md("NameIDFormat")).text = EMAIL_ADDRESS
    etree.SubElement(
        role,
        md("AssertionConsumerService"),
        Binding=POST,
        Location=addresses.acs_url,
        index="0",
        isDefault="true",
    )
    return bytes(
        etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True)
    )
