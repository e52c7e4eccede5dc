"""What a CSV file of employees would do to the directory, line by line.

A line is about whoever has its email address. Who is kept by hand is changed, who is
synced is left alone, and who is nobody yet is added. An empty cell empties a value; a
column that is not there, and an empty location, leave it as it is. A plan changes
nothing: `apply` does what it says.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from envoy_console.directory import (
    circles,
    employees,
    locations,
    manual,
    people,
    people_file,
)
from envoy_console.directory.actors import Actor
from envoy_console.directory.batches import batches
from envoy_console.directory.history import Change
from envoy_console.directory.manual import FIELDS
from envoy_console.directory.people import EmployeeRecord
from envoy_console.directory.people_file import Row
from envoy_console.models import Employee, Location
from envoy_console.models.base import new_id, table
from envoy_console.scim.folding import fold

rows = table(Employee)
offices = table(Location)
managers = rows.alias("managers")


class Kind(StrEnum):
    """What becomes of a line."""

    ADD = "add"
    UPDATE = "update"
    SAME = "same"
    SYNCED = "synced"
    DUPLICATE = "duplicate"
    WRONG = "wrong"


DONE = (Kind.ADD, Kind.UPDATE)


@dataclass(slots=True)
class Line:
    """What becomes of a row of the file, and why; `changes` show it field by field."""

    row: Row
    employee_id: str
    old: EmployeeRecord | None = None
    kind: Kind = Kind.ADD
    why: str = ""
    location_id: str = ""
    manager_id: str = ""
    changes: list[Change] = field(default_factory=list)

    @property
    def is_due(self) -> bool:
        return self.kind in DONE

    @property
    def values(self) -> dict[str, str]:
        """The values to write, with the manager by id; who is here keeps the address."""
        values = {k: v for k, v in self.row.values.items() if k != "location"}
        if self.old is not None:
            del values["email"]
        return values | ({"manager": self.manager_id} if "manager" in values else {})

    def put_aside(self, kind: Kind, why: str) -> None:
        self.kind, self.why = kind, why


@dataclass(frozen=True, slots=True)
class Plan:
    """What would become of each line, and the headings that say nothing."""

    lines: Sequence[Line]
    unknown: Sequence[str]

    def of(self, kind: Kind | None) -> Sequence[Line]:
        """Return the lines of one kind, or all of them."""
        return [line for line in self.lines if kind in (None, line.kind)]

    @property
    def counts(self) -> Counter[Kind]:
        return Counter(line.kind for line in self.lines)

    @property
    def due(self) -> int:
        return sum(line.is_due for line in self.lines)

    @property
    def fingerprint(self) -> str:
        """Return what stays the same for as long as an import would do the same."""
        told = [
            (
                line.row.line,
                line.kind,
                line.old and (line.old.id, line.old.version),
                line.location_id,
                line.changes,
            )
            for line in self.lines
        ]
        return hashlib.sha256(orjson.dumps(told)).hexdigest()


def plan(tx: Connection, company_id: str, data: bytes) -> Plan:
    """Return what the file would do to the company; raises UnreadableError."""
    file = people_file.read(data)
    known = _known(tx, company_id, file.rows)
    lines = [_met(row, known.get(row.key, ())) for row in file.rows]
    _skip_repeated(lines)
    _place(lines, locations.names(tx, company_id))
    _follow_managers(tx, company_id, lines)
    _tell_changes(tx, company_id, lines)
    return Plan(lines, file.unknown)


def apply(tx: Connection, actor: Actor, plan: Plan) -> None:
    """Do what the plan says; the plan has to be of this very transaction."""
    by_location: dict[str, dict[str, Any]] = defaultdict(dict)
    for line in plan.of(Kind.ADD):
        document = manual.amended({}, line.values)
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
        tx, actor, line.employee_id, lambda doc: manual.amended(doc, line.values)
    )


def _known(
    tx: Connection, company_id: str, found: Sequence[Row]
) -> dict[str, list[EmployeeRecord]]:
    """Return by folded address those of the file who are here."""
    ids = manual.addressed(tx, company_id, [row.key for row in found if row.key])
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


def _follow_managers(tx: Connection, company_id: str, lines: Sequence[Line]) -> None:
    """Find the managers, here or in the file; who has one that is nobody is wrong."""
    led = _led(lines)
    here = manual.addressed(tx, company_id, led)
    for key, followers in led.items():
        for line in followers:
            _take_manager(line, key, here.get(key, ()))
    _refuse_circles(tx, company_id, lines)
    led = _led(lines)  # who is wrong by now leads nobody, and follows nobody
    coming = {line.row.key: line for line in lines if line.kind is Kind.ADD}
    nobody = [key for key in led if key not in here and key not in coming]
    while nobody:
        for line in led.pop(nobody.pop(), ()):
            line.put_aside(Kind.WRONG, "No employee has the manager's email address.")
            if coming.pop(line.row.key, None):  # who names them has no manager either
                nobody.append(line.row.key)
    for key in led.keys() - here.keys():
        for line in led[key]:
            line.manager_id = coming[key].employee_id


def _refuse_circles(tx: Connection, company_id: str, lines: Sequence[Line]) -> None:
    """Put aside who would come to report to themselves; an old circle may stay."""
    coming = {r.row.key: r.employee_id for r in lines if r.kind is Kind.ADD}
    given = {}
    for line in lines:
        if line.is_due and "manager" in line.row.values:
            newcomer = coming.get(fold(line.row.values["manager"]), "")
            given[line.employee_id] = line.manager_id or newcomer
    closed = circles.closed(tx, company_id, given)
    for line in lines:
        is_new = line.old is None or line.manager_id != line.old.manager_id
        if line.is_due and is_new and line.employee_id in closed:
            line.put_aside(Kind.WRONG, circles.REFUSED)


def _led(lines: Iterable[Line]) -> dict[str, list[Line]]:
    """Return by the folded address of a manager the lines that are to have them."""
    led: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        if line.is_due and line.row.values.get("manager"):
            led[fold(line.row.values["manager"])].append(line)
    return led


def _take_manager(line: Line, key: str, here: Collection[str]) -> None:
    """Give a line the manager who is here already; one who cannot be is wrong."""
    manager_id = manual.only(here, line.old.manager_id if line.old else None)
    if line.row.key == key or manager_id == line.employee_id:
        line.put_aside(Kind.WRONG, "Nobody can be their own manager.")
    elif here and manager_id is None:
        line.put_aside(
            Kind.WRONG, f"{len(here)} employees have the manager's email address."
        )
    else:
        line.manager_id = manager_id or ""


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
        old = manual.details(line.old)
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
