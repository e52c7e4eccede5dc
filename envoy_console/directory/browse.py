"""Employees as the console shows them: searchable, sortable, paged."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from envoy_console.directory import records, totals
from envoy_console.directory.fields import Document, tutorial_values
from envoy_console.directory.integrations import PER_LOCATION
from envoy_console.models import (
    Employee,
    Group,
    Integration,
    Location,
    LocationGroup,
    Membership,
    paging,
)
from envoy_console.models.base import table
from envoy_console.scim.folding import fold

employees = table(Employee)
groups = table(Group)
memberships = table(Membership)
locations = table(Location)
feeds = table(LocationGroup)
integrations = table(Integration)
managers = employees.alias("managers")

EMPLOYEE_ORDER = {
    "name": employees.c.display_name_key,
    "user_name": employees.c.user_name_key,
    "email": employees.c.work_email_key,
    "title": employees.c.title_key,
    "department": employees.c.department_key,
    "location": locations.c.name_key,
    "status": employees.c.active,
    "updated": employees.c.updated_at,
}

LISTED_EMPLOYEE = (
    employees.c.id,
    employees.c.display_name,
    employees.c.user_name,
    employees.c.work_email,
    employees.c.title,
    employees.c.department,
    employees.c.active,
    employees.c.source,
    employees.c.integration_id.is_not(None).label("synced"),
    locations.c.name.label("location_name"),
    employees.c.updated_at,
)

# an expression: in search of a few, an index of names would be read through for its order
BY_NAME = sa.func.coalesce(employees.c.display_name_key, "")


@dataclass(frozen=True, slots=True)
class EmployeeDetail:
    """Everything the page of one employee shows."""

    row: Any
    document: Document
    # (label, SCIM path, value or None) for the tutorial's 19 attributes
    attributes: list[tuple[str, str, Any]]
    groups: list[Any]
    reports: list[Any]


def employee_page(
    tx: Connection,
    company_id: str,
    *,
    query: str = "",
    status: str = "",
    source: str = "",
    location_id: str = "",
    sort: str = "name",
    descending: bool = False,
    page: int = 1,
    per_page: int = 50,
) -> paging.Page[Any]:
    """Return a page of the employee directory.

    `status` is active or inactive; `source` is scim, manual or unsynced (fed by an
    integration that is gone); `sort` is a key of EMPLOYEE_ORDER; `location_id` chooses
    the directory of one location, which everybody shares unless the company syncs
    specific users per location.
    """
    conditions = employee_conditions(
        tx,
        company_id,
        query=query,
        status=status,
        source=source,
        location_id=location_id,
    )
    # the order is found among the ids, in an index; only those shown are looked up
    statement = sa.select(employees.c.id).where(*conditions)
    order = EMPLOYEE_ORDER.get(sort, employees.c.display_name_key)
    if sort == "location":
        statement = statement.join(
            locations, locations.c.id == employees.c.location_id, isouter=True
        )
    statement = statement.order_by(*ordered(order, descending), employees.c.id)
    total = totals.of(tx, employees, company_id) if len(conditions) == 1 else None
    found = paging.fetch(tx, statement, page, per_page, total=total)
    return _looked_up(tx, company_id, found)


def employee_conditions(
    tx: Connection,
    company_id: str,
    *,
    query: str = "",
    status: str = "",
    source: str = "",
    location_id: str = "",
) -> list[sa.ColumnElement[bool]]:
    """Return what the filters of `employee_page` ask of an employee."""
    wanted = [employees.c.company_id == company_id]
    wanted += (_mentions(text) for text in fold(query).split())
    if status in ("active", "inactive"):
        wanted.append(employees.c.active == (status == "active"))
    wanted += _from(source)
    if location_id and _is_per_location(tx, company_id):
        wanted.append(_in_directory_of(location_id))
    return wanted


def some_employees(
    tx: Connection, company_id: str, ids: Iterable[str]
) -> Sequence[Any]:
    """Return those of `ids` that are employees of the company, by name."""
    query = (
        sa.select(*LISTED_EMPLOYEE)
        .join(locations, locations.c.id == employees.c.location_id, isouter=True)
        .where(employees.c.company_id == company_id, employees.c.id.in_(list(ids)))
    )
    return tx.execute(query.order_by(BY_NAME)).all()


def employee_detail(
    tx: Connection, company_id: str, employee_id: str
) -> EmployeeDetail:
    """Return one employee; raises NotFoundError."""
    if not records.is_id(employee_id):
        raise records.missing("user", employee_id)
    row = tx.execute(
        sa.select(
            employees,
            employees.c.integration_id.is_not(None).label("synced"),
            locations.c.name.label("location_name"),
            managers.c.display_name.label("manager_name"),
        )
        .join(locations, locations.c.id == employees.c.location_id, isouter=True)
        .join(
            managers,
            (managers.c.company_id == employees.c.company_id)
            & (managers.c.id == employees.c.manager_id),
            isouter=True,
        )
        .where(employees.c.company_id == company_id, employees.c.id == employee_id)
    ).first()
    if row is None:
        raise records.missing("user", employee_id)
    document = orjson.loads(row.document)
    return EmployeeDetail(
        row,
        document,
        list(tutorial_values(document)),
        _groups_of(tx, employee_id),
        _reports_of(tx, company_id, employee_id),
    )


def employees_at(
    tx: Connection, company_id: str, location_id: str, *, page: int = 1
) -> paging.Page[Any]:
    """Return a page of those in the directory of a location, by name.

    Where everybody shares one directory, it is those whose primary location it is.
    """
    # by the location alone, as the index is: it is the company's, and so are its people
    here: sa.ColumnElement[bool] = employees.c.location_id == (
        sa.select(locations.c.id)
        .where(locations.c.company_id == company_id, locations.c.id == location_id)
        .scalar_subquery()
    )
    if _is_per_location(tx, company_id):
        here = _in_directory_of(location_id) & (employees.c.company_id == company_id)
    query = sa.select(employees.c.id).where(here)
    query = query.order_by(employees.c.display_name_key, employees.c.id)
    return _looked_up(tx, company_id, paging.fetch(tx, query, page, 50))


def present(tx: Connection, company_id: str, ids: Iterable[str]) -> set[str]:
    """Return those of `ids` that are an employee or a group of the company today."""
    return set(names(tx, company_id, ids))


def names(tx: Connection, company_id: str, ids: Iterable[str]) -> dict[str, str]:
    """Return the names of those of `ids` that are an employee or a group today."""
    wanted = list(set(ids))
    found = sa.union_all(
        *(
            sa.select(rows.c.id, rows.c.display_name).where(
                rows.c.company_id == company_id, rows.c.id.in_(wanted)
            )
            for rows in (employees, groups)
        )
    )
    return {row.id: row.display_name for row in tx.execute(found)}


def ordered(column: Any, descending: bool) -> list[Any]:
    """Return what to order by, so that the empty ones come last either way."""
    by = column.desc() if descending else column
    if not column.nullable and column.table is not locations:
        return [by]
    return [sa.case((column.is_(None), 1), else_=0), by]


def _looked_up(
    tx: Connection, company_id: str, found: paging.Page[Any]
) -> paging.Page[Any]:
    """Return a page of ids with what the list shows of each employee."""
    ids = [row.id for row in found.rows]
    shown = {row.id: row for row in some_employees(tx, company_id, ids)}
    return replace(found, rows=[shown[id] for id in ids if id in shown])


def _mentions(text: str) -> sa.ColumnElement[bool]:
    columns = (
        employees.c.display_name_key,
        employees.c.user_name_key,
        employees.c.work_email_key,
        employees.c.title_key,
        employees.c.department_key,
    )
    return sa.or_(*(column.contains(text, autoescape=True) for column in columns))


def _from(source: str) -> list[sa.ColumnElement[bool]]:
    fed_by_scim = employees.c.source == "scim"
    # not by the index of integrations: whoever is synced is most of them
    integration = sa.func.coalesce(employees.c.integration_id, "")
    if source == "manual":
        return [employees.c.source == "manual"]
    if source == "scim":
        return [fed_by_scim, integration != ""]
    if source == "unsynced":
        return [fed_by_scim, integration == ""]
    return []


def _is_per_location(tx: Connection, company_id: str) -> bool:
    query = sa.select(integrations.c.sync_mode).where(
        integrations.c.company_id == company_id, integrations.c.uninstalled_at.is_(None)
    )
    return tx.execute(query).scalar() == PER_LOCATION


def _in_directory_of(location_id: str) -> sa.ColumnElement[bool]:
    fed = (
        sa.select(memberships.c.member_id)
        .join(feeds, feeds.c.group_id == memberships.c.group_id)
        .where(feeds.c.location_id == location_id)
    )
    by_hand = (employees.c.source == "manual") & (
        employees.c.location_id == location_id
    )
    return employees.c.id.in_(fed) | by_hand


def _groups_of(tx: Connection, employee_id: str) -> list[Any]:
    query = (
        sa.select(groups.c.id, groups.c.display_name, groups.c.member_count)
        .join(memberships, memberships.c.group_id == groups.c.id)
        .where(memberships.c.member_id == employee_id)
    )
    return list(tx.execute(query.order_by(groups.c.display_name_key)).all())


def _reports_of(tx: Connection, company_id: str, employee_id: str) -> list[Any]:
    query = sa.select(employees.c.id, employees.c.display_name).where(
        employees.c.company_id == company_id, employees.c.manager_id == employee_id
    )
    return list(tx.execute(query.order_by(BY_NAME).limit(200)).all())
