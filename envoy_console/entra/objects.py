"""What flows through the provisioning service: one object of the tenant, and its values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# what an attribute or an expression may hold
Value = str | bool | int | list[Any] | dict[str, Any] | None


class WholeList(list[Any]):
    """All values that an attribute shall have: those that the target has beside go."""


@dataclass(frozen=True, slots=True)
class SourceObject:
    """A user or a group as the engine reads it.

    `attributes` goes by Entra's names; a name that is absent, or "", has no value.
    """

    kind: str
    id: str
    # the userPrincipalName of a user, the displayName of a group
    label: str
    attributes: Mapping[str, Value]


def is_empty(value: Value) -> bool:
    """Return whether this is no value: what Entra calls null or empty."""
    return value in (None, "", [], {})


def as_boolean(value: Value) -> bool | None:
    """Return the boolean that a value is or spells; None when it does neither."""
    if isinstance(value, bool):
        return value
    return {"true": True, "false": False}.get(str(value).lower())


def as_text(value: Value) -> str:
    """Return a value as Entra writes it: True and False capitalised, null as nothing."""
    return "" if value is None else str(value)
