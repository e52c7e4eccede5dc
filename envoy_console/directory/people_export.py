"""The directory as a CSV file, with the columns that an import understands.

It is written to a temporary file, a stretch of the list at a time, so that neither memory
grows with the directory nor the database waits for a slow reader.
"""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterator
from typing import IO, Any

import orjson
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from envoy_console.directory import browse, people_file
from envoy_console.directory.fields import of_type
from envoy_console.models import Employee, Location
from envoy_console.models.base import table
from envoy_console.spreadsheets import safe

IN_MEMORY = 1024 * 1024
AT_ONCE = 500

employees = table(Employee)
locations = table(Location)
managers = employees.alias("managers")


def written(tx: Connection, company_id: str, **filters: str) -> IO[bytes]:
    """Return the employees that `browse.employee_page` would show, by name, as CSV."""
    file: IO[bytes] = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115
    text = io.TextIOWrapper(file, "utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow([*people_file.headings(), *people_file.TOLD])
    for row in _rows(tx, browse.employee_conditions(tx, company_id, **filters)):
        writer.writerow(map(safe, _cells(row)))
    text.detach()
    file.seek(0)
    return file


def _rows(tx: Connection, conditions: list[Any]) -> Iterator[Any]:
    """Yield the rows by name, each stretch found by where the last one ended."""
    place = sa.tuple_(employees.c.display_name_key, employees.c.id)
    query = _SELECT.where(*conditions)
    query = query.order_by(employees.c.display_name_key, employees.c.id).limit(AT_ONCE)
    stretch = query
    while found := tx.execute(stretch).all():
        yield from found
        last = sa.tuple_(sa.literal(found[-1].display_name_key), found[-1].id)
        stretch = query.where(place > last)


_SELECT = (
    sa.select(
        employees.c.id,
        employees.c.display_name,
        employees.c.display_name_key,
        employees.c.user_name,
        employees.c.work_email,
        employees.c.title,
        employees.c.department,
        employees.c.active,
        employees.c.source,
        employees.c.integration_id,
        employees.c.document,
        locations.c.name.label("location_name"),
        sa.func.coalesce(managers.c.work_email, managers.c.user_name).label("manager"),
    )
    .join(locations, locations.c.id == employees.c.location_id, isouter=True)
    .join(
        managers,
        (managers.c.id == employees.c.manager_id)
        & (managers.c.company_id == employees.c.company_id),
        isouter=True,
    )
)


def _cells(row: Any) -> tuple[Any, ...]:
    document = orjson.loads(row.document)
    return (
        row.display_name,
        row.work_email or row.user_name,
        of_type(document, "phoneNumbers", "mobile", "value"),
        row.location_name,
        row.title,
        row.department,
        row.manager,
        row.user_name,
        "Active" if row.active else "Inactive",
        _source(row),
    )


def _source(row: Any) -> str:
    if row.source == "manual":
        return "Manual"
    return "SCIM" if row.integration_id else "No longer synced"
