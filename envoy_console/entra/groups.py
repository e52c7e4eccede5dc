"""Groups of the tenant, and who is directly in them: users, and other groups."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from envoy_console.entra import audit, offers, tenants
from envoy_console.entra.errors import EntraError, UnknownError
from envoy_console.models import EntraGroup, EntraMembership, EntraUser, paging
from envoy_console.models.base import new_id, now, table

users = table(EntraUser)
groups = table(EntraGroup)
memberships = table(EntraMembership)

LONGEST_NAME = 256


class GroupError(EntraError):
    """A group that cannot be so."""


def page(
    tx: Connection, company_id: str, *, query: str = "", page: int = 1
) -> paging.Page[Any]:
    """Return a page of the groups whose name holds the words of `query`."""
    number = (
        sa.select(sa.func.count())
        .where(memberships.c.group_id == groups.c.id)
        .scalar_subquery()
    )
    statement = sa.select(groups, number.label("members")).where(
        groups.c.company_id == company_id
    )
    for word in query.casefold().split():
        statement = statement.where(groups.c.search_key.contains(word, autoescape=True))
    return paging.fetch(
        tx, statement.order_by(groups.c.display_name, groups.c.id), page
    )


def required(tx: Connection, company_id: str, group_id: str) -> Any:
    """Return a group; raises UnknownError."""
    mine = (groups.c.company_id == company_id, groups.c.id == group_id)
    found = tx.execute(sa.select(groups).where(*mine)).first()
    if found is None:
        raise UnknownError("There is no such group in this tenant.")
    return found


def count(tx: Connection, company_id: str) -> int:
    """Return how many groups there are."""
    mine = groups.c.company_id == company_id
    return int(
        tx.execute(
            sa.select(sa.func.count()).select_from(groups).where(mine)
        ).scalar_one()
    )


def create(
    tx: Connection, company_id: str, name: str, description: str = "", *, actor: str
) -> str:
    """Add a group without members and return its objectId."""
    group_id = new_id()
    tx.execute(
        groups.insert().values(
            id=group_id,
            company_id=company_id,
            created_at=now(),
            change=tenants.next_change(tx, company_id),
            **_columns(name, description),
        )
    )
    _write_down(tx, company_id, actor, "Add group", name)
    return group_id


def edit(
    tx: Connection, group: Any, name: str, description: str = "", *, actor: str
) -> None:
    """Rename a group, or describe it otherwise."""
    _update(tx, group, _columns(name, description))
    _write_down(tx, group.company_id, actor, "Update group", name)


def delete(tx: Connection, group: Any, *, actor: str) -> None:
    """Delete a group for good; its members lose what they had through it."""
    change = tenants.next_change(tx, group.company_id)
    _touch_members(tx, group, change)
    inside = sa.select(memberships.c.group_id).where(
        memberships.c.child_group_id == group.id
    )
    tx.execute(groups.update().where(groups.c.id.in_(inside)).values(change=change))
    tx.execute(groups.delete().where(groups.c.id == group.id))
    _write_down(tx, group.company_id, actor, "Delete group", group.display_name)


def members(
    tx: Connection, group: Any, *, query: str = "", page: int = 1
) -> paging.Page[Any]:
    """Return a page of who is directly in a group: users and groups."""
    child = groups.alias("child")
    name = sa.func.coalesce(users.c.display_name, child.c.display_name)
    statement = (
        sa.select(
            memberships.c.id,
            memberships.c.user_id,
            memberships.c.child_group_id,
            name.label("display_name"),
            users.c.user_principal_name,
            users.c.account_enabled,
            users.c.deleted_at,
        )
        .join(users, users.c.id == memberships.c.user_id, isouter=True)
        .join(child, child.c.id == memberships.c.child_group_id, isouter=True)
        .where(memberships.c.group_id == group.id)
        .order_by(name, memberships.c.id)
    )
    for word in query.casefold().split():
        key = sa.func.coalesce(users.c.search_key, child.c.search_key)
        statement = statement.where(key.contains(word, autoescape=True))
    return paging.fetch(tx, statement, page)


def candidates(
    tx: Connection, group: Any, *, query: str = "", chosen: Collection[str] = ()
) -> tuple[list[Any], list[Any]]:
    """Return users and groups that could join: the `chosen`, then what `query` finds."""
    those_users = sa.select(
        users.c.id, users.c.display_name, users.c.user_principal_name.label("label")
    ).where(
        users.c.company_id == group.company_id,
        users.c.deleted_at.is_(None),
        users.c.id.not_in(_inside(group, memberships.c.user_id)),
    )
    those_groups = sa.select(groups.c.id, groups.c.display_name).where(
        groups.c.company_id == group.company_id,
        groups.c.id != group.id,
        groups.c.id.not_in(_inside(group, memberships.c.child_group_id)),
    )
    return (
        offers.first(tx, users, those_users, query=query, chosen=chosen),
        offers.first(tx, groups, those_groups, query=query, chosen=chosen),
    )


def parents(tx: Connection, group: Any) -> list[Any]:
    """Return the groups that a group is directly in."""
    query = (
        sa.select(groups)
        .join(memberships, memberships.c.group_id == groups.c.id)
        .where(memberships.c.child_group_id == group.id)
    )
    return list(tx.execute(query.order_by(groups.c.display_name)).all())


def add(
    tx: Connection,
    group: Any,
    *,
    user_ids: Collection[str] = (),
    group_ids: Collection[str] = (),
    actor: str,
) -> int:
    """Put users and groups into a group; return how many were not in it yet."""
    rows = [
        *(
            {"user_id": i, "child_group_id": None}
            for i in _free(tx, group, users, user_ids)
        ),
        *(
            {"user_id": None, "child_group_id": i}
            for i in _free(tx, group, groups, group_ids)
            if i != group.id
        ),
    ]
    if not rows:
        raise GroupError("Select at least one user or group that is not a member yet.")
    common = {"company_id": group.company_id, "group_id": group.id}
    tx.execute(memberships.insert(), [{**common, **row} for row in rows])
    _touch(tx, group, [row["user_id"] for row in rows if row["user_id"]])
    _write_down(
        tx,
        group.company_id,
        actor,
        "Add member to group",
        group.display_name,
        f"{len(rows)} added",
    )
    return len(rows)


def add_newcomers(
    tx: Connection, company_id: str, group_id: str, user_ids: Collection[str]
) -> None:
    """Put users who were made in this transaction into a group that was made in it."""
    common = {"company_id": company_id, "group_id": group_id}
    rows = [{**common, "user_id": user_id} for user_id in user_ids]
    tx.execute(memberships.insert(), rows)


def remove(
    tx: Connection, group: Any, membership_ids: Collection[int], *, actor: str
) -> int:
    """Take members out of a group; return how many."""
    mine = (memberships.c.group_id == group.id, memberships.c.id.in_(membership_ids))
    rows = tx.execute(sa.select(memberships).where(*mine)).all()
    if not rows:
        raise GroupError("Select the members to remove.")
    tx.execute(memberships.delete().where(*mine))
    _touch(tx, group, [row.user_id for row in rows if row.user_id])
    _write_down(
        tx,
        group.company_id,
        actor,
        "Remove member from group",
        group.display_name,
        f"{len(rows)} removed",
    )
    return len(rows)


def _columns(name: str, description: str) -> dict[str, Any]:
    name = " ".join(name.split())
    if not 1 <= len(name) <= LONGEST_NAME or "\0" in name:
        raise GroupError(f"Enter a group name of 1 to {LONGEST_NAME} characters.")
    values: Mapping[str, Any] = {
        "description": description.strip()[:1024],
        "securityEnabled": True,
        "mailEnabled": False,
    }
    return {
        "display_name": name,
        "search_key": name.casefold(),
        "attributes": {key: value for key, value in values.items() if value != ""},
    }


def _inside(group: Any, column: sa.Column[Any]) -> sa.Select[Any]:
    return sa.select(column).where(
        memberships.c.group_id == group.id, column.is_not(None)
    )


def _free(
    tx: Connection, group: Any, those: sa.Table, ids: Collection[str]
) -> list[str]:
    column = memberships.c.user_id if those is users else memberships.c.child_group_id
    query = sa.select(those.c.id).where(
        those.c.company_id == group.company_id,
        those.c.id.in_(ids),
        those.c.id.not_in(_inside(group, column)),
    )
    return list(tx.execute(query).scalars())


def _touch(tx: Connection, group: Any, user_ids: Collection[str]) -> None:
    """Let cycles look at a group and at users whose assignment may come from it."""
    change = tenants.next_change(tx, group.company_id)
    tx.execute(groups.update().where(groups.c.id == group.id).values(change=change))
    if user_ids:
        tx.execute(users.update().where(users.c.id.in_(user_ids)).values(change=change))


def _touch_members(tx: Connection, group: Any, change: int) -> None:
    inside = sa.select(memberships.c.user_id).where(
        memberships.c.group_id == group.id, memberships.c.user_id.is_not(None)
    )
    tx.execute(users.update().where(users.c.id.in_(inside)).values(change=change))


def _update(tx: Connection, group: Any, values: Mapping[str, Any]) -> None:
    change = tenants.next_change(tx, group.company_id)
    tx.execute(
        groups.update().where(groups.c.id == group.id).values(change=change, **values)
    )


def _write_down(
    tx: Connection,
    company_id: str,
    actor: str,
    activity: str,
    name: str,
    detail: str = "",
) -> None:
    audit.write_down(
        tx,
        company_id,
        actor=actor,
        category=audit.GROUPS,
        activity=activity,
        target=name,
        detail=detail,
    )
