"""One page of a long list, for both consoles.

No page reads the whole list: rows are counted and skipped only up to a limit, beyond
which a list wants to be narrowed down.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

RowT = TypeVar("RowT")

# rows that can be turned to, page by page; no more are counted
LISTED_AT_MOST = 10_000
PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Page(Generic[RowT]):
    """The rows of page number `page` (from 1) out of `total` rows, or more than that."""

    rows: Sequence[RowT]
    total: int
    page: int
    per_page: int
    has_more: bool = False

    @property
    def pages(self) -> int:
        return _pages(self.total, self.per_page)

    @property
    def first(self) -> int:
        return (self.page - 1) * self.per_page + 1 if self.rows else 0

    @property
    def last(self) -> int:
        return self.first + len(self.rows) - 1 if self.rows else 0

    @property
    def is_cut(self) -> bool:
        """Tell whether this is the last page, but not the end of the list."""
        beyond = self.has_more or self.total > LISTED_AT_MOST
        return beyond and self.page == self.pages


def fetch(
    tx: Connection,
    query: sa.Select[tuple[object, ...]],
    page: int,
    per_page: int = PER_PAGE,
    *,
    total: int | None = None,
) -> Page[Row[tuple[object, ...]]]:
    """Run `query` for one page; a page past the end becomes the last one.

    Who knows how many rows there are in all says so by `total`.
    """
    counted = _counted(tx, query) if total is None else total
    has_more = total is None and counted > LISTED_AT_MOST
    number = min(max(page, 1), _pages(counted, per_page))
    window = query.limit(per_page).offset((number - 1) * per_page)
    shown = LISTED_AT_MOST if has_more else counted
    rows = tx.execute(window).all() if counted else []
    return Page(rows, shown, number, per_page, has_more)


def _counted(tx: Connection, query: sa.Select[tuple[object, ...]]) -> int:
    """Count the rows of a query, but not much further than can be listed."""
    some = query.order_by(None).with_only_columns(
        sa.literal(1).label("one"), maintain_column_froms=True
    )
    count = sa.select(sa.func.count()).select_from(
        some.limit(LISTED_AT_MOST + 1).subquery()
    )
    return int(tx.execute(count).scalar_one())


def _pages(total: int, per_page: int) -> int:
    return max(1, -(-min(total, LISTED_AT_MOST) // per_page))
