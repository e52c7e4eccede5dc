"""Source objects as a job reads them: attributes by name, and how they are assigned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from envoy_console.entra.objects import SourceObject, Value
from envoy_console.models import (
    EntraAssignment,
    EntraGroup,
    EntraMembership,
    EntraUser,
)
from envoy_console.models.base import table
from envoy_console.models.prepared import Prepared

users = table(EntraUser)
groups = table(EntraGroup)
memberships = table(EntraMembership)
assignments = table(EntraAssignment)


@dataclass(frozen=True, slots=True)
class Read:
    """A source object with what decides whether it is provisioned."""

    object: SourceObject
    is_assigned: bool
    # neither blocked from signing in nor in the recycle bin
    is_active: bool
    display_name: str


def read(tx: Connection, app: Any, kind: str, source_id: str) -> Read | None:
    """Return a user or a group of the app's tenant; None when it is gone for good."""
    return _user(tx, app, source_id) if kind == "User" else _group(tx, app, source_id)


def _user(tx: Connection, app: Any, source_id: str) -> Read | None:
    key = {"of_id": source_id, "of_company": app.company_id}
    row = _USER.first(tx, key)
    if row is None:
        return None
    roles = _roles(tx, app.id, source_id)
    attributes: dict[str, Value] = {
        **row.attributes,
        "objectId": row.id,
        "userPrincipalName": _without_mark(row.user_principal_name),
        "originalUserPrincipalName": row.user_principal_name,
        "displayName": row.display_name,
        "accountEnabled": row.account_enabled,
        "manager": row.manager_id,
        "appRoleAssignments": list(roles),
    }
    return Read(
        object=SourceObject("User", row.id, row.user_principal_name, attributes),
        is_assigned=bool(roles),
        is_active=row.account_enabled and row.deleted_at is None,
        display_name=row.display_name,
    )


def _without_mark(upn: str) -> str:
    """Return a guest's name as the service flows it: without #EXT# and our domain.

    `vale_fabrikam.example#EXT#@contoso.example` is known as `vale@fabrikam.example`
    (spec §3.1).
    """
    abroad, mark, _ = upn.partition("#EXT#@")
    if not mark:
        return upn
    alias, _, domain = abroad.rpartition("_")
    return f"{alias}@{domain}"


def _group(tx: Connection, app: Any, source_id: str) -> Read | None:
    key = {"of_id": source_id, "of_company": app.company_id}
    row = _GROUP.first(tx, key)
    if row is None:
        return None
    attributes: dict[str, Value] = {
        **row.attributes,
        "objectId": row.id,
        "displayName": row.display_name,
    }
    direct = sa.select(assignments.c.id).where(
        assignments.c.app_id == app.id, assignments.c.group_id == source_id
    )
    return Read(
        object=SourceObject("Group", row.id, row.display_name, attributes),
        is_assigned=tx.execute(direct).first() is not None,
        is_active=True,
        display_name=row.display_name,
    )


def _roles(tx: Connection, app_id: str, user_id: str) -> list[str]:
    """Return the roles of a user: assigned directly, or as a direct member of a group."""
    found = _ROLES.all(tx, {"of_app": app_id, "of_user": user_id})
    return list(dict.fromkeys(row.role for row in found))


# Run for every object of a cycle.
_USER, _GROUP = (
    Prepared(
        sa.select(table).where(
            table.c.id == sa.bindparam("of_id"),
            table.c.company_id == sa.bindparam("of_company"),
        )
    )
    for table in (users, groups)
)
_THROUGH = sa.select(memberships.c.group_id).where(
    memberships.c.user_id == sa.bindparam("of_user")
)
_ROLES = Prepared(
    sa.select(assignments.c.role)
    .where(
        assignments.c.app_id == sa.bindparam("of_app"),
        sa.or_(
            assignments.c.user_id == sa.bindparam("of_user"),
            assignments.c.group_id.in_(_THROUGH),
        ),
    )
    .order_by(assignments.c.user_id.is_(None), assignments.c.id)
)
