"""Groups. Who is in them is the business of `memberships`.

Changes to one group take turns on the group's own row.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from envoy_console.directory import history, memberships, records, searchable
from envoy_console.directory.actors import Actor
from envoy_console.directory.fields import (
    Document,
    changed_columns,
    folded_document,
    group_columns,
)
from envoy_console.directory.history import Subject
from envoy_console.directory.records import Found, Record, Versions
from envoy_console.models import Group
from envoy_console.models.base import new_id, now, table
from envoy_console.models.prepared import Prepared
from envoy_console.scim.messages import Sort, Window
from envoy_console.scim.nodes import Node
from envoy_console.scim.patch import LinkOperation, Outcome
from envoy_console.scim.schemas import GROUP

groups = table(Group)

DISPLAY_NAME_KEY = "uq_groups_company_id_display_name_key"


@dataclass(frozen=True)
class GroupRecord(Record):
    """A group; its members are read apart, and only when they are wanted."""

    member_count: int
    integration_id: str | None


def create(
    tx: Connection, actor: Actor, document: Document, *, group_id: str | None = None
) -> GroupRecord:
    """Add a group with its members. Raises UniquenessError, InvalidValueError."""
    document, member_ids = _without_members(document)
    moment, group_id = now(), group_id or new_id()
    row = {
        "id": group_id,
        "company_id": actor.company_id,
        "integration_id": actor.integration_id,
        "source": "scim" if actor.integration_id else "manual",
        "document": records.stored(document),
        "search": folded_document(document, GROUP),
        "version": 1,
        "created_at": moment,
        "updated_at": moment,
        "member_count": len(member_ids),
        **group_columns(document),
    }
    _guarded(tx, _INSERT, row, document)
    named = (history.GROUP, group_id, document["displayName"])
    history.record(tx, actor, "created", named, history.differences({}, document))
    memberships.add(tx, actor, named, member_ids)
    return GroupRecord(
        group_id, row["document"], 1, moment, moment, len(member_ids),
        actor.integration_id,
    )  # fmt: skip


def get(tx: Connection, company_id: str, group_id: str) -> GroupRecord:
    """Return a group without its members, or raise NotFoundError."""
    return _one(tx, _BY_ID, company_id, group_id)


def exists(tx: Connection, company_id: str, group_id: str) -> bool:
    """Tell whether the company has such a group."""
    return _BY_ID.first(tx, {"company_id": company_id, "id": group_id}) is not None


def find(
    tx: Connection,
    company_id: str,
    node: Node | None,
    window: Window,
    sort: Sort | None,
) -> Found[GroupRecord]:
    """Return how many groups match a filter, and those of one window."""
    found = records.select(
        tx, _SELECT, searchable.GROUPS, company_id, node, window, sort
    )
    return Found(found.total, [_record(row) for row in found.rows], found.end)


def named(
    tx: Connection, company_id: str, group_ids: Sequence[str]
) -> list[GroupRecord]:
    """Return the groups with these ids, in no particular order, without members."""
    values = {"company_id": company_id, "ids": group_ids}
    return [_record(row) for row in tx.execute(_BY_IDS, values)]


def replace(
    tx: Connection,
    actor: Actor,
    group_id: str,
    document: Document,
    versions: Versions = None,
) -> GroupRecord:
    """Put `document` in the place of the group's; its members become the members."""
    document, member_ids = _without_members(document)
    everybody = LinkOperation("replace", "members", tuple(member_ids), None)
    return change(
        tx, actor, group_id, lambda _old: Outcome(document, [everybody]), versions
    )


def change(
    tx: Connection,
    actor: Actor,
    group_id: str,
    edit: Callable[[Document], Outcome],
    versions: Versions = None,
) -> GroupRecord:
    """Apply what `edit` makes of the document, and its operations on members.

    A change that changes nothing keeps the version. Raises NotFoundError,
    PreconditionFailedError, UniquenessError, InvalidValueError, and whatever `edit`
    raises.
    """
    old = _one(tx, _LOCKED, actor.company_id, group_id)
    records.expect(old.version, versions)
    outcome = edit(old.document)
    group = subject(old)
    moves = [memberships.move(tx, actor, group, link) for link in outcome.links]
    grown = sum(len(move.joined) - len(move.left) for move in moves)
    if outcome.document == old.document and not any(m.joined or m.left for m in moves):
        records.adopt(tx, groups, actor, old.id, old.integration_id)
        return old
    return _save(tx, actor, old, outcome.document, old.member_count + grown)


def delete(
    tx: Connection, actor: Actor, group_id: str, versions: Versions = None
) -> None:
    """Remove a group; its members stay, and groups that held it lose it."""
    old = _one(tx, _LOCKED, actor.company_id, group_id)
    records.expect(old.version, versions)
    lose(tx, actor, group_id)
    tx.execute(groups.delete().where(groups.c.id == group_id))
    history.record(tx, actor, "deleted", subject(old))


def lose(tx: Connection, actor: Actor, member_id: str) -> None:
    """Take somebody who is about to be deleted out of every group.

    What the DELETE returns counts, not what was read before: they may have joined a
    group while the deletion waited for their row.
    """
    left = memberships.leave_all(tx, member_id)
    for group in tx.execute(_ONE_FEWER, {"ids": left, "at": now()}) if left else ():
        named = (history.GROUP, group.id, group.display_name)
        history.record_members(tx, actor, "member_removed", named, [member_id])


def subject(record: Record) -> Subject:
    """Return how the history names a group."""
    return history.GROUP, record.id, record.document["displayName"]


_SELECT = sa.select(
    groups.c.id,
    groups.c.document,
    groups.c.version,
    groups.c.created_at,
    groups.c.updated_at,
    groups.c.member_count,
    groups.c.integration_id,
)

_OF_ONE = _SELECT.where(
    groups.c.id == sa.bindparam("id"),
    groups.c.company_id == sa.bindparam("company_id"),
)

_BY_IDS = _SELECT.where(
    groups.c.id.in_(sa.bindparam("ids", expanding=True)),
    groups.c.company_id == sa.bindparam("company_id"),
)

_BY_ID = Prepared(_OF_ONE)
_LOCKED = Prepared(_OF_ONE.with_for_update())

_INSERT = Prepared(groups.insert())

_ONE_FEWER = (
    groups.update()
    .where(groups.c.id.in_(sa.bindparam("ids", expanding=True)))
    .values(
        member_count=groups.c.member_count - 1,
        version=groups.c.version + 1,
        updated_at=sa.bindparam("at", type_=groups.c.updated_at.type),
    )
    .returning(groups.c.id, groups.c.display_name)
)

_UPDATE = Prepared(groups.update().where(groups.c.id == sa.bindparam("changed_id")))


def _one(
    tx: Connection, query: Prepared, company_id: str, group_id: str
) -> GroupRecord:
    return _record(records.one(tx, query, "group", company_id, group_id))


def _record(row: Any) -> GroupRecord:
    return GroupRecord(
        row.id,
        row.document,
        row.version,
        row.created_at,
        row.updated_at,
        row.member_count,
        row.integration_id,
    )


def _save(
    tx: Connection,
    actor: Actor,
    old: GroupRecord,
    document: Document,
    member_count: int,
) -> GroupRecord:
    moment, version = now(), old.version + 1
    values: dict[str, Any] = {
        "version": version,
        "updated_at": moment,
        "member_count": member_count,
        **records.adopted(actor, old.integration_id),
        **_changed(tx, actor, old, document),
    }
    _guarded(tx, _UPDATE, values | {"changed_id": old.id}, document)
    return GroupRecord(
        old.id, values.get("document", old.text), version, old.created_at, moment,
        member_count, old.integration_id,
    )  # fmt: skip


def _changed(
    tx: Connection, actor: Actor, old: GroupRecord, document: Document
) -> dict[str, Any]:
    """Return the columns that a new document changes, having told the history."""
    if document == old.document:
        return {}
    named = (history.GROUP, old.id, document["displayName"])
    changes = history.differences(old.document, document)
    history.record(tx, actor, "updated", named, changes)
    return {
        "document": records.stored(document),
        "search": folded_document(document, GROUP),
        **changed_columns(group_columns, old.document, document),
    }


def _guarded(
    tx: Connection, statement: Prepared, values: Any, document: Document
) -> None:
    """Run a statement that may meet a group of the same name."""
    try:
        statement.run(tx, values)
    except IntegrityError as error:
        name = document["displayName"]
        raise records.taken(
            error,
            DISPLAY_NAME_KEY,
            f"Another group already has the displayName “{name}”. "
            "It is compared without regard to case.",
        ) from error


def _without_members(document: Document) -> tuple[Document, list[str]]:
    rest = {name: value for name, value in document.items() if name != "members"}
    return rest, [member["value"] for member in document.get("members", ())]
