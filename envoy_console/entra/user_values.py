"""What a user may be given: attributes by Entra's names, and the row that keeps them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from envoy_console.entra import attributes
from envoy_console.entra.attributes import SourceAttribute, Type
from envoy_console.entra.errors import EntraError

LONGEST = 1_024
UPN = re.compile(r"[^\s@]{1,113}@[^\s@]{1,255}")
USER_TYPES = ("Member", "Guest")
# attributes that are columns of their own
COLUMNS = ("userPrincipalName", "displayName", "accountEnabled", "manager")
# letters that no decomposition makes plain
PLAIN = str.maketrans("øł ", "ol.", "'")


class UserError(EntraError):
    """A user that cannot be so; `attribute` is what is wrong."""

    def __init__(self, message: str, attribute: str = "") -> None:
        super().__init__(message)
        self.attribute = attribute


def checked(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values as they are kept; raises UserError."""
    found = {name: _value(name, value) for name, value in values.items()}
    if not UPN.fullmatch(found.get("userPrincipalName", "")):
        raise UserError(
            "Enter a user principal name such as ada@contoso.example.",
            "userPrincipalName",
        )
    if not found.get("displayName"):
        raise UserError("Enter a display name.", "displayName")
    return found


def of_newcomer(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the checked values of somebody new: the nickname comes from the UPN."""
    found = checked(values)
    if not found.get("mailNickname"):
        found["mailNickname"] = found["userPrincipalName"].partition("@")[0]
    return found


def columns(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the row of a user with these checked values, but for the manager."""
    upn = values["userPrincipalName"]
    named = (values["displayName"], upn, values.get("mail", ""))
    return {
        "user_principal_name": upn,
        "upn_key": upn.casefold(),
        "display_name": values["displayName"],
        "search_key": "\n".join(named).casefold(),
        "account_enabled": values.get("accountEnabled", True) is not False,
        "attributes": {
            name: value
            for name, value in values.items()
            if name not in COLUMNS and value not in (None, "")
        },
    }


def of_row(user: Any) -> dict[str, Any]:
    """Return the attributes of a user by Entra's names; `manager` is an objectId."""
    return {
        **user.attributes,
        "userPrincipalName": user.user_principal_name,
        "displayName": user.display_name,
        "accountEnabled": user.account_enabled,
        "manager": user.manager_id or "",
    }


def nickname(person: str) -> str:
    """Return a name as a mailbox spells it: `søren.ostergard` without its accents."""
    plain = person.lower().translate(PLAIN)
    parts = unicodedata.normalize("NFKD", plain)
    return "".join(each for each in parts if each.isascii())


def _value(name: str, value: Any) -> Any:
    described = attributes.USER.get(name)
    if described is None or not described.is_editable:
        raise UserError(f"{name} cannot be set.", name)
    if described.type is Type.BOOLEAN:
        return _boolean(name, value)
    text = "" if value is None else str(value).strip()
    if text:
        _check_text(described, text)
    return text


def _check_text(described: SourceAttribute, text: str) -> None:
    name, label = described.name, described.label
    if len(text) > LONGEST:
        raise UserError(f"{label} may have {LONGEST:,} characters.", name)
    if "\0" in text:
        raise UserError(f"{label} holds a character that cannot be kept.", name)
    if name == "userType" and text not in USER_TYPES:
        raise UserError(f"{label} is Member or Guest.", name)
    if described.type is Type.DATE_TIME and not _is_date(text):
        raise UserError(f"Enter {label.lower()} such as 2026-01-31.", name)


def _is_date(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _boolean(name: str, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    spelt = str(value).strip().lower()
    if spelt not in ("true", "false"):
        raise UserError(f"{name} is True or False, not “{spelt[:40]}”.", name)
    return spelt == "true"
