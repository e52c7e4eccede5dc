"""Whom an email address means, where people are named by it: in a form or in a file."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from envoy_console.directory.batches import batches
from envoy_console.models import Employee
from envoy_console.models.base import table
from envoy_console.scim.folding import fold

rows = table(Employee)


def addressed(
    tx: Connection, company_id: str, addresses: Iterable[str]
) -> dict[str, set[str]]:
    """Return by folded address the ids of those who have it as user name or email.

    SCIM keeps user names unique, but not emails, so these may be several.
    """
    wanted = list({fold(address) for address in addresses})
    found: dict[str, set[str]] = {}
    for some in batches(wanted):
        for column in (rows.c.work_email_key, rows.c.user_name_key):
            query = sa.select(column.label("key"), rows.c.id).where(
                rows.c.company_id == company_id, column.in_(some)
            )
            for row in tx.execute(query):
                found.setdefault(row.key, set()).add(row.id)
    return found


def only(ids: Collection[str], standing: str | None = None) -> str | None:
    """Return the one whom an address means: who is `standing`, or else the only one."""
    if standing in ids:
        return standing
    return next(iter(ids)) if len(ids) == 1 else None


def address_of(tx: Connection, company_id: str, employee_id: str | None) -> str:
    """Return by which address a form or a file names an employee; nobody has none."""
    query = sa.select(sa.func.coalesce(rows.c.work_email, rows.c.user_name)).where(
        rows.c.company_id == company_id, rows.c.id == employee_id
    )
    return tx.execute(query).scalar() or ""
