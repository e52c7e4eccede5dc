"""One page of a long list, for the pages of the admin center."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Page:
    """The rows of page number `page` (from 1) out of `total` rows."""

    rows: Sequence[Any]
    total: int
    page: int
    per_page: int = PER_PAGE

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.per_page))

    @property
    def first(self) -> int:
        return (self.page - 1) * self.per_page + 1 if self.rows else 0

    @property
    def last(self) -> int:
        return self.first + len(self.rows) - 1 if self.rows else 0


def fetch(tx: Connection, query: sa.Select[Any], page: int) -> Page:
    """Run `query` for one page; a page past the end becomes the last one."""
    count = sa.select(sa.func.count()).select_from(query.order_by(None).subquery())
    total = tx.execute(count).scalar_one()
    number = min(max(page, 1), max(1, -(-total // PER_PAGE)))
    window = query.limit(PER_PAGE).offset((number - 1) * PER_PAGE)
    return Page(tx.execute(window).all(), total, number)
