"""What a CSV file of employees would do to the directory, line by line.

A line is about whoever has its email address. Who is kept by hand is changed, who is
synced is left alone, and who is nobody yet is added. An empty cell empties a value; a
column that is not there, and an empty location, leave it as it is. A plan changes
nothing: `apply` does what it says.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from envoy_console.directory import (
    addressing,
    details,
    employees,
    locations,
    manual,
    people,
    people_file,
    people_managers,
)
from envoy_console.directory.actors import Actor
from envoy_console.directory.batches import batches
from envoy_console.directory.details import FIELDS
from envoy_console.directory.history import Change
from envoy_console.directory.people import EmployeeRecord
from envoy_console.directory.people_file import Row
from envoy_console.directory.people_plan import Kind, Line, Plan
from envoy_console.models import Employee, Location
from envoy_console.models.base import new_id, table
from envoy_console.scim.folding import fold

rows = table(Employee)
offices = table(Location)
managers = rows.alias("managers")


def plan(tx: Connection, company_id: str, data: bytes) -> Plan:
    """Return what the file would do to the company; raises UnreadableError."""
    file = people_file.read(data)
    known = _known(tx, company_id, file.rows)
    lines = [_met(row, known.get(row.key, ())) for row in file.rows]
    _skip_repeated(lines)
    _place(lines, locations.names(tx, company_id))
    people_managers.follow(tx, company_id, lines)
    _tell_changes(tx, company_id, lines)
    return Plan(lines, file.unknown)


def apply(tx: Connection, actor: Actor, plan: Plan) -> None:
    """Do what the plan says; the plan has to be of this very transaction."""
    by_location: dict[str, dict[str, Any]] = defaultdict(dict)
    for line in plan.of(Kind.ADD):
        document = details.amended({}, line.values)
        by_location[line.location_id][line.employee_id] = document
    for location_id, documents in by_location.items():
        for some in batches(list(documents)):
            batch = {id: documents[id] for id in some}
            employees.create_many(tx, actor, batch, location_id=location_id)
    moving: dict[str, list[str]] = defaultdict(list)
    for line in plan.of(Kind.UPDATE):
        _update(tx, actor, line)
        if line.location_id:
            moving[line.location_id].append(line.employee_id)
    for location_id, ids in moving.items():
        for some in batches(ids):
            manual.move(tx, actor, some, location_id)


def _update(tx: Connection, actor: Actor, line: Line) -> None:
    employees.change(
        tx, actor, line.employee_id, lambda doc: details.amended(doc, line.values)
    )


def _known(
    tx: Connection, company_id: str, found: Sequence[Row]
) -> dict[str, list[EmployeeRecord]]:
    """Return by folded address those of the file who are here."""
    ids = addressing.addressed(tx, company_id, [row.key for row in found if row.key])
    records: dict[str, EmployeeRecord] = {}
    for some in batches(sorted({id for each in ids.values() for id in each})):
        records |= {r.id: r for r in people.named(tx, company_id, some)}
    return {
        key: [records[id] for id in sorted(each) if id in records]
        for key, each in ids.items()
    }


def _met(row: Row, known: Sequence[EmployeeRecord]) -> Line:
    """Return the line of a row: of somebody new, kept by hand, synced, or wrong."""
    old = known[0] if len(known) == 1 else None
    line = Line(row, old.id if old else new_id(), old)
    if old is not None and old.integration_id is not None:
        line.put_aside(Kind.SYNCED, "Synced from Microsoft Entra ID: not touched.")
    elif row.problems:
        line.put_aside(Kind.WRONG, " ".join(row.problems))
    elif len(known) > 1:
        line.put_aside(
            Kind.WRONG,
            f"{len(known)} employees have this email address. Edit the right one.",
        )
    elif old is not None:
        line.kind = Kind.UPDATE
    return line


def _skip_repeated(lines: Iterable[Line]) -> None:
    first: dict[str, int] = {}
    for line in lines:
        number = line.row.line
        if line.is_due and (before := first.setdefault(line.row.key, number)) != number:
            line.put_aside(
                Kind.DUPLICATE, f"Line {before} has the same email address: skipped."
            )


def _place(lines: Iterable[Line], names: Mapping[str, str]) -> None:
    """Find the location of each line; newcomers without one go to the default."""
    by_name = {fold(name): id for id, name in names.items()}
    default = next(iter(names))
    for line in lines:
        name = line.row.values.get("location")
        if name and line.is_due and fold(name) not in by_name:
            line.put_aside(Kind.WRONG, f"There is no location “{name}”.")
        elif name:
            line.location_id = by_name.get(fold(name), "")
        elif line.kind is Kind.ADD:
            line.location_id = default


def _tell_changes(tx: Connection, company_id: str, lines: Sequence[Line]) -> None:
    """Say what would be different, field by field; where nothing would, put aside."""
    due = [line for line in lines if line.is_due]
    ids = [line.employee_id for line in due if line.old]
    standing: dict[str, Any] = {}
    for some in batches(ids):
        found = tx.execute(_STANDING, {"company_id": company_id, "ids": some})
        standing |= {row.id: row for row in found}
    for line in due:
        line.changes = list(_changes(line, standing.get(line.employee_id)))
        if not line.changes:
            line.put_aside(Kind.SAME, "Nothing in it is new.")


def _changes(line: Line, standing: Any | None) -> Iterable[Change]:
    old: dict[str, str] = {}
    if line.old is not None and standing is not None:
        old = details.of(line.old)
        if line.manager_id == old["manager"]:
            old["manager"] = line.row.values.get("manager", "")
        else:
            old["manager"] = standing.manager or old["manager"]
        old["location"] = standing.location_name or ""
        if standing.location_id == line.location_id or not line.location_id:
            old["location"] = line.row.values.get("location", "")
    for name, new in line.row.values.items():
        before = old.get(name, "")
        if before != new and not (name == "email" and line.old):
            label = FIELDS[name][0]
            yield {"attribute": label, "old": before or None, "new": new or None}


_STANDING = (
    sa.select(
        rows.c.id,
        rows.c.location_id,
        offices.c.name.label("location_name"),
        sa.func.coalesce(managers.c.work_email, managers.c.user_name).label("manager"),
    )
    .join(offices, offices.c.id == rows.c.location_id, isouter=True)
    .join(
        managers,
        (managers.c.id == rows.c.manager_id)
        & (managers.c.company_id == rows.c.company_id),
        isouter=True,
    )
    .where(
        rows.c.company_id == sa.bindparam("company_id"),
        rows.c.id.in_(sa.bindparam("ids", expanding=True)),
    )
)
