"""The response as it arrived, and whether its shape leaves any doubt.

Signature wrapping lives on documents that hold more than one thing which could be the
assertion. So before anything is verified, a response must be of the plainest shape
there is: one Response, one Assertion in it, one Signature in one of the two, and no id
twice. What it *says* is read only from the bytes that the signature covers (`policy`).
"""

from __future__ import annotations

import base64
import binascii
from collections import Counter
from typing import Any

from envoy_console.signed_xml import etree
from envoy_console.sso.names import ds, saml, samlp
from envoy_console.sso.refusals import RefusedError

# base64 and all; Entra's own responses have some ten thousand characters
LARGEST = 256 * 1024

TOP = frozenset({saml("Issuer"), ds("Signature"), samlp("Status"), saml("Assertion")})
SIGNATURE_PARTS = frozenset(
    {ds("SignedInfo"), ds("SignatureValue"), ds("KeyInfo")}
)  # without Object, which can hide a whole second document
IDS = ("ID", "Id", "id", "{http://www.w3.org/XML/1998/namespace}id")


def decoded(response: str) -> bytes:
    """Return the XML in the form field `SAMLResponse`."""
    if len(response) > LARGEST:
        raise RefusedError("The response is too large.")
    try:
        xml = base64.b64decode("".join(response.split()), validate=True)
    except (ValueError, binascii.Error) as error:
        raise RefusedError("The response is not base64.") from error
    if not xml:
        raise RefusedError("No response was sent.")
    return xml


def opened(xml: bytes) -> Any:
    """Return the root of a response of the plainest shape."""
    root = _parsed(xml)
    if root.tag != samlp("Response"):
        raise RefusedError("This is not a SAML 2.0 response.")
    _one_of_each(root)
    _only_known_parts(root)
    _no_id_twice(root)
    return root


def signature(root: Any) -> Any:
    """Return the one signature of a response that `opened` let through."""
    return next(root.iter(ds("Signature")))


def _parsed(xml: bytes) -> Any:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root = etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise RefusedError("The response is not well-formed XML.") from error
    if root.getroottree().docinfo.doctype or root.getroottree().docinfo.internalDTD:
        raise RefusedError("The response has a document type, which SAML forbids.")
    # a comment within a name makes two readers see two names
    if not all(isinstance(node.tag, str) for node in root.iter()):
        raise RefusedError("The response holds a comment or a processing instruction.")
    return root


def _one_of_each(root: Any) -> None:
    found = Counter(node.tag for node in root.iter())
    if found[samlp("Response")] != 1:
        raise RefusedError("The response holds another response.")
    if found[saml("EncryptedAssertion")] or found[saml("EncryptedID")]:
        raise RefusedError(
            "The assertion is encrypted. Switch token encryption off at the identity "
            "provider."
        )
    if found[saml("Assertion")] != 1:
        raise RefusedError("The response does not hold exactly one assertion.")
    if found[ds("Signature")] != 1:
        raise RefusedError(
            "The response does not hold exactly one signature. Have the identity "
            "provider sign the assertion or the response, not both."
        )


def _only_known_parts(root: Any) -> None:
    if not {child.tag for child in root} <= TOP:
        raise RefusedError("The response holds something that does not belong there.")
    if root.find(saml("Assertion")) is None:
        raise RefusedError("The assertion is not where it belongs.")
    signed = signature(root)
    if signed.getparent().tag not in (samlp("Response"), saml("Assertion")):
        raise RefusedError("The signature is not where it belongs.")
    if Counter(child.tag for child in signed) != Counter(SIGNATURE_PARTS):
        raise RefusedError("The signature holds something that does not belong there.")


def _no_id_twice(root: Any) -> None:
    ids = Counter(
        node.get(name) for node in root.iter() for name in IDS if node.get(name)
    )
    if any(times > 1 for times in ids.values()):
        raise RefusedError("The response uses one id twice.")
