"""A cycle: planned in one transaction, worked off object by object, kept with each.

A worker takes the job, does some of it and gives it back. Whatever it wrote down is
done; an object that it had only told the target of is found there by the next one.
So a cycle survives the death of its worker at any moment, and never runs twice at once.
"""

from __future__ import annotations

import time
import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from envoy_console.entra import (
    clock,
    jobs,
    links,
    plan,
    quarantining,
    references,
    results,
    setup,
    source,
    target_errors,
    tenants,
)
from envoy_console.entra.engine import Engine
from envoy_console.entra.jobs import LeaseLostError
from envoy_console.entra.outcomes import Outcome
from envoy_console.entra.setup import Setup
from envoy_console.entra.target_errors import TargetError
from envoy_console.entra.urls import RefusedError
from envoy_console.models.base import new_id, now, table
from envoy_console.models.entra import EntraCycle, EntraWork
from envoy_console.models.transactions import read, write

cycles = table(EntraCycle)
work = table(EntraWork)

# For so many seconds a worker stays with one job while others wait for theirs.
SLICE = 5.0
# Seconds between two renewals of the lease while the target is slow.
EVERY = 5.0
# Seconds that a busy target may ask a cycle to wait; longer is for the next cycle.
PATIENCE = 5.0
# A cycle of at most so many objects is slowed down so that a class can watch it.
WATCHABLE = 200
FAILED = {"References": "reference_failures"}
DONE = {"User": "done_users", "Group": "done_groups", "References": "done_references"}


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
        with described.connected(heartbeat.beat) as engine:
            if not _begin(described, engine, holder):
                return
            ends = time.monotonic() + SLICE
            while time.monotonic() < ends:
                if not _step(described, engine, holder):
                    return
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


def _begin(described: Setup, engine: Engine, holder: str) -> bool:
    """Have a cycle running; False when the target does not let it begin."""
    if described.is_running:
        return True
    try:
        described.probe(engine)
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
    app, job = described.app, jobs.of(tx, described.app.id)
    jobs.hold(tx, app.id, holder)
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


# --- going on


def _step(described: Setup, engine: Engine, holder: str) -> bool:
    """Handle the next object; False when the cycle is over."""
    with read() as tx:
        cycle = _running(tx, described.app.id)
        item = _next(tx, described.app.id)
    if cycle is None:
        return False
    if item is None:
        write(lambda tx: _finish(tx, described, holder, cycle))
        return False
    if item.phase == "Deletions" and _too_many(described, cycle):
        write(lambda tx: _stage(tx, described, holder, cycle))
        return False
    began = time.monotonic()
    outcome = _handle(described, engine, item)
    if (wait := _asked_to_wait(outcome)) is not None:
        time.sleep(wait)
        outcome = _handle(described, engine, item)
    milliseconds = int((time.monotonic() - began) * 1000)
    request_ids = engine.client.take_request_ids()

    def keep(tx: Connection) -> bool:
        jobs.hold(tx, described.app.id, holder)
        results.keep(
            tx,
            described,
            item,
            outcome,
            cycle_id=cycle.id,
            duration_ms=milliseconds,
            request_ids=request_ids,
        )
        _count(tx, cycle.id, item, outcome)
        return quarantining.judge(tx, described, cycle.id, outcome)

    goes_on = write(keep)
    _pause(described, cycle, time.monotonic() - began)
    return goes_on


def _handle(described: Setup, engine: Engine, item: Any) -> Outcome:
    app = described.app
    if item.phase == "References":
        return _refer(described, engine, item)
    with read() as tx:
        found = source.read(tx, app, item.kind, item.source_id)
        link = links.find(tx, app.id, item.source_id)
    if item.phase == "Deletions":
        engine = engine.without_deferring()
    return engine.provision(item.kind, item.source_id, found, link)


def _asked_to_wait(outcome: Outcome) -> float | None:
    """Return for how many seconds a target that is too busy asks, if that is soon."""
    if outcome.error is None or outcome.error.retry_after is None:
        return None
    wait = float(outcome.error.retry_after)
    return wait if wait <= PATIENCE else None


def _refer(described: Setup, engine: Engine, item: Any) -> Outcome:
    app_id = described.app.id
    nothing = Outcome(item.kind, item.source_id, "", "")
    with read() as tx:
        link = links.find(tx, app_id, item.source_id)
        if link is None:
            return nothing
        if item.kind == "User":
            manager = references.manager(tx, app_id, link)
        else:
            members = references.members(tx, app_id, item.source_id)
    if item.kind == "User":
        path = described.manager_path
        if manager is None or path is None:
            return nothing
        return references.tell_manager(engine, path, link, manager)
    path = described.members_path
    if path is None or not members.size:
        return nothing
    return references.tell_members(engine, path, link, members)


def _too_many(described: Setup, cycle: Any) -> bool:
    """Tell whether Prevent accidental deletion stops the deletions of this cycle."""
    with read() as tx:
        job = jobs.of(tx, described.app.id)
        waiting = tx.execute(
            sa.select(sa.func.count())
            .select_from(work)
            .where(work.c.app_id == described.app.id)
        ).scalar_one()
    staged = int(waiting) + cycle.deletions
    return not job.allows_deletes and staged > described.app.deletion_threshold


def _stage(tx: Connection, described: Setup, holder: str, cycle: Any) -> None:
    jobs.hold(tx, described.app.id, holder)
    results.stage(tx, described, cycle.id)
    quarantining.enter_by_deletions(tx, described, cycle.id)


def _pause(described: Setup, cycle: Any, taken: float) -> None:
    planned = cycle.planned_users + cycle.planned_groups
    if described.pace and planned <= WATCHABLE:
        time.sleep(max(1 / described.pace - taken, 0))


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


def _next(tx: Connection, app_id: str) -> Any | None:
    query = sa.select(work).where(work.c.app_id == app_id)
    return tx.execute(query.order_by(work.c.id).limit(1)).first()


def _count(tx: Connection, cycle_id: str, item: Any, outcome: Outcome) -> None:
    values: dict[str, Any] = {}
    column = DONE.get(item.phase)
    if column and not outcome.is_partial:
        values[column] = cycles.c[column] + 1
    if outcome.error:
        failed = FAILED.get(item.phase, "failures")
        values[failed] = cycles.c[failed] + 1
    elif outcome.status == "success":
        values["successes"] = cycles.c.successes + 1
    if outcome.is_deletion:
        values["deletions"] = cycles.c.deletions + 1
    if values:
        tx.execute(cycles.update().where(cycles.c.id == cycle_id).values(**values))
