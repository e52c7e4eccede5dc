"""“Users and groups” of an app: who is assigned to it, with which role.

A group stands for its direct members only. Every change marks the users and groups
whose provisioning it could alter, so that the next cycle looks at them.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from envoy_console.entra import app_roles, applications, audit, offers, tenants
from envoy_console.entra.errors import EntraError
from envoy_console.models import (
    EntraApp,
    EntraAssignment,
    EntraGroup,
    EntraMembership,
    EntraUser,
    paging,
)
from envoy_console.models.base import now, table

apps = table(EntraApp)
assignments = table(EntraAssignment)
users = table(EntraUser)
groups = table(EntraGroup)
memberships = table(EntraMembership)


def page(
    tx: Connection, app: Any, *, query: str = "", page: int = 1
) -> paging.Page[Any]:
    """Return a page of who is assigned to the app, by display name."""
    name = sa.func.coalesce(users.c.display_name, groups.c.display_name)
    statement = (
        sa.select(
            assignments.c.id,
            assignments.c.role,
            assignments.c.user_id,
            assignments.c.group_id,
            name.label("display_name"),
            users.c.user_principal_name.label("label"),
            users.c.account_enabled,
            users.c.deleted_at,
        )
        .join(users, users.c.id == assignments.c.user_id, isouter=True)
        .join(groups, groups.c.id == assignments.c.group_id, isouter=True)
        .where(assignments.c.app_id == app.id)
        .order_by(name, assignments.c.id)
    )
    for word in query.casefold().split():
        key = sa.func.coalesce(users.c.search_key, groups.c.search_key)
        statement = statement.where(key.contains(word, autoescape=True))
    return paging.fetch(tx, statement, page)


def count(tx: Connection, app_id: str) -> int:
    """Return how many users and groups are assigned."""
    mine = assignments.c.app_id == app_id
    query = sa.select(sa.func.count()).select_from(assignments).where(mine)
    return int(tx.execute(query).scalar_one())


def of_user(tx: Connection, user: Any) -> list[Any]:
    """Return the assignments of a user, also those through a group that they are in.

    A row has the app's id and name, the role, and the name of the group if any.
    """
    through = sa.select(memberships.c.group_id).where(memberships.c.user_id == user.id)
    theirs = (assignments.c.user_id == user.id) | assignments.c.group_id.in_(through)
    return _with_apps(tx, theirs)


def of_group(tx: Connection, group: Any) -> list[Any]:
    """Return the assignments of a group, in the same shape."""
    return _with_apps(tx, assignments.c.group_id == group.id)


def candidates(
    tx: Connection, app: Any, *, query: str = "", chosen: Collection[str] = ()
) -> tuple[list[Any], list[Any]]:
    """Return users and groups that are not assigned: the `chosen`, then what `query`
    finds first.
    """
    those_users = sa.select(
        users.c.id, users.c.display_name, users.c.user_principal_name.label("label")
    ).where(
        users.c.company_id == app.company_id,
        users.c.deleted_at.is_(None),
        users.c.id.not_in(_assigned(app, assignments.c.user_id)),
    )
    those_groups = sa.select(groups.c.id, groups.c.display_name).where(
        groups.c.company_id == app.company_id,
        groups.c.id.not_in(_assigned(app, assignments.c.group_id)),
    )
    return (
        offers.first(tx, users, those_users, query=query, chosen=chosen),
        offers.first(tx, groups, those_groups, query=query, chosen=chosen),
    )


def assign(
    tx: Connection,
    app: Any,
    *,
    user_ids: Collection[str],
    group_ids: Collection[str],
    role: str,
    actor: str,
) -> int:
    """Assign users and groups with a role, and return how many were not yet."""
    _require_role(tx, app, role)
    change = tenants.next_change(tx, app.company_id)
    chosen_users = _free(tx, app, users, assignments.c.user_id, user_ids)
    chosen_groups = _free(tx, app, groups, assignments.c.group_id, group_ids)
    if not chosen_users and not chosen_groups:
        raise EntraError("Select at least one user or group that is not assigned yet.")
    common = {
        "company_id": app.company_id,
        "app_id": app.id,
        "role": role,
        "created_at": now(),
    }
    rows = [
        *({**common, "user_id": row.id, "group_id": None} for row in chosen_users),
        *({**common, "user_id": None, "group_id": row.id} for row in chosen_groups),
    ]
    tx.execute(assignments.insert(), rows)
    for row in (*chosen_users, *chosen_groups):
        _write_down(tx, app, actor, "Add app role assignment", row.display_name, role)
    _mark(tx, change, chosen_users, chosen_groups)
    return len(rows)


def give_role(
    tx: Connection, app: Any, ids: Collection[int], *, role: str, actor: str
) -> int:
    """Give assignments another role, and return how many there are."""
    _require_role(tx, app, role)
    mine, chosen = _touched(tx, app, ids)
    if not chosen:
        raise EntraError("Select the users and groups whose role is to change.")
    tx.execute(assignments.update().where(mine).values(role=role))
    for row in chosen:
        _write_down(
            tx, app, actor, "Update app role assignment", row.display_name, role
        )
    return len(chosen)


def remove(tx: Connection, app: Any, ids: Collection[int], *, actor: str) -> int:
    """Take assignments back, and return how many there were."""
    mine, chosen = _touched(tx, app, ids)
    if not chosen:
        raise EntraError("Select the users and groups to remove.")
    tx.execute(assignments.delete().where(mine))
    for row in chosen:
        _write_down(
            tx, app, actor, "Remove app role assignment", row.display_name, row.role
        )
    return len(chosen)


def _require_role(tx: Connection, app: Any, role: str) -> None:
    """Make sure that the app has a role, and that it stays until we are done."""
    known = app_roles.of(applications.locked(tx, app))
    if role not in known:
        raise EntraError(f"There is no role “{role}”. Choose {' or '.join(known)}.")


def _with_apps(tx: Connection, those: sa.ColumnElement[bool]) -> list[Any]:
    query = (
        sa.select(
            apps.c.id,
            apps.c.name,
            assignments.c.role,
            groups.c.display_name.label("through"),
        )
        .join(apps, apps.c.id == assignments.c.app_id)
        .join(groups, groups.c.id == assignments.c.group_id, isouter=True)
        .where(those)
        .order_by(apps.c.name_key, assignments.c.id)
    )
    return list(tx.execute(query).all())


def _assigned(app: Any, column: sa.Column[Any]) -> sa.Select[Any]:
    mine = (assignments.c.app_id == app.id) & column.is_not(None)
    return sa.select(column).where(mine)


def _free(
    tx: Connection,
    app: Any,
    those: sa.Table,
    column: sa.Column[Any],
    ids: Collection[str],
) -> list[Any]:
    """Return those of the tenant's `ids` that are not assigned yet."""
    query = sa.select(those.c.id, those.c.display_name).where(
        those.c.company_id == app.company_id,
        those.c.id.in_(ids),
        those.c.id.not_in(_assigned(app, column)),
    )
    return list(tx.execute(query).all())


def _touched(
    tx: Connection, app: Any, ids: Collection[int]
) -> tuple[sa.ColumnElement[bool], list[Any]]:
    """Return what tells assignments of the app by their ids, and whom they are of; the
    next cycle looks at these.
    """
    change = tenants.next_change(tx, app.company_id)
    mine = (assignments.c.app_id == app.id) & assignments.c.id.in_(ids)
    chosen_users = _named(tx, users, assignments.c.user_id, mine)
    chosen_groups = _named(tx, groups, assignments.c.group_id, mine)
    _mark(tx, change, chosen_users, chosen_groups)
    return mine, [*chosen_users, *chosen_groups]


def _named(
    tx: Connection,
    those: sa.Table,
    column: sa.Column[Any],
    mine: sa.ColumnElement[bool],
) -> list[Any]:
    query = (
        sa.select(those.c.id, those.c.display_name, assignments.c.role)
        .join(assignments, column == those.c.id)
        .where(mine)
    )
    return list(tx.execute(query).all())


def _mark(
    tx: Connection,
    change: int,
    chosen_users: Collection[Any],
    chosen_groups: Collection[Any],
) -> None:
    """Let the next cycle look at all whom an assignment of these concerns."""
    user_ids = [row.id for row in chosen_users]
    group_ids = [row.id for row in chosen_groups]
    members = sa.select(memberships.c.user_id).where(
        memberships.c.group_id.in_(group_ids), memberships.c.user_id.is_not(None)
    )
    touched = users.c.id.in_(user_ids) | users.c.id.in_(members)
    tx.execute(users.update().where(touched).values(change=change))
    tx.execute(groups.update().where(groups.c.id.in_(group_ids)).values(change=change))


def _write_down(
    tx: Connection, app: Any, actor: str, activity: str, name: str, role: str
) -> None:
    """Tell of an assignment in Entra's words for it."""
    audit.about_app(
        tx,
        app,
        actor=actor,
        category=audit.APPS,
        activity=activity,
        detail=f"{name}: {role}",
    )
