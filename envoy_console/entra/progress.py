"""What the provisioning overview tells of a job: its cycle, and its statistics to date.

Words: spec §3.4, and the newer blade of Entra's admin center.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from envoy_console.entra import clock, jobs, provisioning_log, quarantine
from envoy_console.entra.jobs import Status
from envoy_console.models import EntraCycle, EntraEscrow
from envoy_console.models.base import now, table

cycles = table(EntraCycle)
escrows = table(EntraEscrow)

QUARANTINED = (
    "Provisioning has been quarantined. See quarantine details for more information"
)


# a worker takes up what is due within a second or two
PATIENCE = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job has come. `retried` objects failed and are tried again later."""

    status: Status
    is_on: bool
    completed: Any | None
    retried: int
    interval: timedelta
    job_id: str

    @property
    def is_live(self) -> bool:
        """Whether something happens here without anybody pressing a button."""
        return self.is_on or self.status.is_running

    @property
    def is_neglected(self) -> bool:
        """Whether a cycle has been due for a while and no worker has taken it up."""
        job = self.status.job
        is_held = job.leased_until is not None and job.leased_until > now()
        return not is_held and (job.next_run_at or now()) < now() - PATIENCE

    @property
    def is_quarantined(self) -> bool:
        return self.status.state == "Quarantine"

    @property
    def awaits_deletes(self) -> bool:
        return bool(self.status.job.quarantine_reason == quarantine.TOO_MANY_DELETES)

    @property
    def headline(self) -> str:
        """The line of “Current cycle status”."""
        if self.is_quarantined:
            return QUARANTINED
        cycle = self.status.cycle
        if cycle is None:
            return "Initial cycle not run."
        kind = str(cycle.kind).capitalize()
        deeds = {"running": "in progress", "quarantined": "quarantined"}
        return f"{kind} cycle {deeds.get(cycle.state, cycle.state)}."

    @property
    def badge(self) -> tuple[str, str]:
        """The state in two words, and its tone."""
        if self.is_quarantined:
            return "Quarantined", "bad"
        cycle = self.status.cycle
        if cycle is not None and cycle.state == "running":
            return f"{str(cycle.kind).capitalize()} cycle running", "info"
        return {
            "NotConfigured": ("Not configured", ""),
            "NotRun": ("Not started", ""),
            "Paused": ("Off", ""),
            "Active": ("On", "ok"),
        }[self.status.state]

    @property
    def began(self) -> datetime | None:
        return self.status.cycle.started_at if self.status.cycle else None

    @property
    def meters(self) -> list[tuple[str, int, int]]:
        """Return what is counted, how many are done, and of how many."""
        cycle, linked = self.status.cycle, self.status
        if cycle is None or cycle.state != "running":
            return [
                ("Users", linked.users, linked.users),
                ("Groups", linked.groups, linked.groups),
            ]
        return [
            ("Users", cycle.done_users, cycle.planned_users),
            ("Groups", cycle.done_groups, cycle.planned_groups),
        ]

    @property
    def duration(self) -> timedelta | None:
        """How long the cycle took, or has taken so far."""
        cycle = self.status.cycle if self.status.is_running else self.completed
        if cycle is None:
            return None
        took: timedelta = (cycle.ended_at or now()) - cycle.started_at
        return took


def read(tx: Connection, app: Any, tenant: Any) -> Progress:
    """Return how far the job of an app has come."""
    return Progress(
        status=jobs.status(tx, app.id),
        is_on=app.is_on,
        completed=_last_completed(tx, app.id),
        retried=_waiting(tx, app.id),
        interval=clock.real(clock.INTERVAL, tenant.clock_speed),
        job_id=provisioning_log.job_id(app, tenant),
    )


def _last_completed(tx: Connection, app_id: str) -> Any | None:
    query = (
        sa.select(cycles)
        .where(cycles.c.app_id == app_id, cycles.c.state == "completed")
        .order_by(cycles.c.started_at.desc())
        .limit(1)
    )
    return tx.execute(query).first()


def _waiting(tx: Connection, app_id: str) -> int:
    query = sa.select(sa.func.count()).where(escrows.c.app_id == app_id)
    return int(tx.execute(query).scalar_one())
