"""Whom somebody means who types a name, or a part of one: the first few.

Beginnings are found by an index among any number of people; words within names are looked
for in all of them, of one company.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from envoy_console.directory import records
from envoy_console.models import Employee
from envoy_console.models.base import table
from envoy_console.scim.folding import fold

AT_MOST = 10
MENTIONED_AT_MOST = 8
SHORTEST = 2
LAST = "\U0010ffff"

employees = table(Employee)

NAMES = (
    employees.c.user_name_key,
    employees.c.display_name_key,
    employees.c.work_email_key,
)


def mentioning(tx: Connection, company_id: str, text: str) -> list[Any]:
    """Return the first few employees in whose names every word of `text` occurs."""
    words = fold(text).split()
    if len("".join(words)) < SHORTEST:
        return []
    query = _KNOWN.where(employees.c.company_id == company_id)
    for word in words:
        query = query.where(
            sa.or_(*(name.contains(word, autoescape=True) for name in NAMES))
        )
    ordered = query.order_by(employees.c.display_name_key, employees.c.id)
    return list(tx.execute(ordered.limit(MENTIONED_AT_MOST)).all())


def beginning(tx: Connection, company_id: str, text: str) -> list[Any]:
    """Return the first few employees whose id is `text`, or whose name begins so."""
    mine = employees.c.company_id == company_id
    if records.is_id(text):
        return list(tx.execute(_KNOWN.where(mine, employees.c.id == text)).all())
    start = fold(text)
    found = sa.union(
        *(
            sa.select(
                sa.select(employees.c.id)
                .where(mine, name >= start, name < start + LAST)
                .order_by(name)
                .limit(AT_MOST)
                .subquery()
                .c.id
            )
            for name in NAMES
        )
    )
    query = _KNOWN.where(employees.c.id.in_(sa.select(found.subquery().c.id)))
    ordered = query.order_by(employees.c.display_name_key, employees.c.id)
    return list(tx.execute(ordered.limit(AT_MOST)).all())


def ids_and_keys(
    tx: Connection, company_id: str, text: str
) -> tuple[list[str], list[str]]:
    """Return the ids of the people meant, and what a client may have looked for.

    What was typed is among both: it may be about somebody who is gone, or never was.
    """
    found = beginning(tx, company_id, text)
    names = {
        fold(name)
        for row in found
        for name in (row.user_name, row.work_email, row.external_id)
        if name
    }
    return sorted({text, *(row.id for row in found)}), sorted({fold(text), *names})


_KNOWN = sa.select(
    employees.c.id,
    employees.c.display_name,
    employees.c.user_name,
    employees.c.work_email,
    employees.c.external_id,
)
