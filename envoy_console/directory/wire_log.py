"""The wire log as the console reads it; `exchange_log` writes it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from envoy_console.directory import wire_search
from envoy_console.directory.wire_search import COUNTED, LOOKED_THROUGH, Filters
from envoy_console.models import Employee, Group, ScimExchange
from envoy_console.models.base import table
from envoy_console.models.traffic import CHECK_HINT
from envoy_console.scim.errors import NotFoundError

exchanges = table(ScimExchange)
employees = table(Employee)
groups = table(Group)

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
        "replay_of",
        "token_hint",
        "source",
    )
]


ALL = Filters()
EXPORTED_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Found:
    """Exchanges, newest first. `older_than` is where to go on, if there may be more."""

    rows: list[Any]
    older_than: int | None
    # the search stopped before the page was full: it had looked through enough
    is_cut_short: bool = False


@dataclass(frozen=True, slots=True)
class Count:
    """How many match; or at least how many, when that is enough to know."""

    value: int
    is_exact: bool


def page(
    tx: Connection, company_id: str, *, method: str = "", limit: int = 50
) -> list[Any]:
    """Return the newest exchanges."""
    return find(tx, company_id, Filters(method=method), limit=limit).rows


def find(
    tx: Connection,
    company_id: str,
    filters: Filters = ALL,
    *,
    newer_than: int | None = None,
    older_than: int | None = None,
    limit: int = 50,
    columns: Collection[sa.Column[Any]] = LISTED,
) -> Found:
    """Return exchanges newer or older than the one with that `number`."""
    plan = wire_search.plan(
        tx, company_id, filters, newer_than=newer_than, older_than=older_than
    )
    floor, is_full = _reach(tx, plan)
    most = limit + 1 if plan.is_direct else LOOKED_THROUGH
    query = plan.matches(columns, most=most, floor=floor).limit(limit + 1)
    rows = list(tx.execute(query).all())
    if len(rows) > limit:
        return Found(rows[:limit], rows[limit - 1].number)
    return Found(rows, floor if is_full else None, is_cut_short=is_full)


def count(tx: Connection, company_id: str, filters: Filters = ALL) -> Count:
    """Count what `filters` ask for, up to COUNTED; the newest come first."""
    plan = wire_search.plan(tx, company_id, filters)
    floor, is_full = _reach(tx, plan)
    found = plan.candidates(COUNTED)
    if not plan.is_direct:
        found = plan.matches([exchanges.c.number], most=LOOKED_THROUGH, floor=floor)
    total = sa.select(sa.func.count()).select_from(found.limit(COUNTED).subquery())
    value = tx.execute(total).scalar_one()
    return Count(value, is_exact=value < COUNTED and not is_full)


def every(
    engine: Engine, company_id: str, filters: Filters, columns: Collection[Any]
) -> Iterator[Any]:
    """Yield all exchanges, of which few are in memory; no connection is held between."""
    older_than: int | None = None
    while True:
        with engine.connect() as tx:
            found = find(
                tx,
                company_id,
                filters,
                older_than=older_than,
                limit=EXPORTED_AT_ONCE,
                columns=columns,
            )
        yield from found.rows
        older_than = found.older_than
        if older_than is None:
            return


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


def replays(tx: Connection, company_id: str, exchange_id: str) -> list[Any]:
    """Return the latest exchanges that sent this one again."""
    query = sa.select(*LISTED).where(
        exchanges.c.company_id == company_id, exchanges.c.replay_of == exchange_id
    )
    return list(tx.execute(query.order_by(exchanges.c.number.desc()).limit(10)).all())


def is_of_check(exchange: Any) -> bool:
    """Tell whether an endpoint check has sent it."""
    return (exchange.token_hint or "").startswith(CHECK_HINT)


def is_for_token(exchange: Any) -> bool:
    """Tell whether it asked for an access token; all others are below `/scim`."""
    return str(exchange.path).startswith("/oauth/")


def _reach(tx: Connection, plan: wire_search.Plan) -> tuple[int | None, bool]:
    """Return the oldest candidate to look at, and whether there may be older ones."""
    if plan.is_direct:
        return None, False
    near = plan.candidates(LOOKED_THROUGH).subquery()
    query = sa.select(sa.func.count(), sa.func.min(near.c.number)).select_from(near)
    looked_at, oldest = tx.execute(query).one()
    if oldest is None:
        return wire_search.NOTHING_IS_NEWER, False
    return oldest, looked_at == LOOKED_THROUGH


def holder(tx: Connection, exchange: Any) -> Any | None:
    """Return who has the name (id, display_name) that an exchange wanted to take."""
    is_group = exchange.resource_type == "Groups"
    rows, key = (
        (groups, "display_name_key") if is_group else (employees, "user_name_key")
    )
    if exchange.sought_key is None:
        return None
    query = sa.select(rows.c.id, rows.c.display_name).where(
        rows.c.company_id == exchange.company_id, rows.c[key] == exchange.sought_key
    )
    return tx.execute(query).first()
