"""A cycle: planned in one transaction, worked off a few objects at a time, and kept
with these.

A worker takes the job, does some of it and gives it back. Whatever it wrote down is
done; an object that it had only told the target of is found there by the next one.
So a cycle survives the death of its worker at any moment, and never runs twice at once.
"""

from __future__ import annotations

import time
import uuid
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from envoy_console.entra import (
    clock,
    jobs,
    plan,
    quarantining,
    setup,
    target_errors,
    tenants,
)
from envoy_console.entra.jobs import LeaseLostError
from envoy_console.entra.setup import Setup
from envoy_console.entra.side_by_side import Crew
from envoy_console.entra.target_errors import TargetError
from envoy_console.entra.urls import RefusedError
from envoy_console.entra.working_off import Shift
from envoy_console.models import EntraCycle
from envoy_console.models.base import new_id, now, table
from envoy_console.models.transactions import read, write

cycles = table(EntraCycle)

# For so many seconds a worker stays with one job while others wait for theirs.
SLICE = 5.0
# Seconds between two renewals of the lease while the target is slow.
EVERY = 5.0


def advance(app_id: str) -> float | None:
    """Work on the job of an app for a while.

    Returns in how many seconds it wants to be advanced again; None when it does not.
    """
    holder = uuid.uuid4().hex
    if not write(lambda tx: jobs.claim(tx, app_id, holder)):
        return None
    try:
        with read() as tx:
            is_due = jobs.until_due(tx, app_id) == 0
        if is_due:
            with jobs.unless_deleted(app_id):
                _work(app_id, holder)
    except LeaseLostError:
        return None
    finally:
        write(lambda tx: jobs.release(tx, app_id, holder))
    with read() as tx:
        return jobs.until_due(tx, app_id)


def _work(app_id: str, holder: str) -> None:
    with read() as tx:
        described = setup.read(tx, app_id)
    heartbeat = Heartbeat(app_id, holder)
    try:
        with Crew(partial(described.connected, heartbeat.beat)) as crew:
            if _begin(described, crew, holder):
                _go_on(described, crew, holder)
    except RefusedError as error:
        refused = TargetError(target_errors.CREDENTIALS_UNVERIFIED, str(error))
        _refuse(described, holder, refused)


class Heartbeat:
    """Renews the lease before requests, now and then: a slow target is no dead worker."""

    def __init__(self, app_id: str, holder: str) -> None:
        self.app_id, self.holder = app_id, holder
        self.beaten_at = time.monotonic()

    def beat(self) -> None:
        """Raise LeaseLostError when somebody else has the job by now."""
        if time.monotonic() - self.beaten_at < EVERY:
            return
        write(lambda tx: jobs.hold(tx, self.app_id, self.holder))
        self.beaten_at = time.monotonic()


# --- beginning


def _begin(described: Setup, crew: Crew, holder: str) -> bool:
    """Have a cycle running; False when the target does not let it begin."""
    if described.is_running:
        return True
    try:
        crew.handle(lambda engine, _: described.probe(engine), [None])
    except TargetError as error:
        _refuse(described, holder, error)
        return False
    write(lambda tx: _plan(tx, described, holder))
    return True


def _refuse(described: Setup, holder: str, error: TargetError) -> None:
    def quarantine(tx: Connection) -> None:
        jobs.hold(tx, described.app.id, holder)
        quarantining.enter_by_error(tx, described, error)

    write(quarantine)


def _plan(tx: Connection, described: Setup, holder: str) -> None:
    app = described.app
    jobs.hold(tx, app.id, holder)
    job = jobs.of(tx, app.id)
    reaches = tenants.required(tx, app.company_id).change
    kind = "initial" if job.is_initial_due else "incremental"
    sizes = plan.make(
        tx,
        app,
        # everything has a number above nothing
        since=-1 if kind == "initial" else job.watermark,
        with_groups=described.mappings["Group"].enabled,
        has_manager=described.manager_path is not None,
    )
    cycle_id = new_id()
    tx.execute(
        cycles.insert().values(
            id=cycle_id,
            company_id=app.company_id,
            app_id=app.id,
            kind=kind,
            state="running",
            started_at=now(),
            reaches=reaches,
            planned_users=sizes["User"],
            planned_groups=sizes["Group"],
            planned_references=sizes["References"],
        )
    )
    jobs.update(tx, app.id, cycle_id=cycle_id, is_initial_due=False, next_run_at=now())


def _go_on(described: Setup, crew: Crew, holder: str) -> None:
    """Work off the plan, page by page, for a slice of time or until the cycle is over."""
    ends = time.monotonic() + SLICE
    while time.monotonic() < ends and _page(described, crew, holder, ends):
        pass


def _page(described: Setup, crew: Crew, holder: str, ends: float) -> bool:
    with read() as tx:
        cycle = _running(tx, described.app.id)
        page = plan.page(tx, described.app.id)
    if cycle is None:
        return False
    if page:
        return Shift(described, crew, holder, cycle, ends).work_off(page)
    write(lambda tx: _finish(tx, described, holder, cycle))
    return False


# --- ending


def _finish(tx: Connection, described: Setup, holder: str, cycle: Any) -> None:
    app = described.app
    jobs.hold(tx, app.id, holder)
    tx.execute(
        cycles.update()
        .where(cycles.c.id == cycle.id)
        .values(state="completed", ended_at=now())
    )
    job = jobs.of(tx, app.id)
    is_on = tx.execute(
        sa.select(jobs.apps.c.is_on).where(jobs.apps.c.id == app.id)
    ).scalar_one()
    rest = clock.real(clock.INTERVAL, described.speed)
    jobs.update(
        tx,
        app.id,
        watermark=cycle.reaches,
        allows_deletes=False,
        next_run_at=now() + rest if is_on else None,
        initial_completed_at=job.initial_completed_at or now(),
        steady_at=job.steady_at if cycle.kind == "initial" else job.steady_at or now(),
        **jobs.HEALTHY,
    )


def _running(tx: Connection, app_id: str) -> Any | None:
    query = sa.select(cycles).where(
        cycles.c.app_id == app_id, cycles.c.state == "running"
    )
    return tx.execute(query).first()
