"""Find exchanges in a wire log of any length.

Each filter has searches that an index answers. One filter, the most telling one, finds
candidates that way; the others only look at these. When others do look, there are at
most LOOKED_THROUGH candidates at a time, so a page costs the same however long the log
is, and says where it stopped.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from envoy_console.directory import name_search
from envoy_console.models import ScimExchange, ScimExchangeQuirk
from envoy_console.models.base import first_id, table

LOOKED_THROUGH = 20_000
COUNTED = 1_000
# exchanges are numbered as they end and have ids as they begin: so much can be between
OVERTAKEN = 1_000
NOTHING_IS_NEWER = 2**62

# what the endpoint answers with, or what stands before it
CODES = (
    *(200, 201, 204, 304, 308),
    *(400, 401, 403, 404, 405, 406, 409, 411, 412, 413, 414, 415, 422, 429, 431),
    *(500, 501, 502, 503, 504),
)

exchanges = table(ScimExchange)
quirks = table(ScimExchangeQuirk)

Condition = sa.ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class Filters:
    """Which exchanges are wanted; what is empty does not matter.

    `status` is a code or a class (`4xx`, or `rejected` for all of 400 and above),
    `resource` a type or an id, `person` an id or how a name or address begins, `query`
    a part of the path, of the body or of the refusal.
    """

    status: str = ""
    method: str = ""
    resource: str = ""
    person: str = ""
    quirk: str = ""
    query: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Way:
    """How a filter is answered: by searches of an index, or by looking at a row."""

    searches: tuple[sa.Select[Any], ...]
    condition: Condition


@dataclass(frozen=True, slots=True)
class Plan:
    """Where candidates come from, and what else must be true of them."""

    searches: tuple[sa.Select[Any], ...]
    others: tuple[Condition, ...]

    @property
    def is_direct(self) -> bool:
        """Whether every candidate is a match."""
        return not self.others

    def candidates(self, most: int) -> sa.Select[Any]:
        """Return the numbers of the newest `most` candidates, newest first."""
        parts = [_newest(search, most) for search in self.searches]
        if len(parts) == 1:
            return parts[0]
        wrapped = [sa.select(part.subquery().c.number) for part in parts]
        return _newest(sa.select(sa.union(*wrapped).subquery().c.number), most)

    def matches(
        self, columns: Collection[sa.Column[Any]], *, most: int, floor: int | None
    ) -> sa.Select[Any]:
        """Return the matches among the newest `most` candidates, newest first.

        `floor` is the number of the oldest of these: where there is one search, it
        says the same in a way that leaves a database nothing to plan.
        """
        number = exchanges.c.number
        if len(self.searches) == 1 and exchanges in self.searches[0].get_final_froms():
            query = self.searches[0].with_only_columns(*columns).where(*self.others)
            query = query if floor is None else query.where(number >= floor)
            return query.order_by(number.desc())
        near = self.candidates(most).subquery()
        joined = sa.select(*columns).select_from(near)
        joined = joined.join(exchanges, number == near.c.number).where(*self.others)
        return joined.order_by(near.c.number.desc())


def plan(
    tx: Connection,
    company_id: str,
    filters: Filters,
    *,
    newer_than: int | None = None,
    older_than: int | None = None,
) -> Plan:
    """Return how to find what `filters` ask for between two numbers."""
    ways = _ways(tx, company_id, filters)
    searches = ways[0].searches if ways else (_of(exchanges, company_id),)
    others = [*(way.condition for way in ways[1:]), *_looked_at(filters)]
    lowest, highest = _span(tx, filters)
    bounds = (newer_than, lowest, older_than, highest)
    return Plan(tuple(_within(one, *bounds) for one in searches), tuple(others))


def _ways(tx: Connection, company_id: str, filters: Filters) -> list[Way]:
    """Return how each filter is answered, the most telling one first."""
    found = []
    if filters.person:
        found.append(_by_person(tx, company_id, filters.person))
    if filters.resource:
        found.append(_by_resource(company_id, filters.resource))
    if filters.quirk:
        found.append(_by_quirk(company_id, filters.quirk))
    if statuses := _statuses(filters.status):
        found.append(_by(company_id, exchanges.c.status, statuses))
    if filters.method:
        found.append(_by(company_id, exchanges.c.method, [filters.method.upper()]))
    return sorted(found, key=lambda way: len(way.searches) > 1 and not filters.person)


def _by(company_id: str, column: sa.Column[Any], values: Sequence[Any]) -> Way:
    mine = _of(exchanges, company_id)
    return Way(tuple(mine.where(column == one) for one in values), column.in_(values))


def _by_person(tx: Connection, company_id: str, text: str) -> Way:
    ids, keys = name_search.ids_and_keys(tx, company_id, text)
    by_id = _by(company_id, exchanges.c.resource_id, ids)
    by_key = _by(company_id, exchanges.c.sought_key, keys)
    return Way(by_id.searches + by_key.searches, by_id.condition | by_key.condition)


def _by_resource(company_id: str, resource: str) -> Way:
    is_type = resource.isalpha()
    column = exchanges.c.resource_type if is_type else exchanges.c.resource_id
    return _by(company_id, column, [resource])


def _by_quirk(company_id: str, name: str) -> Way:
    here = sa.exists().where(
        quirks.c.number == exchanges.c.number, quirks.c.name == name
    )
    return Way((_of(quirks, company_id).where(quirks.c.name == name),), here)


def _statuses(asked: str) -> list[int]:
    """Return the codes that a filter means; none for what is no filter."""
    if re.fullmatch("[1-5][0-9]{2}", asked):
        return [int(asked)]
    if asked == "rejected":
        return [code for code in CODES if code >= 400]
    if re.fullmatch("[1-5]xx", asked):
        return [code for code in CODES if code // 100 == int(asked[0])]
    return []


def _looked_at(filters: Filters) -> list[Condition]:
    """Return what no index knows."""
    found: list[Condition] = []
    if filters.query:
        columns = (exchanges.c.path, exchanges.c.detail, exchanges.c.request_body)
        found.append(
            sa.or_(*(one.icontains(filters.query, autoescape=True) for one in columns))
        )
    if filters.since:
        found.append(exchanges.c.at >= filters.since)
    if filters.until:
        found.append(exchanges.c.at < filters.until)
    return found


def _span(tx: Connection, filters: Filters) -> tuple[int | None, int | None]:
    """Return between which numbers the exchanges of a time are.

    Ids begin with their time and are indexed, so this reads few rows.
    """
    lowest = highest = None
    if filters.since:
        since = sa.select(exchanges.c.number).where(
            exchanges.c.id >= first_id(filters.since)
        )
        near = since.order_by(exchanges.c.id).limit(OVERTAKEN).subquery()
        first = tx.execute(sa.select(sa.func.min(near.c.number))).scalar()
        lowest = NOTHING_IS_NEWER if first is None else first - 1
    if filters.until:
        until = sa.select(exchanges.c.number).where(
            exchanges.c.id < first_id(filters.until)
        )
        near = until.order_by(exchanges.c.id.desc()).limit(OVERTAKEN).subquery()
        highest = 1 + (tx.execute(sa.select(sa.func.max(near.c.number))).scalar() or 0)
    return lowest, highest


def _of(rows: sa.Table, company_id: str) -> sa.Select[Any]:
    return sa.select(rows.c.number).where(rows.c.company_id == company_id)


def _within(
    search: sa.Select[Any],
    newer_than: int | None,
    lowest: int | None,
    older_than: int | None,
    highest: int | None,
) -> sa.Select[Any]:
    number = search.selected_columns.number
    for floor in filter(lambda bound: bound is not None, (newer_than, lowest)):
        search = search.where(number > floor)
    for ceiling in filter(lambda bound: bound is not None, (older_than, highest)):
        search = search.where(number < ceiling)
    return search


def _newest(search: sa.Select[Any], most: int) -> sa.Select[Any]:
    return search.order_by(search.selected_columns.number.desc()).limit(most)
