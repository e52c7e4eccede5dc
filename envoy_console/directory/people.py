"""Employees as they are read: the document, with what the directory derives of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from envoy_console.directory import nesting, records, searchable
from envoy_console.directory.fields import Document
from envoy_console.directory.records import Found, Record
from envoy_console.models import Employee, Group, Membership
from envoy_console.models.base import table
from envoy_console.models.prepared import Prepared
from envoy_console.scim.messages import Sort, Window
from envoy_console.scim.nodes import Node
from envoy_console.scim.schemas import ENTERPRISE

employees = table(Employee)
groups = table(Group)
memberships = table(Membership)
managers = employees.alias("managers")


@dataclass(frozen=True)
class EmployeeRecord(Record):
    """An employee with what the directory derives: the manager's name, the groups.

    `outer_groups` are those that the employee is in through other groups alone.
    """

    manager_id: str | None
    manager_name: str | None
    groups: tuple[dict[str, str], ...]
    integration_id: str | None
    outer_groups: tuple[dict[str, str], ...] = ()


def get(tx: Connection, company_id: str, employee_id: str) -> EmployeeRecord:
    """Return an employee, active or not, or raise NotFoundError."""
    return _one(tx, _BY_ID, company_id, employee_id)


def locked(tx: Connection, company_id: str, employee_id: str) -> EmployeeRecord:
    """As `get`, and nobody else changes the employee until the transaction ends."""
    return _one(tx, _LOCKED, company_id, employee_id)


def find(
    tx: Connection,
    company_id: str,
    node: Node | None,
    window: Window,
    sort: Sort | None,
) -> Found[EmployeeRecord]:
    """Return how many employees match a filter, and those of one window."""
    found = records.select(
        tx, _SELECT, searchable.USERS, company_id, node, window, sort
    )
    return Found(found.total, [_record(row) for row in found.rows], found.end)


def named(
    tx: Connection, company_id: str, employee_ids: Sequence[str]
) -> list[EmployeeRecord]:
    """Return the employees with these ids, in no particular order."""
    values = {"company_id": company_id, "ids": employee_ids}
    return [_record(row) for row in tx.execute(_BY_IDS, values)]


def editable(record: EmployeeRecord) -> Document:
    """Return the document as a client writes it, manager included."""
    if record.manager_id is None:
        return record.document
    extension = record.document.get(ENTERPRISE, {})
    manager = {"manager": {"value": record.manager_id}}
    return record.document | {ENTERPRISE: extension | manager}


_GROUPS = (
    nesting.NAMED_GROUPS.join(memberships, memberships.c.group_id == groups.c.id)
    .where(memberships.c.member_id == employees.c.id)
    .correlate(employees)
    .scalar_subquery()
)

_SELECT = sa.select(
    employees.c.id,
    employees.c.document,
    employees.c.version,
    employees.c.created_at,
    employees.c.updated_at,
    employees.c.manager_id,
    employees.c.integration_id,
    managers.c.display_name.label("manager_name"),
    _GROUPS.label("groups"),
    nesting.OUTER_GROUPS.label("outer_groups"),
).join(
    managers,
    (managers.c.company_id == employees.c.company_id)
    & (managers.c.id == employees.c.manager_id),
    isouter=True,
)

_OF_ONE = _SELECT.where(
    employees.c.id == sa.bindparam("id"),
    employees.c.company_id == sa.bindparam("company_id"),
)

_BY_IDS = _SELECT.where(
    employees.c.id.in_(sa.bindparam("ids", expanding=True)),
    employees.c.company_id == sa.bindparam("company_id"),
)

_BY_ID = Prepared(_OF_ONE)
_LOCKED = Prepared(_OF_ONE.with_for_update(of=employees))


def _one(
    tx: Connection, query: Prepared, company_id: str, employee_id: str
) -> EmployeeRecord:
    return _record(records.one(tx, query, "user", company_id, employee_id))


def _record(row: Any) -> EmployeeRecord:
    # a sorted list has its keys behind
    id, text, version, created, updated, manager_id, integration_id = row[:7]
    manager_name, direct, outer = row[7:10]
    groups, others = _groups(direct), _groups(outer)
    return EmployeeRecord(
        id,
        text,
        version,
        created,
        updated,
        manager_id,
        manager_name,
        groups,
        integration_id,
        tuple(group for group in others if group not in groups) if others else (),
    )


def _groups(text: str | None) -> tuple[dict[str, str], ...]:
    if text is None:
        return ()
    found = orjson.loads(text)
    return tuple(sorted(found, key=lambda group: str(group["display"])))
