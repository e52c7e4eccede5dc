"""Who can be chosen on a page that adds: the first few, not all 100,000 of them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

MOST = 25


def first(
    tx: Connection,
    those: sa.Table,
    statement: sa.Select[Any],
    *,
    query: str,
    chosen: Collection[str],
) -> list[Any]:
    """Return the `chosen` of `those` in `statement`, then the first that `query` finds."""
    is_chosen = those.c.id.in_(chosen)
    words = (
        those.c.search_key.contains(word, autoescape=True)
        for word in query.casefold().split()
    )
    found = statement.where(is_chosen | sa.and_(sa.true(), *words))
    ordered = found.order_by(is_chosen.desc(), those.c.display_name, those.c.id)
    return list(tx.execute(ordered.limit(MOST + len(chosen))).all())
