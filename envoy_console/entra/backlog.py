"""What waits for the worker, and what it does, over all companies: for the operator."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from envoy_console.models import EndpointCheck, EntraJob, EntraOnDemand
from envoy_console.models.base import now, table

jobs = table(EntraJob)
checks = table(EndpointCheck)
runs = table(EntraOnDemand)


@dataclass(frozen=True, slots=True)
class Backlog:
    """Cycles, checks and runs on demand; `oldest_waiting` is in seconds."""

    waiting: int
    running: int
    quarantined: int
    oldest_waiting: float


def of(tx: Connection) -> Backlog:
    """Return what there is to do now."""
    moment = now()
    # what a worker has let go of by dying waits since its lease ended
    due = sa.union_all(
        sa.select(jobs.c.next_run_at.label("since"), jobs.c.leased_until).where(
            sa.or_(jobs.c.next_run_at <= moment, jobs.c.leased_until > moment)
        ),
        sa.select(checks.c.at, checks.c.leased_until).where(checks.c.done_at.is_(None)),
        sa.select(runs.c.at, sa.null()).where(runs.c.done_at.is_(None)),
    )
    rows = tx.execute(due).all()
    held = [row for row in rows if row.leased_until and row.leased_until > moment]
    waiting = [row.leased_until or row.since for row in rows if row not in held]
    longest = (moment - min(waiting)).total_seconds() if waiting else 0.0
    return Backlog(len(waiting), len(held), _quarantined(tx), max(longest, 0.0))


def _quarantined(tx: Connection) -> int:
    query = sa.select(sa.func.count()).where(jobs.c.quarantine_reason.is_not(None))
    return int(tx.execute(query).scalar_one())
