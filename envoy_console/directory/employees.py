"""Employees: the people whom an identity provider knows as users."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from envoy_console.directory import groups, history, people, records
from envoy_console.directory.actors import Actor
from envoy_console.directory.fields import (
    Document,
    changed_columns,
    display_name,
    employee_columns,
    folded_document,
    is_active,
)
from envoy_console.directory.history import Subject
from envoy_console.directory.json_sql import among
from envoy_console.directory.people import EmployeeRecord
from envoy_console.directory.records import Record, Versions
from envoy_console.models import Employee
from envoy_console.models.base import new_id, now, table
from envoy_console.models.prepared import Prepared
from envoy_console.scim.errors import InvalidValueError, UniquenessError
from envoy_console.scim.schemas import ENTERPRISE, USER

employees = table(Employee)
managers = employees.alias("managers")

USER_NAME_KEY = "uq_employees_company_id_user_name_key"


def create(
    tx: Connection, actor: Actor, document: Document, *, location_id: str | None
) -> EmployeeRecord:
    """Add an employee. Raises UniquenessError when the userName is taken."""
    whole = _whole(document)
    row = _new_row(actor, new_id(), whole, location_id)
    name = _guarded(
        tx, actor, (_INSERT, _INSERT_LED), row, whole["userName"], row["manager_id"]
    )
    named = (history.EMPLOYEE, row["id"], row["display_name"])
    history.record(tx, actor, "created", named, history.differences({}, whole))
    moment: datetime = row["created_at"]
    return EmployeeRecord(
        row["id"], row["document"], 1, moment, moment, row["manager_id"], name, (),
        actor.integration_id,
    )  # fmt: skip


def create_many(
    tx: Connection,
    actor: Actor,
    documents: Mapping[str, Document],
    *,
    location_id: str | None,
) -> None:
    """Add employees by their ids, with a few statements for all of them.

    Raises UniquenessError when a userName is taken.
    """
    whole = {id: _whole(document) for id, document in documents.items()}
    rows = [
        _new_row(actor, employee_id, document, location_id)
        for employee_id, document in whole.items()
    ]
    _refuse_taken(tx, actor, rows)
    try:
        _INSERT.many(tx, rows)
    except IntegrityError as error:
        raise records.taken(
            error, USER_NAME_KEY, "Somebody else just took one of the userNames."
        ) from error
    history.record_many(
        tx,
        actor,
        "created",
        (
            (
                (history.EMPLOYEE, row["id"], row["display_name"]),
                document,
            )
            for row, document in zip(rows, whole.values(), strict=True)
        ),
    )


def change(
    tx: Connection,
    actor: Actor,
    employee_id: str,
    edit: Callable[[Document], Document],
    versions: Versions = None,
) -> EmployeeRecord:
    """Replace the document by what `edit` makes of it.

    `edit` sees the manager as `{"value": id}`. A change that changes nothing keeps
    the version. Raises NotFoundError, PreconditionFailedError, UniquenessError, and
    whatever `edit` raises.
    """
    old = people.locked(tx, actor.company_id, employee_id)
    records.expect(old.version, versions)
    new = edit(people.editable(old))
    if new == people.editable(old):
        records.adopt(tx, employees, actor, old.id, old.integration_id)
        return old
    return _save(tx, actor, old, new)


def replace(
    tx: Connection,
    actor: Actor,
    employee_id: str,
    document: Document,
    versions: Versions = None,
) -> EmployeeRecord:
    """Put `document` in the place of the old one, as `change` does.

    Leaving `active` out says nothing about it (RFC 7644 §3.5.1): whoever was shut out
    stays so.
    """

    def edit(old: Document) -> Document:
        return {"active": is_active(old), **document}

    return change(tx, actor, employee_id, edit, versions)


def delete(
    tx: Connection, actor: Actor, employee_id: str, versions: Versions = None
) -> None:
    """Remove an employee, their memberships, and every reference to them as manager."""
    old = people.locked(tx, actor.company_id, employee_id)
    records.expect(old.version, versions)
    groups.lose(tx, actor, old.id)
    _leave_reports(tx, actor, old)
    tx.execute(employees.delete().where(employees.c.id == employee_id))
    history.record(tx, actor, "deleted", subject(old))


def subject(record: Record) -> Subject:
    """Return how the history names an employee."""
    return history.EMPLOYEE, record.id, display_name(record.document)


# found by primary key alone: with the company among the conditions, PostgreSQL may
# choose to read the whole company while it has no statistics of a new table
_MANAGER_NAME = (
    sa.select(
        sa.case(
            (
                managers.c.company_id == sa.bindparam("of_company"),
                managers.c.display_name,
            )
        )
    )
    .where(managers.c.id == sa.bindparam("of_manager"))
    .scalar_subquery()
)

_BY_ID = employees.c.id == sa.bindparam("row_id")

# what to write with where there is no manager, and what tells the manager's name too:
# on SQLite that makes a write half as dear again
_INSERT = Prepared(employees.insert())
_INSERT_LED = Prepared(employees.insert().returning(_MANAGER_NAME))
_UPDATE = Prepared(employees.update().where(_BY_ID))
_UPDATE_LED = Prepared(employees.update().where(_BY_ID).returning(_MANAGER_NAME))

_TAKEN = Prepared(
    sa.select(employees.c.user_name)
    .where(
        employees.c.company_id == sa.bindparam("of_company"),
        among(employees.c.user_name_key, "keys"),
    )
    .limit(1)
)


def _whole(document: Document) -> Document:
    """Return the document of somebody new: active, unless it says otherwise."""
    return {"active": True, **document}


def _new_row(
    actor: Actor, employee_id: str, document: Document, location_id: str | None
) -> dict[str, Any]:
    """Return the row of a new employee."""
    document, manager_id = _without_manager(document)
    moment = now()
    return {
        "id": employee_id,
        "company_id": actor.company_id,
        "integration_id": actor.integration_id,
        "source": "scim" if actor.integration_id else "manual",
        "document": records.stored(document),
        "search": folded_document(document, USER),
        "version": 1,
        "created_at": moment,
        "updated_at": moment,
        "manager_id": manager_id,
        "location_id": location_id,
        **employee_columns(document),
    }


def _refuse_taken(tx: Connection, actor: Actor, rows: list[dict[str, Any]]) -> None:
    keys = [row["user_name_key"] for row in rows]
    values = {"of_company": actor.company_id, "keys": keys}
    if taken := _TAKEN.first(tx, values):
        name = taken.user_name
        raise UniquenessError(f"There already is a user with the userName “{name}”.")


def _save(
    tx: Connection, actor: Actor, old: EmployeeRecord, new: Document
) -> EmployeeRecord:
    document, manager_id = _without_manager(new)
    moment = now()
    values = {
        "document": records.stored(document),
        "search": folded_document(document, USER),
        "version": old.version + 1,
        "updated_at": moment,
        **changed_columns(employee_columns, old.document, document),
        **records.adopted(actor, old.integration_id),
    }
    if manager_id != old.manager_id:
        values["manager_id"] = manager_id
    named = (history.EMPLOYEE, old.id, display_name(document))
    name = _guarded(
        tx, actor, (_UPDATE, _UPDATE_LED), {"row_id": old.id, **values},
        document["userName"], manager_id,
    )  # fmt: skip
    changes = history.differences(people.editable(old), new)
    history.record(tx, actor, _action(old.document, document), named, changes)
    return EmployeeRecord(
        old.id, values["document"], old.version + 1, old.created_at, moment,
        manager_id, name, old.groups, old.integration_id, old.outer_groups,
    )  # fmt: skip


def _action(old: Document, new: Document) -> str:
    was, now_is = is_active(old), is_active(new)
    if was == now_is:
        return "updated"
    return "reactivated" if now_is else "deactivated"


def _guarded(
    tx: Connection,
    actor: Actor,
    statements: tuple[Prepared, Prepared],
    values: Document,
    user_name: str,
    manager_id: str | None,
) -> str | None:
    """Write a row, with the first statement if there is no manager, and return the
    manager's name, if the manager is an employee.

    Somebody else may have the userName already. A manager who is nobody here is kept
    as sent, since identity providers send their own ids where they have not
    provisioned the manager; only strict mode insists.
    """
    without_manager, with_manager = statements
    try:
        if manager_id is None:
            without_manager.run(tx, values)
            return None
        named = {"of_company": actor.company_id, "of_manager": manager_id}
        (row,) = with_manager.all(tx, values | named)
    except IntegrityError as error:
        raise records.taken(
            error,
            USER_NAME_KEY,
            f"Another user already has the userName “{user_name}”. "
            "It is compared without regard to case.",
        ) from error
    name: str | None = row[0]
    if name is None and actor.strict:
        raise InvalidValueError(
            f"manager.value must be the id of a user; there is no “{manager_id[:64]}”."
        )
    return name


def _without_manager(document: Document) -> tuple[Document, str | None]:
    extension = document.get(ENTERPRISE, {})
    if "manager" not in extension:
        return document, None
    rest = {name: value for name, value in extension.items() if name != "manager"}
    document = {name: value for name, value in document.items() if name != ENTERPRISE}
    if rest:
        document[ENTERPRISE] = rest
    return document, extension["manager"].get("value")


def _leave_reports(tx: Connection, actor: Actor, old: EmployeeRecord) -> None:
    theirs = (employees.c.company_id == actor.company_id) & (
        employees.c.manager_id == old.id
    )
    reports = tx.execute(
        employees.update()
        .where(theirs)
        .values(manager_id=None, version=employees.c.version + 1, updated_at=now())
        .returning(employees.c.id, employees.c.display_name)
    ).all()
    gone = {"attribute": f"{ENTERPRISE}:manager.value", "old": old.id, "new": None}
    for report in reports:
        named = (history.EMPLOYEE, report.id, report.display_name)
        history.record(tx, actor, "updated", named, [gone])
