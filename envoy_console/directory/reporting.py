"""Who reports to whom: the chain above somebody, and the level below.

An identity provider may send any manager, so the chain may be long, run in a circle, or
end at somebody who is nobody here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from envoy_console.directory import records
from envoy_console.models import Employee
from envoy_console.models.base import table
from envoy_console.models.prepared import Prepared

employees = table(Employee)
managers = employees.alias("managers")
reports_of = employees.alias("reports_of")

LONGEST_CHAIN = 50
PER_LEVEL = 100
MANY = 1_000


@dataclass(frozen=True, slots=True)
class Chain:
    """Those above a person, from the top down, and whether it is all of them."""

    people: Sequence[Any]
    is_circle: bool = False
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class Level:
    """Some of the direct reports of somebody, by name; `after` leads to the others."""

    people: Sequence[Any]
    after: str | None


def person(tx: Connection, company_id: str, employee_id: str) -> Any:
    """Return one employee as these lists show them; raises NotFoundError."""
    return records.one(tx, _PERSON, "user", company_id, employee_id)


def chain(tx: Connection, company_id: str, employee_id: str) -> Chain:
    """Return the managers above an employee, in one query however many they are."""
    found = tx.execute(_CHAIN, {"company_id": company_id, "id": employee_id}).all()
    above: list[Any] = []
    seen = {employee_id}
    for row in found[1:]:  # the first is the employee
        if row.company_id != company_id:
            break
        if row.id in seen:
            return Chain(above[::-1], is_circle=True)
        seen.add(row.id)
        above.append(row)
    is_cut = len(above) == LONGEST_CHAIN and above[-1].manager_id is not None
    return Chain(above[::-1], is_cut=is_cut)


def reports(
    tx: Connection, company_id: str, employee_id: str, *, after: str = ""
) -> Level:
    """Return a level: who names the employee as manager, and how many name each."""
    query = sa.select(*_SHOWN).where(
        employees.c.company_id == company_id, employees.c.manager_id == employee_id
    )
    if after:
        query = query.where(_beyond(after))
    found = tx.execute(query.order_by(*_PLACE).limit(PER_LEVEL + 1)).all()
    shown = found[:PER_LEVEL]
    more = shown[-1] if len(found) > PER_LEVEL else None
    return Level(shown, more.id if more else None)


def _beyond(employee_id: str) -> sa.ColumnElement[bool]:
    """Return the condition of coming after somebody by name."""
    name = sa.select(managers.c.display_name_key).where(managers.c.id == employee_id)
    return sa.tuple_(*_PLACE) > sa.tuple_(
        name.scalar_subquery(), sa.literal(employee_id)
    )


# an expression, lest an index of names is read through to find a few reports
_PLACE = (sa.func.coalesce(employees.c.display_name_key, ""), employees.c.id)

# counting stops where the exact number says no more
_SOME_REPORTS = (
    sa.select(sa.literal(1))
    .where(
        reports_of.c.company_id == employees.c.company_id,
        reports_of.c.manager_id == employees.c.id,
    )
    .limit(MANY)
    .correlate(employees)
    .subquery()
)

_SHOWN = (
    employees.c.id,
    employees.c.display_name,
    employees.c.title,
    employees.c.active,
    employees.c.manager_id,
    sa.select(sa.func.count())
    .select_from(_SOME_REPORTS)
    .scalar_subquery()
    .label("report_count"),
)

_PERSON = Prepared(
    sa.select(*_SHOWN).where(
        employees.c.company_id == sa.bindparam("company_id"),
        employees.c.id == sa.bindparam("id"),
    )
)


# found by primary key alone: with the company among the conditions, SQLite reads the
# whole company at each step
def _chain() -> sa.Select[Any]:
    columns = ("id", "company_id", "display_name", "title", "active", "manager_id")
    first = (
        sa.select(*(employees.c[name] for name in columns), sa.literal(0).label("up"))
        .where(
            employees.c.company_id == sa.bindparam("company_id"),
            employees.c.id == sa.bindparam("id"),
        )
        .cte("above", recursive=True)
    )
    further = sa.select(*(managers.c[name] for name in columns), first.c.up + 1).where(
        managers.c.id == first.c.manager_id,
        first.c.up < LONGEST_CHAIN,
    )
    above = first.union_all(further)
    return sa.select(above).order_by(above.c.up)


_CHAIN = _chain()
