"""The provisioning job of an app: started, stopped, restarted, and held by one worker."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError, NoResultFound

from envoy_console.entra import escrows, links
from envoy_console.models import EntraApp, EntraCycle, EntraJob, EntraWork
from envoy_console.models.base import now, table
from envoy_console.models.prepared import Prepared
from envoy_console.models.transactions import read

apps = table(EntraApp)
jobs = table(EntraJob)
cycles = table(EntraCycle)
work = table(EntraWork)

# A worker that has not been heard of for so long is dead. One object takes less: each
# of its requests ends after ten seconds, and the lease is renewed between them.
LEASE = timedelta(seconds=30)

HEALTHY: dict[str, Any] = {
    "quarantine_reason": None,
    "quarantine_message": None,
    "quarantined_at": None,
    "quarantine_retries": 0,
}


class LeaseLostError(Exception):
    """Somebody else works on the job now: what was about to be written must not be."""


@dataclass(frozen=True, slots=True)
class Status:
    """How a job is doing. `state` is Graph's status code (spec §3.2)."""

    state: str
    job: Any
    cycle: Any | None
    percent: int
    users: int
    groups: int

    @property
    def is_running(self) -> bool:
        return self.cycle is not None and self.cycle.state == "running"


def status(tx: Connection, app_id: str) -> Status:
    """Return how the job of an app is doing."""
    app = tx.execute(sa.select(apps).where(apps.c.id == app_id)).one()
    job = of(tx, app_id)
    cycle = _cycle(tx, job.cycle_id)
    linked = links.counts(tx, app_id)
    return Status(
        _state(app, job), job, cycle, _percent(cycle), linked["User"], linked["Group"]
    )


def of(tx: Connection, app_id: str) -> Any:
    """Return the job of an app."""
    return tx.execute(sa.select(jobs).where(jobs.c.app_id == app_id)).one()


def start(tx: Connection, app_id: str) -> None:
    """Set Provisioning Status to On: a cycle begins at once, from the watermark."""
    _set_status(tx, app_id, is_on=True)
    update(tx, app_id, next_run_at=now())


def stop(tx: Connection, app_id: str) -> None:
    """Set Provisioning Status to Off; a cycle that is running goes on to its end."""
    _set_status(tx, app_id, is_on=False)
    running = is_running(tx, app_id)
    update(tx, app_id, next_run_at=now() if running else None)


def restart(tx: Connection, app_id: str) -> None:
    """Begin a new initial cycle: escrows, quarantine and watermark are cleared, links
    between source and target stay (spec §3.1).
    """
    escrows.clear(tx, app_id)
    tx.execute(work.delete().where(work.c.app_id == app_id))
    tx.execute(
        cycles.update()
        .where(cycles.c.app_id == app_id, cycles.c.state == "running")
        .values(state="stopped", ended_at=now())
    )
    app = tx.execute(sa.select(apps).where(apps.c.id == app_id)).one()
    update(
        tx,
        app_id,
        is_initial_due=True,
        watermark=0,
        allows_deletes=False,
        next_run_at=now() if app.is_on else None,
        **HEALTHY,
    )


def run_now(tx: Connection, app_id: str) -> None:
    """Have a cycle run now, whatever the Provisioning Status."""
    update(tx, app_id, next_run_at=now())


def allow_deletes(tx: Connection, app_id: str) -> None:
    """Let the deletions that stopped the job go through, in a cycle that begins now."""
    update(tx, app_id, allows_deletes=True, next_run_at=now(), **HEALTHY)


def claim(tx: Connection, app_id: str, holder: str) -> bool:
    """Take the job for the worker `holder`, unless another one has it."""
    free = sa.or_(jobs.c.leased_until.is_(None), jobs.c.leased_until < now())
    taken = tx.execute(
        jobs.update()
        .where(jobs.c.app_id == app_id, free)
        .values(lease=holder, leased_until=now() + LEASE)
    )
    return bool(taken.rowcount)


def hold(tx: Connection, app_id: str, holder: str) -> None:
    """Make sure, and for longer, that the job is still `holder`'s.

    Raises LeaseLostError when it is not; say it first in every transaction that
    keeps what a cycle did.
    """
    values = {"of_app": app_id, "holder": holder, "leased_until": now() + LEASE}
    if not _HOLD.run(tx, values):
        raise LeaseLostError(app_id)


def release(tx: Connection, app_id: str, holder: str) -> None:
    """Give the job back."""
    tx.execute(
        jobs.update()
        .where(jobs.c.app_id == app_id, jobs.c.lease == holder)
        .values(lease=None, leased_until=None)
    )


@contextmanager
def unless_deleted(app_id: str) -> Iterator[None]:
    """Let what fails inside end in peace where its app was deleted meanwhile, alone or
    with its company.
    """
    try:
        yield
    except (NoResultFound, IntegrityError):
        query = sa.select(apps.c.id).where(apps.c.id == app_id)
        with read() as tx:
            is_there = tx.execute(query).first() is not None
        if is_there:
            raise


def due(tx: Connection) -> list[str]:
    """Return the apps whose job wants to be advanced and is held by nobody."""
    free = sa.or_(jobs.c.leased_until.is_(None), jobs.c.leased_until < now())
    query = sa.select(jobs.c.app_id).where(jobs.c.next_run_at <= now(), free)
    return list(tx.execute(query).scalars())


def until_due(tx: Connection, app_id: str) -> float | None:
    """Return in how many seconds the job wants to be advanced; None: it does not, or
    its app was deleted meanwhile.
    """
    query = sa.select(jobs.c.next_run_at).where(jobs.c.app_id == app_id)
    at: datetime | None = tx.execute(query).scalar()
    return None if at is None else max((at - now()).total_seconds(), 0.0)


def update(tx: Connection, app_id: str, **values: Any) -> None:
    """Write down what changed about the job of an app."""
    tx.execute(jobs.update().where(jobs.c.app_id == app_id).values(**values))


def _set_status(tx: Connection, app_id: str, *, is_on: bool) -> None:
    tx.execute(apps.update().where(apps.c.id == app_id).values(is_on=is_on))


def is_running(tx: Connection, app_id: str) -> bool:
    """Tell whether a cycle is under way."""
    cycle = _cycle(tx, of(tx, app_id).cycle_id)
    return cycle is not None and cycle.state == "running"


def _cycle(tx: Connection, cycle_id: str | None) -> Any | None:
    if cycle_id is None:
        return None
    return tx.execute(sa.select(cycles).where(cycles.c.id == cycle_id)).first()


def _state(app: Any, job: Any) -> str:
    if app.saved_at is None:
        return "NotConfigured"
    if job.quarantine_reason:
        return "Quarantine"
    if not app.is_on:
        return "NotRun" if job.cycle_id is None else "Paused"
    return "Active"


def _percent(cycle: Any | None) -> int:
    if cycle is None:
        return 0
    planned = cycle.planned_users + cycle.planned_groups + cycle.planned_references
    done = cycle.done_users + cycle.done_groups + cycle.done_references
    if not planned:
        return 0 if cycle.state == "running" else 100
    return int(min(100 * done // planned, 100))


# Run for every object of a cycle.
_HOLD = Prepared(
    jobs.update().where(
        jobs.c.app_id == sa.bindparam("of_app"), jobs.c.lease == sa.bindparam("holder")
    )
)
