"""Who is in a group: a table, not part of a document.

Adding one member to a group of 100,000 touches one row and reads none of the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.sql.dml import ReturningDelete

from envoy_console.directory import history, nesting, search
from envoy_console.directory.actors import Actor
from envoy_console.directory.history import Subject
from envoy_console.directory.json_sql import among
from envoy_console.models import Employee, Group, Membership
from envoy_console.models.base import table
from envoy_console.models.prepared import Prepared
from envoy_console.scim.errors import InvalidValueError
from envoy_console.scim.patch import LinkOperation

employees = table(Employee)
groups = table(Group)
memberships = table(Membership)

STREAMED_AT_ONCE = 1_000

# (id, type) of a member, and their name where it was asked for
Member = Sequence[str]


@dataclass(frozen=True, slots=True)
class Move:
    """Who joined and who left by one operation."""

    joined: Sequence[str] = ()
    left: Sequence[str] = ()


def of_groups(
    tx: Connection, group_ids: Sequence[str], *, names: bool = False
) -> dict[str, list[Member]]:
    """Return the members of each of the groups, in one query."""
    found: dict[str, list[Member]] = {group_id: [] for group_id in group_ids}
    statement = _NAMED_MEMBERS if names else _MEMBERS
    for group_id, *member in tx.execute(statement, {"group_ids": list(group_ids)}):
        found[group_id].append(member)
    return found


def stream(
    tx: Connection, group_id: str, *, names: bool = False
) -> Iterator[Sequence[Member]]:
    """Yield the members of one group, some at a time, however many there are.

    Each part is a statement of its own that goes on after the last one's end, so that
    a client who takes their time keeps no transaction open.
    """
    statement = _next_part(_NAMED_MEMBERS if names else _MEMBERS)
    values = {"group_ids": [group_id], "after": ""}
    while part := tx.execute(statement, values).all():
        yield part
        values["after"] = part[-1][0]


def move(
    tx: Connection, actor: Actor, group: Subject, operation: LinkOperation
) -> Move:
    """Carry out one PATCH operation on `members` (RFC 7644 §3.5.2)."""
    if operation.op == "add":
        return Move(joined=add(tx, actor, group, operation.values))
    left = _remove(tx, actor, group, operation)
    if operation.op == "remove":
        return Move(left=left)
    return Move(joined=add(tx, actor, group, operation.values), left=left)


def add(
    tx: Connection, actor: Actor, group: Subject, member_ids: Sequence[str]
) -> Sequence[str]:
    """Let employees and groups join; return those who were not members before.

    The rows are locked against deletion while they join. Only when some did not join
    do we ask why: they were members already, are groups, or do not exist.
    """
    wanted = set(member_ids)
    if not wanted:
        return ()
    joined = _join(tx, actor, group, _EMPLOYEES_JOIN, wanted)
    if rest := wanted.difference(joined):
        _refuse_unknown(tx, actor, group, rest)
        joined = [*joined, *_nest(tx, actor, group, rest)]
    if joined:
        history.record_members(tx, actor, "member_added", group, joined)
    return joined


def leave_all(tx: Connection, member_id: str) -> Sequence[str]:
    """Take somebody out of every group; return the groups."""
    return _ids(_LEAVE_ALL.all(tx, {"member": member_id}))


def _nest(tx: Connection, actor: Actor, group: Subject, ids: set[str]) -> Sequence[str]:
    nested = _join(tx, actor, group, _GROUPS_JOIN, ids)
    if nested:
        _, group_id, name = group
        nesting.refuse_cycle(tx, actor.company_id, (group_id, name), nested)
    return nested


def _join(
    tx: Connection, actor: Actor, group: Subject, statement: Prepared, ids: set[str]
) -> list[str]:
    values = {"group": group[1], "company": actor.company_id, "ids": list(ids)}
    return _ids(statement.all(tx, values))


def _refuse_unknown(
    tx: Connection, actor: Actor, group: Subject, ids: set[str]
) -> None:
    if group[1] in ids:
        raise InvalidValueError("members: a group cannot be a member of itself.")
    values = {"company": actor.company_id, "ids": list(ids)}
    if unknown := ids.difference(_ids(_KNOWN.all(tx, values))):
        raise InvalidValueError(
            "members.value must be the id of a user or group; "
            f"there is no “{min(unknown)[:64]}”."
        )


def _remove(
    tx: Connection, actor: Actor, group: Subject, operation: LinkOperation
) -> Sequence[str]:
    values = {"group": group[1], "ids": list(operation.values)}
    if operation.filter is not None:
        chosen = search.where_member(operation.filter, tx.dialect.name)
        left = list(tx.execute(_leaving(chosen), {"group": group[1]}).scalars())
    elif operation.op == "remove" and operation.values:
        left = _ids(_THESE_LEAVE.all(tx, values))
    else:
        left = _ids(_OTHERS_LEAVE.all(tx, values))
    if left:
        history.record_members(tx, actor, "member_removed", group, left)
    return left


def _ids(rows: Iterable[Sequence[str]]) -> list[str]:
    return [row[0] for row in rows]


_MEMBERS = (
    sa.select(
        memberships.c.group_id, memberships.c.member_id, memberships.c.member_type
    )
    .where(memberships.c.group_id.in_(sa.bindparam("group_ids", expanding=True)))
    .order_by(memberships.c.group_id, memberships.c.member_id)
)

_nested = groups.alias("nested")

_NAMED_MEMBERS = (
    _MEMBERS.add_columns(
        sa.func.coalesce(employees.c.display_name, _nested.c.display_name)
    )
    .join(employees, employees.c.id == memberships.c.member_id, isouter=True)
    .join(_nested, _nested.c.id == memberships.c.member_id, isouter=True)
)


@cache
def _next_part(statement: sa.Select[Any]) -> sa.Select[Any]:
    """Narrow a statement down to what follows; which group it is, one knows."""
    _group_id, *columns = statement.selected_columns
    following = statement.where(memberships.c.member_id > sa.bindparam("after"))
    return following.with_only_columns(*columns).limit(STREAMED_AT_ONCE)


def _joining(candidates: sa.Table, member_type: str) -> Prepared:
    """Build the statement by which those of `ids` join who are not members yet."""
    is_member = sa.exists().where(
        memberships.c.group_id == sa.bindparam("group"),
        memberships.c.member_id == candidates.c.id,
    )
    joining = (
        sa.select(
            sa.bindparam("group", type_=memberships.c.group_id.type),
            candidates.c.id,
            sa.literal(member_type),
            candidates.c.company_id,
        )
        .where(
            candidates.c.company_id == sa.bindparam("company"),
            among(candidates.c.id, "ids"),
            ~is_member,
        )
        .with_for_update(key_share=True, read=True)
    )
    names = ["group_id", "member_id", "member_type", "company_id"]
    return Prepared(
        memberships.insert()
        .from_select(names, joining, include_defaults=False)
        .returning(memberships.c.member_id)
    )


def _leaving(chosen: sa.ColumnElement[bool]) -> ReturningDelete[Any]:
    """Build the statement by which the chosen members of a group leave it."""
    mine = memberships.c.group_id == sa.bindparam("group")
    return memberships.delete().where(mine, chosen).returning(memberships.c.member_id)


_EMPLOYEES_JOIN = _joining(employees, "User")
_GROUPS_JOIN = _joining(groups, "Group")

_THESE_LEAVE = Prepared(_leaving(among(memberships.c.member_id, "ids")))
_OTHERS_LEAVE = Prepared(_leaving(~among(memberships.c.member_id, "ids")))

_LEAVE_ALL = Prepared(
    memberships.delete()
    .where(memberships.c.member_id == sa.bindparam("member"))
    .returning(memberships.c.group_id)
)

_KNOWN = Prepared(
    sa.union_all(
        *(
            sa.select(table.c.id).where(
                table.c.company_id == sa.bindparam("company"), among(table.c.id, "ids")
            )
            for table in (employees, groups)
        )
    )
)
