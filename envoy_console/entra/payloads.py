"""The JSON that Entra sends, to the order of its keys (spec §1.4 to §1.7).

Entra speaks two dialects. The legacy one is the default; the compliant one needs
`aadOptscim062020` on the Tenant URL (entra-docs:
application-provisioning-config-problem-scim-compatibility).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from envoy_console.entra import target_paths
from envoy_console.entra.objects import Value, WholeList, is_empty
from envoy_console.entra.payload_values import ROLE, as_json, as_legacy, is_same
from envoy_console.entra.target_paths import ENTERPRISE

PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
USER = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
AD_GROUP = "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"
ACTIVE = "active"

WITH_PRIMARY = ("emails", "addresses", "phoneNumbers")
FIRST = [
    *("schemas", "externalId", "userName", "active", "displayName", *WITH_PRIMARY),
    *("title", "preferredLanguage", "locale"),
]
LAST = ["meta", "name", "roles", ENTERPRISE]
NAME = ["formatted", "familyName", "givenName"]
ELEMENT = [
    *("primary", "type", "formatted", "streetAddress", "locality", "region"),
    *("postalCode", "country", "display", "displayName", "value"),
]


class Dialect(Enum):
    """How updates are spelt."""

    LEGACY = "legacy"
    COMPLIANT = "compliant"


@dataclass(frozen=True, slots=True)
class Change:
    """What an attribute of the target is to become, and what it was."""

    path: str
    old: Value
    new: Value


def create_user(values: Mapping[str, Value]) -> dict[str, Any]:
    """Return the body that creates a user."""
    document = _document(values)
    document.update(schemas=[USER, ENTERPRISE], meta={"resourceType": "User"})
    if target_paths.read(document, ACTIVE) is None:
        document[ACTIVE] = True
    for name in WITH_PRIMARY:
        document[name] = [_with_primary(each) for each in document.get(name, [])]
    document["roles"] = [_with_type(each) for each in document.get("roles", [])]
    document["name"] = _ordered(document.get("name", {}), NAME)
    document[ENTERPRISE] = dict(sorted(document.get(ENTERPRISE, {}).items()))
    mapped = {name: value for name, value in document.items() if not is_empty(value)}
    # sent even where no role is mapped
    return _ordered({"roles": [], **mapped}, FIRST, LAST)


def create_group(
    values: Mapping[str, Value], dialect: Dialect = Dialect.LEGACY
) -> dict[str, Any]:
    """Return the body that creates a group; its members follow one by one.

    A schema of Microsoft's own comes with it, which strict servers refuse: the
    compliant dialect leaves it out.
    """
    document = _document(values)
    own = [AD_GROUP] if dialect is Dialect.LEGACY else []
    document.update(schemas=[GROUP, *own], meta={"resourceType": "Group"})
    return _ordered(document, FIRST, LAST)


def differences(
    values: Mapping[str, Value], resource: Mapping[str, Any]
) -> list[Change]:
    """Return what of the values the target does not have yet; no value is no change."""
    changes = [
        Change(path, target_paths.read(resource, path), new)
        for path, new in values.items()
        if not is_empty(new)
    ]
    return [
        change for change in changes if not is_same(change.path, change.old, change.new)
    ]


def patch(changes: Iterable[Change], dialect: Dialect) -> dict[str, Any]:
    """Return the body that makes these changes."""
    if dialect is Dialect.LEGACY:
        return _message([_legacy(change) for change in changes])
    return _message(_compliant(list(changes)))


def set_manager(
    path: str, target_id: str, old: str | None, dialect: Dialect
) -> dict[str, Any]:
    """Return the body that names a user's manager, who was `old` before."""
    value = target_id if dialect is Dialect.LEGACY else {"value": target_id}
    op = _op(Change(path, old, target_id), dialect)
    return _message([{"op": op, "path": path, "value": value}])


def clear_manager(path: str, dialect: Dialect) -> dict[str, Any]:
    """Return the body that takes a user's manager away."""
    op = "Remove" if dialect is Dialect.LEGACY else "remove"
    return _message([{"op": op, "path": path}])


def add_members(ids: Iterable[str], dialect: Dialect) -> dict[str, Any]:
    """Return the body that adds members to a group.

    Entra's documentation has `add`; a capture of 2026 has `replace` with the same
    meaning, which would empty a group at any server that goes by the RFC.
    """
    op = "Add" if dialect is Dialect.LEGACY else "add"
    return _message(
        [{"op": op, "path": "members", "value": [_member(i, dialect) for i in ids]}]
    )


def remove_members(ids: Iterable[str], dialect: Dialect) -> dict[str, Any]:
    """Return the body that removes these members, and no others, from a group."""
    if dialect is Dialect.LEGACY:
        value = [_member(i, dialect) for i in ids]
        return _message([{"op": "Remove", "path": "members", "value": value}])
    return _message(
        [
            {
                "op": "remove",
                "path": f"members[value eq {json.dumps(i, ensure_ascii=False)}]",
            }
            for i in ids
        ]
    )


# --- creating


def _document(values: Mapping[str, Value]) -> dict[str, Any]:
    document: dict[str, Any] = {}
    for path, value in values.items():
        if not is_empty(value):
            target_paths.write(document, path, as_json(path, value))
    return document


def _with_primary(element: Mapping[str, Any]) -> dict[str, Any]:
    return _ordered({"primary": element.get("type") == "work", **element}, ELEMENT)


def _with_type(element: Mapping[str, Any]) -> dict[str, Any]:
    return _ordered({"type": ROLE, **element}, ELEMENT)


def _ordered(
    holder: Mapping[str, Any], first: list[str], last: Iterable[str] = ()
) -> dict[str, Any]:
    ends = list(last)
    between = [name for name in holder if name not in first and name not in ends]
    return {name: holder[name] for name in [*first, *between, *ends] if name in holder}


# --- updating


def _message(operations: list[dict[str, Any]]) -> dict[str, Any]:
    return {"schemas": [PATCH_OP], "Operations": operations}


def _member(target_id: str, dialect: Dialect) -> dict[str, Any]:
    if dialect is Dialect.LEGACY:
        return {"$ref": None, "value": target_id}
    return {"value": target_id}


def _op(change: Change, dialect: Dialect) -> str:
    """Return the verb: Add where the target has no value, Replace where it has one;
    several values are only ever added, unless all of them are told.
    """
    if isinstance(change.new, list):
        replaces = isinstance(change.new, WholeList)
    else:
        replaces = not is_empty(change.old)
    op = "Replace" if replaces else "Add"
    return op if dialect is Dialect.LEGACY else op.lower()


def _legacy(change: Change) -> dict[str, Any]:
    op = _op(change, Dialect.LEGACY)
    return {"op": op, "path": change.path, "value": as_legacy(change.path, change.new)}


def _compliant(changes: list[Change]) -> list[dict[str, Any]]:
    alone = [change for change in changes if not _is_collapsible(change)]
    operations = [_single(change) for change in alone]
    for op in ("add", "replace"):
        same = [
            change
            for change in changes
            if _is_collapsible(change) and _op(change, Dialect.COMPLIANT) == op
        ]
        operations += _collapsed(op, same)
    return operations


def _is_collapsible(change: Change) -> bool:
    """Return whether a change may share an operation without a path with others."""
    path = target_paths.parse(change.path)
    is_text = not isinstance(change.new, list | dict)
    return is_text and not path.clauses and not path.is_boolean


def _collapsed(op: str, changes: list[Change]) -> list[dict[str, Any]]:
    # the documented samples: one added attribute keeps its path, replaced ones do not
    if op == "add" and len(changes) == 1:
        return [_single(changes[0])]
    if not changes:
        return []
    value = {change.path: as_json(change.path, change.new) for change in changes}
    return [{"op": op, "value": value}]


def _single(change: Change) -> dict[str, Any]:
    op = _op(change, Dialect.COMPLIANT)
    return {
        "op": op,
        "path": change.path,
        "value": as_json(change.path, change.new),
    }
