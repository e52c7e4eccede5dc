"""How many users or groups a company has: counted once for as long as nothing happens.

Every change of the directory writes a line of history with it, so a count is good until
there is a newer line. Both are asked in one statement, which counts only if it has to:
the total of a list by index costs the same in a directory of a million.

On PostgreSQL lines may become visible in another order than they are numbered in, so
the newest one does not tell that nothing was added; there each list counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.engine import Connection

from envoy_console.models import DirectoryEvent
from envoy_console.models.base import table

events = table(DirectoryEvent)

KEPT_AT_MOST = 1_000


@dataclass(frozen=True, slots=True)
class Count:
    """A total, and the line of history up to which it is right."""

    event_id: int | None
    at: datetime | None
    total: int


UNKNOWN = Count(None, None, 0)


def of(tx: Connection, resources: sa.Table, company_id: str) -> int:
    """Return how many of `resources` a company has."""
    values: dict[str, Any] = {"company_id": company_id}
    if tx.dialect.name != "sqlite":
        return int(tx.execute(_counting(resources), values).scalar_one())
    kept, key = _kept(), (company_id, resources.name)
    known = kept.get(key, UNKNOWN)
    values |= {"known_id": known.event_id, "known_at": known.at}
    values |= {"known_total": known.total}
    found = Count(*tx.execute(_counting_if_new(resources), values).one())
    if len(kept) >= KEPT_AT_MOST:
        kept.clear()
    kept[key] = found
    return found.total


def _kept() -> dict[tuple[str, str], Count]:
    extensions: dict[str, Any] = current_app.extensions
    kept: dict[tuple[str, str], Count] = extensions.setdefault(
        "envoy_console.totals", {}
    )
    return kept


@cache
def _counting(resources: sa.Table) -> sa.Select[Any]:
    mine = resources.c.company_id == sa.bindparam("company_id")
    return sa.select(sa.func.count()).select_from(resources).where(mine)


@cache
def _counting_if_new(resources: sa.Table) -> sa.Select[Any]:
    """Select the newest line of history, and the total as it is known or counted.

    A reset company begins its history anew, perhaps with numbers used before; so the
    time of the line has to be the same, too.
    """
    mine = events.c.company_id == sa.bindparam("company_id")
    last = sa.select(sa.func.max(events.c.id)).where(mine).scalar_subquery()
    newest = sa.select(events.c.id, events.c.at).where(events.c.id == last).subquery()
    is_known = (newest.c.id == sa.bindparam("known_id")) & (
        newest.c.at == sa.bindparam("known_at", type_=events.c.at.type)
    )
    total = sa.case(
        (is_known, sa.bindparam("known_total", type_=sa.Integer)),
        else_=_counting(resources).scalar_subquery(),
    )
    always = sa.select(sa.literal(1).label("one")).subquery()
    return sa.select(newest.c.id, newest.c.at, total).select_from(
        always.outerjoin(newest, sa.true())
    )
