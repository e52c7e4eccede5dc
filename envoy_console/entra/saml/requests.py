"""The AuthnRequest of an app, as a browser brings it (HTTP-Redirect binding)."""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from envoy_console.entra.errors import EntraError

PROTOCOL = "{urn:oasis:names:tc:SAML:2.0:protocol}"
ASSERTION = "{urn:oasis:names:tc:SAML:2.0:assertion}"
LARGEST = 64 * 1024


class RequestError(EntraError):
    """A request that is not answered."""


@dataclass(frozen=True, slots=True)
class SignInRequest:
    """What an app asks for: `id` is empty where nobody asked (IdP-initiated)."""

    id: str = ""
    relay_state: str = ""


def read(encoded: str, relay_state: str, settings: Any) -> SignInRequest:
    """Return the request of the app with these settings, or raise RequestError."""
    request = _parsed(_inflated(encoded))
    if request.tag != f"{PROTOCOL}AuthnRequest":
        raise RequestError("This is not a request to sign somebody in.")
    issuer = (request.findtext(f"{ASSERTION}Issuer") or "").strip()
    if issuer != settings.identifier:
        raise RequestError(
            f"The request comes from “{issuer[:200]}”, but this application's Identifier "
            f"is “{settings.identifier}”. (Entra: AADSTS700016)"
        )
    reply = request.get("AssertionConsumerServiceURL", settings.reply_url)
    if reply != settings.reply_url:
        raise RequestError(
            f"The request wants its answer at “{reply[:200]}”, which is not the "
            "application's Reply URL. (Entra: AADSTS50011)"
        )
    return SignInRequest(_checked_id(request.get("ID", "")), relay_state)


def _inflated(encoded: str) -> bytes:
    try:
        deflated = base64.b64decode(encoded, validate=True)
        inflater = zlib.decompressobj(wbits=-15)
        xml = inflater.decompress(deflated, LARGEST)
    except (ValueError, binascii.Error, zlib.error) as error:
        raise RequestError("The request cannot be read.") from error
    if inflater.unconsumed_tail or not inflater.eof:
        raise RequestError("The request is too large, or cut short.")
    return xml


def _parsed(xml: bytes) -> Element:
    try:
        root: Element = fromstring(xml, forbid_dtd=True)
    # what names an encoding that nobody knows is a LookupError
    except (ParseError, DefusedXmlException, LookupError, ValueError) as error:
        raise RequestError("The request is not an XML document.") from error
    return root


def _checked_id(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9._-]{0,199}", text):
        raise RequestError("The request has no ID that could be answered.")
    return text
