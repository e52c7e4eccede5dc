"""Groups in groups: never in a circle, and seen from the people in the inner ones.

Both questions go upwards, from a member to the groups that hold it: a group may have
100,000 members, but is itself in few groups. Only who is looked for by a group is found
downwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from envoy_console.directory import one_at_a_time
from envoy_console.directory.json_sql import json_objects
from envoy_console.models import Employee, Group, Membership
from envoy_console.models.base import table
from envoy_console.scim.errors import InvalidValueError

employees = table(Employee)
groups = table(Group)
memberships = table(Membership)


def refuse_cycle(
    tx: Connection, company_id: str, outer: tuple[str, str], inner: Sequence[str]
) -> None:
    """Raise InvalidValueError if a group that just joined `outer` (id, name) holds it.

    Groups of one company are nested one after the other: each of two that close a
    circle together would otherwise not see what the other one did.
    """
    group_id, name = outer
    one_at_a_time.enter(tx, company_id)
    found = tx.execute(_HOLDER, {"id": group_id, "inner": list(inner)})
    if holder := found.scalar():
        raise InvalidValueError(
            f"members: the group “{holder}” cannot be a member of “{name}”, because "
            f"“{name}” is a member of “{holder}”, directly or through other groups."
        )


_direct, _outer, _up = (memberships.alias(name) for name in ("direct", "outer", "up"))


def _upwards(first: sa.Select[tuple[str]], *, nesting: bool = False) -> sa.CTE:
    """Return the groups of `first`, and all those that hold one of them."""
    found = first.cte("holders", recursive=True, nesting=nesting)
    return found.union(
        sa.select(_up.c.group_id).join(found, found.c.group_id == _up.c.member_id)
    )


def with_inner(company_id: str, condition: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """Return the ids of the company's groups that meet a condition, and of all groups
    within these.
    """
    outer = sa.select(groups.c.id).where(groups.c.company_id == company_id, condition)
    found = outer.cte("reached", recursive=True, nesting=True)
    inner = sa.select(_direct.c.member_id).where(
        _direct.c.group_id == found.c.id, _direct.c.member_type == "Group"
    )
    return sa.select(found.union(inner).c.id)


_holders = _upwards(
    sa.select(memberships.c.group_id).where(
        memberships.c.member_id == sa.bindparam("id")
    )
)

_HOLDER = (
    sa.select(groups.c.display_name)
    .join(_holders, _holders.c.group_id == groups.c.id)
    .where(groups.c.id.in_(sa.bindparam("inner", expanding=True)))
    .order_by(groups.c.id)
    .limit(1)
)

NAMED_GROUPS = sa.select(
    json_objects(
        sa.literal_column("'value'"),
        groups.c.id,
        sa.literal_column("'display'"),
        groups.c.display_name,
    )
)

# Neither EXISTS nor a join: PostgreSQL would hash all memberships for a list of 100.
_first_holder = (
    sa.select(sa.func.min(_outer.c.group_id))
    .where(_outer.c.member_id == _direct.c.group_id)
    .correlate(_direct)
    .scalar_subquery()
)

_is_inside_another = (
    sa.select(sa.func.min(_direct.c.group_id))
    .where(_direct.c.member_id == employees.c.id, _first_holder.is_not(None))
    .correlate(employees)
    .scalar_subquery()
    .is_not(None)
)

_around = _upwards(
    sa.select(_outer.c.group_id)
    .join(_direct, _direct.c.group_id == _outer.c.member_id)
    .where(_direct.c.member_id == employees.c.id)
    .correlate(employees),
    nesting=True,
)

# Of an employee, the groups around their groups. Most people are in no group that is
# itself a member: they pay for looking, no more.
OUTER_GROUPS = sa.case(
    (
        _is_inside_another,
        NAMED_GROUPS.join(_around, _around.c.group_id == groups.c.id)
        .correlate(employees)
        .scalar_subquery(),
    )
)
