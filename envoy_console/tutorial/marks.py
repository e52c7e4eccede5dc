"""The marks of a company: set at most once each, and cleared from a step on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from envoy_console.models.base import now, table
from envoy_console.models.tutorial import TutorialMark
from envoy_console.tutorial.evidence import Seen
from envoy_console.tutorial.steps import ORDER, STEPS, onward

Mark = tuple[str, Seen]

marks = table(TutorialMark)


def of(tx: Connection, company_ids: Collection[str]) -> dict[str, dict[Mark, datetime]]:
    """Return the marks of each company, with when they were set."""
    query = sa.select(marks).where(marks.c.company_id.in_(company_ids))
    found: dict[str, dict[Mark, datetime]] = defaultdict(dict)
    for row in tx.execute(query):
        found[row.company_id][row.step, Seen(row.kind)] = row.at
    return found


def put(
    tx: Connection,
    company_id: str,
    wanted: Iterable[Mark],
    *,
    at: datetime | None = None,
) -> None:
    """Set marks; one that is there already stays as it is."""
    rows = [
        {
            "company_id": company_id,
            "step": step_id,
            "kind": kind.value,
            "at": at or now(),
        }
        for step_id, kind in wanted
    ]
    if rows:
        tx.execute(_insert(tx.dialect.name), rows)


def skip_to(tx: Connection, company_id: str, step_id: str) -> None:
    """Skip what comes before a step, for a company that begins there."""
    earlier = STEPS[: ORDER[step_id]]
    put(tx, company_id, ((step.id, Seen.SKIPPED) for step in earlier))


def clear_from(tx: Connection, company_id: str, step_id: str) -> None:
    """Forget what was marked of this step and of all that follow."""
    tx.execute(
        marks.delete().where(
            marks.c.company_id == company_id, marks.c.step.in_(onward(step_id))
        )
    )


def _insert(dialect: str) -> sa.Insert:
    if dialect == "sqlite":
        return sqlite.insert(marks).on_conflict_do_nothing()
    return postgresql.insert(marks).on_conflict_do_nothing()
