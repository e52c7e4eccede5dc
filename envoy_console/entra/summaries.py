"""The applications of a tenant in one statement: how far each is set up and how its last
cycle went. For whoever tells somebody what to do next.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from envoy_console.models import EntraApp, EntraAssignment, EntraCycle, EntraJob
from envoy_console.models.base import table

apps = table(EntraApp)
jobs = table(EntraJob)
cycles = table(EntraCycle)
assignments = table(EntraAssignment)

AT_MOST = 20


def every(tx: Connection, company_id: str) -> list[Any]:
    """Return the apps; first those in quarantine, then those that are on, then by name."""
    is_assigned = sa.exists().where(assignments.c.app_id == apps.c.id)
    is_quarantined = jobs.c.quarantine_reason.is_not(None)
    query = (
        sa.select(
            apps.c.id,
            apps.c.name,
            apps.c.template,
            apps.c.saved_at,
            apps.c.is_on,
            apps.c.scope,
            is_assigned.label("is_assigned"),
            jobs.c.quarantine_reason,
            jobs.c.next_run_at,
            cycles.c.kind,
            cycles.c.state,
            cycles.c.started_at,
            cycles.c.ended_at,
            cycles.c.successes,
            cycles.c.failures,
        )
        .join(jobs, jobs.c.app_id == apps.c.id)
        .join(cycles, cycles.c.id == jobs.c.cycle_id, isouter=True)
        .where(apps.c.company_id == company_id)
        .order_by(is_quarantined.desc(), apps.c.is_on.desc(), apps.c.name_key)
    )
    return list(tx.execute(query.limit(AT_MOST)).all())
