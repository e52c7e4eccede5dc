"""The target attributes that a mapping names, found in a resource and put into one.

    name.givenName
    emails[type eq "work"].value
    urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department

Written anew rather than shared with the server: this side knows Envoy by HTTP only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from envoy_console.entra.objects import Value, as_boolean, as_text

CORE = "urn:ietf:params:scim:schemas:core:2.0:"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
ENTERPRISE_NAMES = frozenset(
    [
        "employeeNumber",
        "costCenter",
        "organization",
        "division",
        "department",
        "manager",
    ]
)
BOOLEANS = frozenset(["active", "primary"])

_NAME = r"[A-Za-z$][A-Za-z0-9_$-]*"
_CLAUSE = rf'({_NAME}) eq (?:"([^"\\]*)"|(true|false))'
_CLAUSES = re.compile(_CLAUSE, re.IGNORECASE)
_FILTER = re.compile(f"{_CLAUSE}(?: and {_CLAUSE})*", re.IGNORECASE)
_PATH = re.compile(
    rf'(?:(?P<urn>urn:[^\[\]"\s]+):)?(?P<name>{_NAME})'
    rf"(?:\[(?P<filter>[^\[\]]*)\])?(?:\.(?P<sub>{_NAME}))?"
)


class TargetPathError(Exception):
    """A target attribute is not spelt as SCIM spells it; the text says how it is."""


@dataclass(frozen=True, slots=True)
class TargetPath:
    """An attribute, one of its parts, or a part of the one value that the clauses pick."""

    # the URN of an extension; "" for the core schema
    extension: str
    name: str
    clauses: tuple[tuple[str, str], ...]
    sub: str

    @property
    def leaf(self) -> str:
        return self.sub or self.name

    @property
    def is_boolean(self) -> bool:
        return self.leaf.lower() in BOOLEANS

    @property
    def is_roles(self) -> bool:
        """Return whether this is the one attribute that always holds several values."""
        is_whole = not (self.extension or self.clauses or self.sub)
        return is_whole and self.name.lower() == "roles"

    @property
    def key(self) -> str:
        """Return what two spellings of one target share."""
        clauses = " and ".join(f"{sub} {value}" for sub, value in self.clauses)
        return f"{self.extension}:{self.name}[{clauses}].{self.sub}".lower()


@lru_cache(maxsize=1024)
def parse(text: str) -> TargetPath:
    """Return the path that a text spells, or say how paths are spelt."""
    found = _PATH.fullmatch(text)
    if found is None:
        raise TargetPathError(
            f"“{text}” is not a target attribute. Write it like displayName, "
            'name.givenName, emails[type eq "work"].value or '
            f"{ENTERPRISE}:department."
        )
    urn, name, picked, sub = found.group("urn", "name", "filter", "sub")
    if picked is not None and not (sub and _FILTER.fullmatch(picked)):
        raise TargetPathError(
            f"“{text}” does not say which value is meant. Write the part in brackets "
            'like [type eq "work"], and after it the part of the value, like .value.'
        )
    clauses = tuple(
        (part, value or bare) for part, value, bare in _CLAUSES.findall(picked or "")
    )
    is_core = urn is not None and urn.lower().startswith(CORE.lower())
    return TargetPath("" if is_core else urn or "", name, clauses, sub or "")


def typed(text: str, value: Value) -> Value:
    """Return a value as the target's type has it: booleans for `active` and `primary`,
    a list for `roles`, text for everything else that is not a list or an object.
    """
    if isinstance(value, list | dict):
        return value
    path = parse(text)
    if path.is_roles:
        return [as_text(value)]
    return _single(path.leaf, value)


def _single(name: str, value: Value) -> str | bool:
    boolean = as_boolean(value) if name.lower() in BOOLEANS else None
    return as_text(value) if boolean is None else boolean


def read(resource: Mapping[str, Any], text: str) -> Value:
    """Return what a resource holds at a path; None where it holds nothing."""
    path = parse(text)
    holder = _get(resource, path.extension) if path.extension else resource
    value: Value = _get(holder, path.name)
    if value is None and not path.extension and path.name in ENTERPRISE_NAMES:
        # the tutorial maps a bare `department`; servers answer it in its extension
        value = _get(_get(resource, ENTERPRISE), path.name)
    if path.clauses:
        value = _picked(value, path)
    found: Value = _get(value, path.sub) if path.sub else value
    return found


def write(document: dict[str, Any], text: str, value: Value) -> None:
    """Put a value into a document at a path, with all that it needs around it."""
    path = parse(text)
    holder = _inner(document, path.extension) if path.extension else document
    if path.clauses:
        holder = _element(holder, path)
    elif path.sub:
        holder = _inner(holder, path.name)
    name = path.leaf
    holder[_spelling(holder, name) or name] = value


def _spelling(holder: Mapping[str, Any], name: str) -> str | None:
    """Return how a holder spells a name, which may differ in case (RFC 7643 §2.1)."""
    if name in holder:
        return name
    return next((key for key in holder if key.lower() == name.lower()), None)


def _get(holder: Any, name: str) -> Any:
    if not isinstance(holder, Mapping):
        return None
    spelling = _spelling(holder, name)
    return None if spelling is None else holder[spelling]


def _inner(holder: dict[str, Any], name: str) -> dict[str, Any]:
    inner: dict[str, Any] = holder.setdefault(_spelling(holder, name) or name, {})
    return inner


def _picked(values: Any, path: TargetPath) -> Any:
    if not isinstance(values, list):
        return None
    return next((value for value in values if _fits(value, path)), None)


def _fits(value: Any, path: TargetPath) -> bool:
    return all(
        as_text(_get(value, sub)).lower() == wanted.lower()
        for sub, wanted in path.clauses
    )


def _element(holder: dict[str, Any], path: TargetPath) -> dict[str, Any]:
    values = holder.setdefault(_spelling(holder, path.name) or path.name, [])
    element: dict[str, Any] | None = _picked(values, path)
    if element is None:
        element = {sub: _single(sub, wanted) for sub, wanted in path.clauses}
        values.append(element)
    return element
