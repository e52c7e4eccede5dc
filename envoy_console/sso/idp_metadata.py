"""The metadata of an identity provider, pasted or uploaded; no address is ever fetched."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from envoy_console.directory.errors import RuleError
from envoy_console.directory.single_sign_on import CERTIFICATES_AT_MOST
from envoy_console.signed_xml import x509
from envoy_console.sso import certificates
from envoy_console.sso.names import REDIRECT, ds, md

LARGEST = 256 * 1024


class MetadataError(RuleError):
    """This is not the metadata of an identity provider that we can use."""


@dataclass(frozen=True, slots=True)
class IdentityProvider:
    """What metadata says, as the settings want it."""

    issuer: str
    url: str
    fingerprints: str


def read(xml: bytes) -> IdentityProvider:
    """Return what a metadata document says, or raise MetadataError."""
    entity = _entity(_parsed(xml))
    role = entity.find(md("IDPSSODescriptor"))
    if role is None:
        raise MetadataError("This is not the metadata of an identity provider.")
    return IdentityProvider(
        issuer=entity.get("entityID", ""),
        url=_sign_in_url(role),
        fingerprints=" ".join(_fingerprints(role)),
    )


def _parsed(xml: bytes) -> Element:
    if len(xml) > LARGEST:
        raise MetadataError("The metadata is larger than 256 KiB.")
    try:
        root: Element = fromstring(xml, forbid_dtd=True)
    # what names an encoding that nobody knows is a LookupError
    except (ParseError, DefusedXmlException, LookupError, ValueError) as error:
        raise MetadataError(
            "This is not an XML document. Paste the whole Federation Metadata XML."
        ) from error
    return root


def _entity(root: Element) -> Element:
    found = list(root.iter(md("EntityDescriptor")))
    if len(found) != 1:
        raise MetadataError("The metadata does not describe exactly one party.")
    return found[0]


def _sign_in_url(role: Element) -> str:
    for service in role.findall(md("SingleSignOnService")):
        if service.get("Binding") == REDIRECT:
            return service.get("Location", "")
    raise MetadataError(
        "The identity provider does not offer the HTTP-Redirect binding."
    )


def _fingerprints(role: Element) -> list[str]:
    """Return the fingerprints of the certificates that sign, in their order."""
    found: dict[str, None] = {}
    for key in role.findall(md("KeyDescriptor")):
        if key.get("use", "signing") == "signing":
            for node in key.iter(ds("X509Certificate")):
                found[certificates.fingerprint(_certificate(node))] = None
    if not 1 <= len(found) <= CERTIFICATES_AT_MOST:
        raise MetadataError(
            f"The metadata has {len(found)} signing certificates; it must have 1 to "
            f"{CERTIFICATES_AT_MOST}."
        )
    return list(found)


def _certificate(node: Any) -> x509.Certificate:
    try:
        return certificates.read(node)[1]
    except ValueError as error:
        raise MetadataError("A certificate in the metadata cannot be read.") from error
