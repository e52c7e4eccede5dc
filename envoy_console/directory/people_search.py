"""Somebody by a part of the name, user name or email: the first few, fast."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from envoy_console.models import Employee
from envoy_console.models.base import table
from envoy_console.scim.folding import fold

employees = table(Employee)

AT_MOST = 8
SHORTEST = 2


def first(tx: Connection, company_id: str, query: str) -> list[Any]:
    """Return those (id, display_name, user_name) in whom every word occurs, by name."""
    words = fold(query).split()
    if len("".join(words)) < SHORTEST:
        return []
    statement = sa.select(
        employees.c.id, employees.c.display_name, employees.c.user_name
    ).where(employees.c.company_id == company_id)
    for word in words:
        statement = statement.where(_mentions(word))
    ordered = statement.order_by(employees.c.display_name_key, employees.c.id)
    return list(tx.execute(ordered.limit(AT_MOST)).all())


def _mentions(word: str) -> sa.ColumnElement[bool]:
    columns = (
        employees.c.display_name_key,
        employees.c.user_name_key,
        employees.c.work_email_key,
    )
    return sa.or_(*(column.contains(word, autoescape=True) for column in columns))
