"""The wire log as the console reads it; `exchange_log` writes it."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from envoy_console.models import ScimExchange
from envoy_console.models.base import table
from envoy_console.scim.errors import NotFoundError

exchanges = table(ScimExchange)

LISTED = [
    exchanges.c[name]
    for name in (
        "number",
        "id",
        "at",
        "method",
        "path",
        "status",
        "duration_us",
        "resource_type",
        "resource_id",
        "quirks",
        "detail",
        "token_hint",
        "source",
    )
]


def page(
    tx: Connection,
    company_id: str,
    *,
    status: str = "",
    method: str = "",
    resource: str = "",
    quirk: str = "",
    query: str = "",
    newer_than: int | None = None,
    older_than: int | None = None,
    limit: int = 50,
) -> list[Any]:
    """Return exchanges, newest first.

    `status` is a code or a class (`4xx`, or `rejected` for all of 400 and above),
    `resource` a type or an id, `query` a part of the path or of the refusal;
    `newer_than` and `older_than` are the `number` of an exchange.
    """
    statement = sa.select(*LISTED).where(exchanges.c.company_id == company_id)
    for condition in _conditions(status, method, resource, quirk, query):
        statement = statement.where(condition)
    if newer_than is not None:
        statement = statement.where(exchanges.c.number > newer_than)
    if older_than is not None:
        statement = statement.where(exchanges.c.number < older_than)
    return list(
        tx.execute(statement.order_by(exchanges.c.number.desc()).limit(limit)).all()
    )


def some(tx: Connection, company_id: str, ids: Collection[str]) -> list[Any]:
    """Return those of the exchanges `ids` that are still kept, in their order."""
    statement = sa.select(*LISTED).where(
        exchanges.c.company_id == company_id, exchanges.c.id.in_(ids)
    )
    return list(tx.execute(statement.order_by(exchanges.c.number)).all())


def detail(tx: Connection, company_id: str, exchange_id: str) -> Any:
    """Return one exchange with headers and bodies, or raise NotFoundError."""
    found = tx.execute(
        sa.select(exchanges).where(
            exchanges.c.company_id == company_id, exchanges.c.id == exchange_id
        )
    ).first()
    if found is None:
        raise NotFoundError(
            "The wire log has no such request (it may have been pruned)."
        )
    return found


def _conditions(
    status: str, method: str, resource: str, quirk: str, query: str
) -> list[sa.ColumnElement[bool]]:
    found = []
    if status == "rejected":
        found.append(exchanges.c.status >= 400)
    elif re.fullmatch("[1-5]xx", status):
        first = int(status[0]) * 100
        found.append(exchanges.c.status.between(first, first + 99))
    elif re.fullmatch("[1-5][0-9]{2}", status):
        found.append(exchanges.c.status == int(status))
    if method:
        found.append(exchanges.c.method == method.upper())
    if resource:
        either = (exchanges.c.resource_type == resource) | (
            exchanges.c.resource_id == resource
        )
        found.append(either)
    if quirk:
        text = sa.cast(exchanges.c.quirks, sa.Text)
        found.append(text.contains(f'"{quirk}"', autoescape=True))
    if query:
        found.append(
            exchanges.c.path.icontains(query, autoescape=True)
            | exchanges.c.detail.icontains(query, autoescape=True)
            | exchanges.c.request_body.icontains(query, autoescape=True)
        )
    return found
