"""What a new employee is made of, where the company has single sign-on create people."""

from __future__ import annotations

import re

from envoy_console.directory.fields import Document
from envoy_console.sso.policy import Assertion
from envoy_console.web.forms import LOOKS_LIKE_EMAIL

CLAIMS = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims"
DISPLAY_NAME = "http://schemas.microsoft.com/identity/claims/displayname"


def profile(assertion: Assertion) -> Document:
    """Return the document of an employee of whom only the assertion is known."""
    given, family = (
        assertion.attributes.get(f"{CLAIMS}/{name}", "")
        for name in ("givenname", "surname")
    )
    whole = assertion.attributes.get(DISPLAY_NAME) or f"{given} {family}".strip()
    mail = assertion.attributes.get(f"{CLAIMS}/emailaddress") or assertion.name_id
    document: Document = {"userName": assertion.name_id}
    if whole:
        document["displayName"] = whole[:200]
    names = {"givenName": given[:100], "familyName": family[:100]}
    if any(names.values()):
        document["name"] = {name: value for name, value in names.items() if value}
    if re.match(LOOKS_LIKE_EMAIL, mail) and len(mail) <= 254:
        document["emails"] = [{"type": "work", "value": mail, "primary": True}]
    return document
