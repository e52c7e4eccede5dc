"""Employees whom an administrator keeps by hand: contractors, temps, and those whom an
integration that is gone once fed.

Who is synced is not ours to change: the next cycle would change it back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from envoy_console.directory import (
    addressing,
    circles,
    details,
    employees,
    history,
    people,
)
from envoy_console.directory.actors import Actor
from envoy_console.directory.details import DetailsError, Values
from envoy_console.directory.errors import RuleError
from envoy_console.directory.fields import Document, display_name
from envoy_console.directory.people import EmployeeRecord
from envoy_console.models import Employee, Location
from envoy_console.models.base import table
from envoy_console.scim.errors import UniquenessError
from envoy_console.scim.folding import fold

rows = table(Employee)
locations = table(Location)


class SyncedError(RuleError):
    """An employee whom an integration keeps, so that nobody else may."""


class ChangedError(RuleError):
    """An employee who was changed since they were opened to edit; how they stand now."""

    def __init__(self, text: str, stand: str) -> None:
        super().__init__(text)
        self.stand = stand


@dataclass(frozen=True, slots=True)
class Outcome:
    """Of those selected: how many were changed, were so already, and are synced."""

    changed: int
    unchanged: int
    synced: int


def add(tx: Connection, actor: Actor, values: Values, *, location_id: str) -> str:
    """Add an employee and return their id; raises DetailsError."""
    _refuse_taken(tx, actor.company_id, values["email"])
    known = _with_manager(tx, actor.company_id, values)
    with_name: Document = details.amended({}, known)
    return _told(tx, actor, with_name, location_id).id


def edit(
    tx: Connection,
    actor: Actor,
    employee_id: str,
    values: Values,
    *,
    stand: str,
    location_id: str,
) -> None:
    """Change an employee who is still as at `stand`.

    Raises ChangedError, DetailsError, SyncedError and NotFoundError.
    """
    old = required(tx, actor.company_id, employee_id)
    if stand != (current := stand_of(tx, actor.company_id, old)):
        raise ChangedError(_changed_by(tx, actor.company_id, employee_id), current)
    if values.get("email", details.email_of(old.document)) != details.email_of(
        old.document
    ):
        _refuse_taken(tx, actor.company_id, values["email"], but=employee_id)
    known = _with_manager(tx, actor.company_id, values, of=old)
    try:
        employees.change(
            tx, actor, employee_id, lambda doc: details.amended(doc, known)
        )
    except UniquenessError as error:
        raise DetailsError({"email": error.detail}) from error
    if location_id:
        move(tx, actor, [employee_id], location_id)


def stand_of(tx: Connection, company_id: str, record: EmployeeRecord) -> str:
    """Return what is another one after every change that a form could undo."""
    return f"{record.version} {location_of(tx, company_id, record.id)}"


def required(tx: Connection, company_id: str, employee_id: str) -> EmployeeRecord:
    """Return an employee kept by hand, locked; raises SyncedError and NotFoundError."""
    found = people.locked(tx, company_id, employee_id)
    if found.integration_id is not None:
        raise SyncedError(
            f"{display_name(found.document)} is synced from Microsoft Entra ID. "
            "Change it there."
        )
    return found


def set_active(
    tx: Connection, actor: Actor, ids: Sequence[str], active: bool
) -> Outcome:
    """Deactivate or reactivate those of `ids` that are kept by hand."""
    found = _chosen(tx, actor.company_id, ids)
    mine = [row for row in found if row.integration_id is None]
    due = [row.id for row in mine if row.active != active]
    for employee_id in due:
        employees.change(tx, actor, employee_id, lambda doc: doc | {"active": active})
    return Outcome(len(due), len(mine) - len(due), len(found) - len(mine))


def move(tx: Connection, actor: Actor, ids: Sequence[str], location_id: str) -> Outcome:
    """Give those of `ids` that are kept by hand another primary location.

    It is no part of what SCIM knows of them, so their version stays.
    """
    name = location_name(tx, actor.company_id, location_id)
    found = _chosen(tx, actor.company_id, ids)
    mine = [row for row in found if row.integration_id is None]
    due = [row for row in mine if row.location_id != location_id]
    moving = rows.c.id.in_([row.id for row in due])
    tx.execute(rows.update().where(moving).values(location_id=location_id))
    for row in due:
        change = {
            "attribute": "Primary location",
            "old": row.location_name,
            "new": name,
        }
        named = (history.EMPLOYEE, row.id, row.display_name)
        history.record(tx, actor, "updated", named, [change])
    return Outcome(len(due), len(mine) - len(due), len(found) - len(mine))


def remove(tx: Connection, actor: Actor, employee_id: str) -> None:
    """Delete an employee kept by hand; raises SyncedError and NotFoundError."""
    required(tx, actor.company_id, employee_id)
    employees.delete(tx, actor, employee_id)


def location_of(tx: Connection, company_id: str, employee_id: str) -> str:
    """Return the id of an employee's primary location, if they have one."""
    query = sa.select(rows.c.location_id).where(
        rows.c.company_id == company_id, rows.c.id == employee_id
    )
    return tx.execute(query).scalar() or ""


def location_name(tx: Connection, company_id: str, location_id: str) -> str:
    """Return what a location is called; raises DetailsError."""
    query = sa.select(locations.c.name).where(
        locations.c.company_id == company_id, locations.c.id == location_id
    )
    name: str | None = tx.execute(query).scalar()
    if name is None:
        raise DetailsError({"location": "Choose one of the company's locations."})
    return name


def _told(
    tx: Connection, actor: Actor, document: Document, location_id: str
) -> EmployeeRecord:
    location_name(tx, actor.company_id, location_id)
    try:
        return employees.create(tx, actor, document, location_id=location_id)
    except UniquenessError as error:
        raise DetailsError({"email": error.detail}) from error


def _refuse_taken(
    tx: Connection, company_id: str, email: str, *, but: str = ""
) -> None:
    if addressing.addressed(tx, company_id, [email]).get(fold(email), set()) - {but}:
        raise DetailsError(
            {"email": f"Another employee has the email address {email} already."}
        )


def _with_manager(
    tx: Connection,
    company_id: str,
    values: Values,
    *,
    of: EmployeeRecord | None = None,
) -> dict[str, str]:
    """Return the values with the manager's id in the place of their address."""
    if not values.get("manager"):
        return dict(values)
    address = values["manager"]
    ids = addressing.addressed(tx, company_id, [address]).get(fold(address), set())
    if not ids:
        raise DetailsError({"manager": f"No employee has the email address {address}."})
    manager_id = addressing.only(ids, of.manager_id if of else None)
    if manager_id is None:
        said = f"{len(ids)} employees have the email address {address}."
        raise DetailsError({"manager": f"{said} Enter the user name."})
    if of and manager_id == of.id:
        raise DetailsError({"manager": "Nobody can be their own manager."})
    is_new = of is not None and manager_id != of.manager_id
    if of and is_new and circles.closed(tx, company_id, {of.id: manager_id}):
        raise DetailsError({"manager": circles.REFUSED})
    return dict(values) | {"manager": manager_id}


def _chosen(tx: Connection, company_id: str, ids: Sequence[str]) -> Sequence[Any]:
    query = (
        sa.select(
            rows.c.id,
            rows.c.display_name,
            rows.c.integration_id,
            rows.c.active,
            rows.c.location_id,
            locations.c.name.label("location_name"),
        )
        .join(locations, locations.c.id == rows.c.location_id, isouter=True)
        .where(rows.c.company_id == company_id, rows.c.id.in_(list(ids)))
        .order_by(rows.c.id)
        .with_for_update(of=rows)
    )
    return tx.execute(query).all()


def _changed_by(tx: Connection, company_id: str, employee_id: str) -> str:
    who = history.last_actor(tx, company_id, employee_id) or "Somebody"
    return (
        f"{who} has changed this employee since you opened the form, so nothing is "
        "saved yet. What you entered is still here: Save once more puts it in the "
        "place of theirs, Cancel shows what they did."
    )
