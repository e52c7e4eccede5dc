"""Groups and their members.

Membership is a table, not part of a document: adding one member to a group of
100,000 touches one row, and changes to one group take turns on the group's own row.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, cast

import orjson
import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from envoy_console.directory import history, nesting, records, search
from envoy_console.directory.actors import Actor
from envoy_console.directory.fields import Document, folded_document, group_columns
from envoy_console.directory.records import Found, Record, Versions
from envoy_console.models import Employee, Group, Membership
from envoy_console.models.base import new_id, now, table
from envoy_console.scim.errors import InvalidValueError
from envoy_console.scim.messages import Sort, Window
from envoy_console.scim.nodes import Node
from envoy_console.scim.patch import LinkOperation, Outcome
from envoy_console.scim.schemas import GROUP

employees = table(Employee)
groups = table(Group)
memberships = table(Membership)

MEMBERS_AT_ONCE = 1_000

DISPLAY_NAME_KEY = "uq_groups_company_id_display_name_key"


@dataclass(frozen=True, slots=True)
class GroupRecord(Record):
    """A group; its members are read apart, and only when they are wanted."""

    member_count: int
    integration_id: str | None


class Member(NamedTuple):
    """One member as the group's resource shows it."""

    id: str
    type: str
    display: str


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
    record = GroupRecord(
        group_id, document, 1, moment, moment, len(member_ids), actor.integration_id
    )
    changes = history.differences({}, document)
    history.record(tx, actor, "created", subject(record), changes)
    _add(tx, actor, record, member_ids)
    return record


def get(tx: Connection, company_id: str, group_id: str) -> GroupRecord:
    """Return a group without its members, or raise NotFoundError."""
    return _one(tx, _BY_ID, company_id, group_id)


def exists(tx: Connection, company_id: str, group_id: str) -> bool:
    """Tell whether the company has such a group."""
    return (
        tx.execute(_BY_ID, {"company_id": company_id, "id": group_id}).first()
        is not None
    )


def members(tx: Connection, group_ids: Sequence[str]) -> dict[str, list[Member]]:
    """Return the members of each of the groups, in one query."""
    found: dict[str, list[Member]] = {group_id: [] for group_id in group_ids}
    for row in tx.execute(_MEMBERS, {"group_ids": list(group_ids)}):
        found[row.group_id].append(Member(row.member_id, row.member_type, row.display))
    return found


def stream_members(
    tx: Connection, group_id: str
) -> Generator[Sequence[Member], None, None]:
    """Yield the members of one group, some at a time, however many there are."""
    options = {"stream_results": True, "yield_per": MEMBERS_AT_ONCE}
    members_of = {"group_ids": [group_id]}
    with tx.execute(_MEMBERS_OF_ONE, members_of, execution_options=options) as found:
        # rows unpack as members do; making 100,000 of them anew would be felt
        yield from cast(Iterator[Sequence[Member]], found.partitions())


def find(
    tx: Connection,
    company_id: str,
    node: Node | None,
    window: Window,
    sort: Sort | None,
) -> Found[GroupRecord]:
    """Return how many groups match a filter, and those of one window."""
    found = records.select(tx, _SELECT, search.GROUPS, company_id, node, window, sort)
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
    moves = [_move(tx, actor, old, operation) for operation in outcome.links]
    grown = sum(len(move.joined) - len(move.left) for move in moves)
    if outcome.document == old.document and not any(m.joined or m.left for m in moves):
        _adopt(tx, actor, old)
        return old
    return _save(tx, actor, old, outcome.document, old.member_count + grown)


def delete(
    tx: Connection, actor: Actor, group_id: str, versions: Versions = None
) -> None:
    """Remove a group; its members stay, and groups that held it lose it."""
    old = _one(tx, _LOCKED, actor.company_id, group_id)
    records.expect(old.version, versions)
    holders = tx.execute(
        memberships.delete()
        .where(memberships.c.member_id == group_id)
        .returning(memberships.c.group_id)
    ).scalars()
    tx.execute(_one_fewer(list(holders)))
    tx.execute(groups.delete().where(groups.c.id == group_id))
    history.record(tx, actor, "deleted", subject(old))


def subject(record: Record) -> tuple[str, str, str]:
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

_BY_ID = _SELECT.where(
    groups.c.id == sa.bindparam("id"),
    groups.c.company_id == sa.bindparam("company_id"),
)

_BY_IDS = _SELECT.where(
    groups.c.id.in_(sa.bindparam("ids", expanding=True)),
    groups.c.company_id == sa.bindparam("company_id"),
)

_LOCKED = _BY_ID.with_for_update()

_INSERT = groups.insert()

_UPDATE = groups.update().where(groups.c.id == sa.bindparam("changed_id"))

_nested = groups.alias("nested")

_MEMBERS = (
    sa.select(
        memberships.c.group_id,
        memberships.c.member_id,
        memberships.c.member_type,
        sa.func.coalesce(employees.c.display_name, _nested.c.display_name).label(
            "display"
        ),
    )
    .join(employees, employees.c.id == memberships.c.member_id, isouter=True)
    .join(_nested, _nested.c.id == memberships.c.member_id, isouter=True)
    .where(memberships.c.group_id.in_(sa.bindparam("group_ids", expanding=True)))
    .order_by(memberships.c.group_id, memberships.c.member_id)
)

_MEMBERS_OF_ONE = _MEMBERS.with_only_columns(
    *(column for column in _MEMBERS.selected_columns if column.name != "group_id")
)


@dataclass(frozen=True, slots=True)
class _Move:
    """Who joined and who left by one operation."""

    joined: Sequence[str] = ()
    left: Sequence[str] = ()


def _one(tx: Connection, query: Any, company_id: str, group_id: str) -> GroupRecord:
    if not records.is_id(group_id):
        raise records.missing("group", group_id)
    found = tx.execute(query, {"company_id": company_id, "id": group_id}).first()
    if found is None:
        raise records.missing("group", group_id)
    return _record(found)


def _record(row: Any) -> GroupRecord:
    return GroupRecord(
        row.id,
        orjson.loads(row.document),
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
    moment = now()
    record = GroupRecord(
        old.id, document, old.version + 1, old.created_at, moment, member_count,
        old.integration_id,
    )  # fmt: skip
    values = _values(tx, actor, old, record)
    _guarded(tx, _UPDATE, values | {"changed_id": old.id}, document)
    return record


def _values(
    tx: Connection, actor: Actor, old: GroupRecord, new: GroupRecord
) -> dict[str, Any]:
    values: dict[str, Any] = {
        "version": new.version,
        "updated_at": new.updated_at,
        "member_count": new.member_count,
        **_synced_by(actor),
    }
    if new.document == old.document:
        return values
    changes = history.differences(old.document, new.document)
    history.record(tx, actor, "updated", subject(new), changes)
    return values | {
        "document": records.stored(new.document),
        "search": folded_document(new.document, GROUP),
        **group_columns(new.document),
    }


def _adopt(tx: Connection, actor: Actor, record: GroupRecord) -> None:
    if actor.integration_id and actor.integration_id != record.integration_id:
        mine = groups.c.id == record.id
        tx.execute(groups.update().where(mine).values(_synced_by(actor)))


def _synced_by(actor: Actor) -> dict[str, str]:
    if actor.integration_id is None:
        return {}
    return {"integration_id": actor.integration_id, "source": "scim"}


def _guarded(tx: Connection, statement: Any, values: Any, document: Document) -> None:
    """Run a statement that may meet a group of the same name."""
    try:
        tx.execute(statement, values)
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


def _move(
    tx: Connection, actor: Actor, group: GroupRecord, operation: LinkOperation
) -> _Move:
    """Carry out one PATCH operation on `members` (RFC 7644 §3.5.2)."""
    if operation.op == "add":
        return _Move(joined=_add(tx, actor, group, operation.values))
    mine = memberships.c.group_id == group.id
    if operation.filter is not None:
        chosen = search.where_member(operation.filter, tx.dialect.name)
    elif operation.op == "remove" and operation.values:
        chosen = memberships.c.member_id.in_(operation.values)
    else:
        chosen = memberships.c.member_id.not_in(operation.values)
    left = _remove(tx, actor, group, mine & chosen)
    if operation.op == "remove":
        return _Move(left=left)
    return _Move(joined=_add(tx, actor, group, operation.values), left=left)


def _add(
    tx: Connection, actor: Actor, group: GroupRecord, member_ids: Sequence[str]
) -> Sequence[str]:
    """Let employees and groups join; return those who were not members before.

    The rows are locked against deletion while they join. Only when some did not join
    do we ask why: they were members already, are groups, or do not exist.
    """
    wanted = set(member_ids)
    if not wanted:
        return ()
    joined = _insert(tx, actor, group, employees, "User", wanted)
    rest = wanted.difference(joined)
    if rest:
        _refuse_unknown(tx, actor, group, rest)
        nested = _insert(tx, actor, group, groups, "Group", rest)
        if nested:
            outer = (group.id, group.document["displayName"])
            nesting.refuse_cycle(tx, actor.company_id, outer, nested)
        joined = [*joined, *nested]
    if joined:
        history.record_members(tx, actor, "member_added", subject(group), list(joined))
    return joined


def _insert(
    tx: Connection,
    actor: Actor,
    group: GroupRecord,
    table: sa.Table,
    member_type: str,
    ids: set[str],
) -> Sequence[str]:
    is_member = sa.exists().where(
        memberships.c.group_id == group.id, memberships.c.member_id == table.c.id
    )
    joining = (
        sa.select(
            sa.literal(group.id),
            table.c.id,
            sa.literal(member_type),
            table.c.company_id,
        )
        .where(table.c.company_id == actor.company_id, table.c.id.in_(ids), ~is_member)
        .with_for_update(key_share=True, read=True)
    )
    names = ["group_id", "member_id", "member_type", "company_id"]
    return tx.execute(
        memberships.insert()
        .from_select(names, joining, include_defaults=False)
        .returning(memberships.c.member_id)
    ).scalars().all()  # fmt: skip


def _refuse_unknown(
    tx: Connection, actor: Actor, group: GroupRecord, ids: set[str]
) -> None:
    if group.id in ids:
        raise InvalidValueError("members: a group cannot be a member of itself.")
    known = sa.union_all(
        *(
            sa.select(table.c.id).where(
                table.c.company_id == actor.company_id, table.c.id.in_(ids)
            )
            for table in (employees, groups)
        )
    )
    if unknown := ids.difference(tx.execute(known).scalars()):
        raise InvalidValueError(
            "members.value must be the id of a user or group; "
            f"there is no “{min(unknown)[:64]}”."
        )


def _remove(
    tx: Connection, actor: Actor, group: GroupRecord, chosen: sa.ColumnElement[bool]
) -> Sequence[str]:
    left = tx.execute(
        memberships.delete().where(chosen).returning(memberships.c.member_id)
    ).scalars().all()  # fmt: skip
    if left:
        history.record_members(tx, actor, "member_removed", subject(group), list(left))
    return left


def _one_fewer(group_ids: list[str]) -> sa.Update:
    return (
        groups.update()
        .where(groups.c.id.in_(group_ids))
        .values(
            member_count=groups.c.member_count - 1,
            version=groups.c.version + 1,
            updated_at=now(),
        )
    )
