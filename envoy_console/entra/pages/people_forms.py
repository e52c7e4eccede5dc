"""The form of a user: a field for every attribute that an administrator may set."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wtforms import SelectField, StringField
from wtforms.validators import Length

from envoy_console.entra import attributes, user_values
from envoy_console.entra.attributes import SourceAttribute, Type
from envoy_console.web.forms import Form, choices

SIGN_IN = {"True": "Allowed to sign in", "False": "Sign-in blocked"}
ALWAYS = ("displayName", "userPrincipalName", "givenName", "surname", "mail")

SECTIONS: Mapping[str, tuple[str, ...]] = {
    "Identity": (*ALWAYS, "mailNickname", "userType", "accountEnabled"),
    "Job information": (
        *("jobTitle", "companyName", "department", "employeeId", "employeeType"),
        *("employeeHireDate", "manager", "physicalDeliveryOfficeName"),
    ),
    "Contact information": (
        *("streetAddress", "city", "state", "postalCode", "country"),
        *("telephoneNumber", "mobile", "facsimileTelephoneNumber"),
    ),
    "Settings": ("preferredLanguage", "usageLocation"),
    "Extension attributes": tuple(
        f"extensionAttribute{number}" for number in range(1, 16)
    ),
}


def _field(described: SourceAttribute) -> Any:
    if described.type is Type.BOOLEAN:
        return SelectField(described.label, choices=choices(SIGN_IN))
    label = described.label
    if described.type is Type.REFERENCE:
        label = f"{label} (user principal name)"
    if described.name == "userType":
        return SelectField(
            label, choices=choices({each: each for each in user_values.USER_TYPES})
        )
    return StringField(label, [Length(max=user_values.LONGEST)])


EDITABLE = [each for each in attributes.USER.values() if each.is_editable]

UserForm = type("UserForm", (Form,), {each.name: _field(each) for each in EDITABLE})


def sections(form: Any) -> list[tuple[str, list[Any]]]:
    """Return the form's fields under their headings."""
    return [
        (heading, [form[name] for name in names if name in form])
        for heading, names in SECTIONS.items()
    ]


def hints(domain: str) -> dict[str, str]:
    """Return what to say below fields, by Entra's names."""
    return {
        "userPrincipalName": f"Without an @ it ends in @{domain}.",
        "mailNickname": "Of somebody new, it comes from the user principal name.",
        "employeeHireDate": "Such as 2026-01-31.",
    }


def values(form: Any, domain: str) -> dict[str, str]:
    """Return what was filled in, by Entra's names; the UPN is completed."""
    given = {each.name: form[each.name].data or "" for each in EDITABLE}
    upn = given["userPrincipalName"].strip()
    if upn and "@" not in upn:
        given["userPrincipalName"] = f"{upn}@{domain}"
    return given
