"""What the target calls our objects: written down with every success, read by all."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from envoy_console.models import (
    EntraApp,
    EntraLink,
    EntraLinkedMember,
    EntraUser,
)
from envoy_console.models.base import table
from envoy_console.models.prepared import Prepared

apps = table(EntraApp)
links = table(EntraLink)
users = table(EntraUser)
members = table(EntraLinkedMember)


def find(tx: Connection, app_id: str, source_id: str) -> Any | None:
    """Return the link of a source object."""
    return _FIND.first(tx, {"of_app": app_id, "of_source": source_id})


def target_id(tx: Connection, app_id: str, source_id: str | None) -> str | None:
    """Return what the target calls a source object, if it knows it."""
    found = find(tx, app_id, source_id) if source_id else None
    return found.target_id if found else None


def owner_of(tx: Connection, app_id: str, target_id: str, source_id: str) -> str | None:
    """Return the label of whom, but `source_id`, a target id is linked to."""
    values = {"of_app": app_id, "of_target": target_id, "of_source": source_id}
    return tx.execute(_OWNER, values).scalar()


def source_of(tx: Connection, company_id: str, target_id: str) -> str | None:
    """Return the id of the user whom an application of the company has linked to a
    target id, unless the user is deleted.
    """
    query = (
        sa.select(users.c.id)
        .join(links, links.c.source_id == users.c.id)
        .join(apps, apps.c.id == links.c.app_id)
        .where(
            apps.c.company_id == company_id,
            links.c.target_id == target_id,
            users.c.deleted_at.is_(None),
        )
    )
    return tx.execute(query.limit(1)).scalar()


def keep(tx: Connection, app: Any, source_id: str, **values: Any) -> None:
    """Write down a link, or what changed about it."""
    same = {"of_app": app.id, "of_source": source_id}
    if _UPDATE.run(tx, {**same, **values}):
        return
    key = {"app_id": app.id, "company_id": app.company_id, "source_id": source_id}
    _INSERT.run(tx, {**key, **values})


def drop(tx: Connection, app_id: str, source_id: str) -> None:
    """Forget a link and the memberships that were sent for either side of it."""
    tx.execute(
        links.delete().where(links.c.app_id == app_id, links.c.source_id == source_id)
    )
    either = sa.or_(members.c.group_id == source_id, members.c.member_id == source_id)
    tx.execute(members.delete().where(members.c.app_id == app_id, either))


def add_members(
    tx: Connection, app: Any, group_id: str, added: Iterable[tuple[str, str]]
) -> None:
    """Write down members (source id, target id) that a group was given."""
    rows = [
        {
            "app_id": app.id,
            "company_id": app.company_id,
            "group_id": group_id,
            "member_id": member_id,
            "target_id": there,
        }
        for member_id, there in added
    ]
    if rows:
        tx.execute(members.insert(), rows)


def remove_members(
    tx: Connection, app_id: str, group_id: str, removed: Iterable[str]
) -> None:
    """Forget members (source ids) that were taken out of a group."""
    tx.execute(
        members.delete().where(
            members.c.app_id == app_id,
            members.c.group_id == group_id,
            members.c.member_id.in_(list(removed)),
        )
    )


def counts(tx: Connection, app_id: str) -> dict[str, int]:
    """Return how many users and groups the job has linked."""
    query = (
        sa.select(links.c.kind, sa.func.count())
        .where(links.c.app_id == app_id)
        .group_by(links.c.kind)
    )
    found = {kind: int(number) for kind, number in tx.execute(query).all()}
    return {"User": found.get("User", 0), "Group": found.get("Group", 0)}


# Run for every object of a cycle.
_SAME = (
    links.c.app_id == sa.bindparam("of_app"),
    links.c.source_id == sa.bindparam("of_source"),
)
_FIND = Prepared(sa.select(links).where(*_SAME))
_UPDATE = Prepared(links.update().where(*_SAME))
_INSERT = Prepared(links.insert())
_OWNER = sa.select(links.c.label).where(
    links.c.app_id == sa.bindparam("of_app"),
    links.c.target_id == sa.bindparam("of_target"),
    links.c.source_id != sa.bindparam("of_source"),
)
