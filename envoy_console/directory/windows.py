"""One window of an ordered list: a page by index, or the next ones after a position.

Every list is ordered by a key and then by id, so each row has a place of its own.
A walk by cursor finds that place by comparing, never by OFFSET: its thousandth page
costs what its first one did, and rows that come or go meanwhile move nothing.

Rows without a key come last, first when descending (RFC 7644 §3.4.2.3). Nothing in
SQL is greater than NULL, so they are a stretch of the list on their own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from envoy_console.directory.json_sql import Sql
from envoy_console.scim.messages import Page, Position, Walk, Window


@dataclass(frozen=True, slots=True)
class Rows:
    """How many rows there are in all, those of the window, and where it ends.

    `end` is None where nothing follows, and for pages by index.
    """

    total: int
    rows: Sequence[Any]
    end: Position | None = None


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a list within which rows can be compared by their columns."""

    columns: tuple[Sql, ...]
    descending: bool
    condition: Sql

    def beyond(self, values: tuple[Any, ...]) -> Stretch:
        """Return what is left after the row with these values."""
        bound = [
            sa.literal(value, column.type)
            for value, column in zip(values, self.columns, strict=True)
        ]
        mine, last = sa.tuple_(*self.columns), sa.tuple_(*bound)
        rest = mine < last if self.descending else mine > last
        return replace(self, condition=self.condition & rest)

    def of(self, statement: sa.Select[Any]) -> sa.Select[Any]:
        """Narrow a SELECT down to the stretch, in order."""
        order = [c.desc() if self.descending else c for c in self.columns]
        return statement.where(self.condition).order_by(*order)


@dataclass(frozen=True, slots=True)
class Order:
    """How a list is ordered: by a key, if there is one, then by id."""

    id: Sql
    key: Sql | None = None
    descending: bool = False

    def clauses(self) -> list[Sql]:
        if self.key is None:
            return [self.id]
        if self.descending:
            return [self.key.desc().nulls_first(), self.id.desc()]
        return [self.key.nulls_last(), self.id]

    def stretches(self, after: Position | None) -> list[Stretch]:
        """Return what is left of the list after a position, in order."""
        if self.key is None:
            whole = Stretch((self.id,), False, sa.true())
            return [whole.beyond((after.id,)) if after else whole]
        keyed = Stretch((self.key, self.id), self.descending, self.key.is_not(None))
        empty = Stretch((self.id,), self.descending, self.key.is_(None))
        stretches = [empty, keyed] if self.descending else [keyed, empty]
        if after is None:
            return stretches
        if after.key is None:
            rest = [keyed] if self.descending else []
            return [empty.beyond((after.id,)), *rest]
        rest = [] if self.descending else [empty]
        return [keyed.beyond((after.key, after.id)), *rest]


def select(
    tx: Connection,
    statement: sa.Select[Any],
    order: Order,
    window: Window,
    count: Callable[[], int],
) -> Rows:
    """Return the rows of a window; `statement` must select `id`.

    `count` is asked for the total only where the rows do not already tell it.
    """
    if isinstance(window, Walk):
        return _walk(tx, statement, order, window, count)
    return _page(tx, statement, order, window, count)


def _page(
    tx: Connection,
    statement: sa.Select[Any],
    order: Order,
    page: Page,
    count: Callable[[], int],
) -> Rows:
    rows = tx.execute(_cut(statement, order, page)).all() if page.count else ()
    return of_page(rows, page, count)


def of_page(rows: Sequence[Any], page: Page, count: Callable[[], int]) -> Rows:
    """Return the rows of a page, counting all only if these do not tell how many."""
    if len(rows) < page.count and (rows or page.offset == 0):
        return Rows(page.offset + len(rows), rows)
    return Rows(count(), rows)


def _cut(statement: sa.Select[Any], order: Order, page: Page) -> sa.Select[Any]:
    """Cut a page out; what is skipped is skipped by id alone, without its columns."""
    ordered = statement.order_by(*order.clauses())
    if not page.offset:
        return ordered.limit(page.count)
    ids = ordered.with_only_columns(order.id).limit(page.count).offset(page.offset)
    return ordered.where(order.id.in_(ids.correlate(None)))


def _walk(
    tx: Connection,
    statement: sa.Select[Any],
    order: Order,
    walk: Walk,
    count: Callable[[], int],
) -> Rows:
    found = _next(tx, statement, order, walk) if walk.count else []
    rows, follows = found[: walk.count], len(found) > walk.count
    if walk.after is not None:
        total = walk.after.total
    elif walk.count and not follows:
        total = len(rows)
    else:
        total = count()
    end = Position(rows[-1].id, rows[-1].sort_key, total) if follows else None
    return Rows(total, rows, end)


def _next(
    tx: Connection, statement: sa.Select[Any], order: Order, walk: Walk
) -> list[Any]:
    """Return the next rows, and one more if there is one."""
    key = sa.null() if order.key is None else order.key
    statement = statement.add_columns(key.label("sort_key"))
    rows: list[Any] = []
    for stretch in order.stretches(walk.after):
        if missing := walk.count + 1 - len(rows):
            rows += tx.execute(stretch.of(statement).limit(missing)).all()
    return rows
