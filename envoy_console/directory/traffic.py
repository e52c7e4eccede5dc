"""How busy the SCIM endpoint has been, minute by minute, for a picture of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from envoy_console.models import ScimExchange
from envoy_console.models.base import first_id, now, table
from envoy_console.models.traffic import CHECK_HINT

exchanges = table(ScimExchange)

LOOKED_THROUGH = 1_000


@dataclass(frozen=True, slots=True)
class Minute:
    """The requests that began within one minute, and how many were refused."""

    total: int = 0
    rejected: int = 0


def last_minutes(tx: Connection, company_id: str, count: int) -> list[Minute]:
    """Return the last `count` minutes, the current one at the end."""
    moment = now()
    first = moment.replace(second=0, microsecond=0) - timedelta(minutes=count - 1)
    # epoch and second are whole on SQLite and exact on PostgreSQL
    minute = sa.extract("epoch", exchanges.c.at) - sa.extract("second", exchanges.c.at)
    query = (
        sa.select(
            minute.label("minute"),
            sa.func.count().label("total"),
            sa.func.count().filter(_is_refusal()).label("rejected"),
        )
        .where(
            exchanges.c.company_id == company_id,
            exchanges.c.number >= _first_since(first),
            exchanges.c.at >= first,
        )
        .group_by(minute)
    )
    found = {
        int(row.minute): Minute(row.total, row.rejected) for row in tx.execute(query)
    }
    start = int(first.timestamp())
    return [found.get(start + 60 * number, Minute()) for number in range(count)]


def refused(tx: Connection, company_id: str, *, limit: int = 5) -> list[Any]:
    """Return the latest refusals among the newest requests, however long the log is."""
    newest = (
        sa.select(exchanges.c.number)
        .where(exchanges.c.company_id == company_id)
        .order_by(exchanges.c.number.desc())
        .limit(LOOKED_THROUGH)
        .subquery()
    )
    query = (
        sa.select(
            exchanges.c.id,
            exchanges.c.at,
            exchanges.c.method,
            exchanges.c.path,
            exchanges.c.status,
            exchanges.c.detail,
        )
        .join(newest, newest.c.number == exchanges.c.number)
        .where(_is_refusal())
    )
    return list(
        tx.execute(query.order_by(exchanges.c.number.desc()).limit(limit)).all()
    )


def _is_refusal() -> sa.ColumnElement[bool]:
    """Leave out what an endpoint check asks for, to see whether it is refused."""
    hint = sa.func.coalesce(exchanges.c.token_hint, "")
    return (exchanges.c.status >= 400) & ~hint.startswith(CHECK_HINT)


def _first_since(moment: datetime) -> sa.ScalarSelect[Any]:
    """Return the number of the first exchange since `moment`.

    Ids begin with their time and are indexed, so this reads one row, and the count
    reads no more of the log than it counts.
    """
    since = exchanges.c.id >= first_id(moment)
    query = sa.select(exchanges.c.number).where(since)
    return query.order_by(exchanges.c.id).limit(1).scalar_subquery()
