"""A cycle's plan is worked off: a few objects at a time, and what came of them is kept."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby, islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from envoy_console.entra import (
    jobs,
    links,
    plan,
    quarantining,
    references,
    results,
    source,
)
from envoy_console.entra.engine import Engine
from envoy_console.entra.outcomes import Outcome
from envoy_console.entra.setup import Setup
from envoy_console.entra.side_by_side import AT_ONCE, Crew
from envoy_console.models import EntraCycle
from envoy_console.models.base import table
from envoy_console.models.prepared import Prepared
from envoy_console.models.transactions import read, write

cycles = table(EntraCycle)

# Seconds that a busy target may ask a cycle to wait; longer is for the next cycle.
PATIENCE = 5.0
# A cycle of at most so many objects is slowed down so that a class can watch it, and goes
# one by one.
WATCHABLE = 200
# What somebody fails with whose value or match somebody else has.
IN_THE_WAY = frozenset({"Conflict", "DuplicateSourceEntries"})
FAILED = {"References": "reference_failures"}
DONE = {"User": "done_users", "Group": "done_groups", "References": "done_references"}
COUNTERS = (*DONE.values(), "failures", "reference_failures", "successes", "deletions")


@dataclass(frozen=True, slots=True)
class Handled:
    """A piece of work, and what came of it."""

    item: Any
    outcome: Outcome
    seconds: float
    request_ids: list[str]

    def after(self, first: Handled) -> Handled:
        """Return the same, told together with a first try of it."""
        return replace(
            self,
            seconds=first.seconds + self.seconds,
            request_ids=first.request_ids + self.request_ids,
        )


@dataclass(frozen=True, slots=True)
class Shift:
    """A worker with its job, the running cycle, and when it is somebody else's turn."""

    described: Setup
    crew: Crew
    holder: str
    cycle: Any
    ends: float

    def work_off(self, page: list[Any]) -> bool:
        """Handle pieces of work until time is up; False when the cycle is over."""
        for handful in self._handfuls(page):
            if handful[0].phase == "Deletions" and self._are_too_many():
                write(self._stage)
                return False
            began = time.monotonic()
            handled = self.crew.handle(self._handle, handful)
            if not self._keep_and_settle(handled):
                return False
            self._pause(time.monotonic() - began)
            # what is done in part comes first on the next page
            is_partial = any(one.outcome.is_partial for one in handled)
            if is_partial or time.monotonic() > self.ends:
                break
        return True

    def _handfuls(self, page: list[Any]) -> Iterator[list[Any]]:
        """Yield what is handled at a time: alike, and one by one where people watch, or
        where what is done depends on what was done before.
        """
        for (phase, _), alike in groupby(
            page, key=lambda item: (item.phase, item.kind)
        ):
            one_by_one = phase == "Deletions" or self._is_watchable
            size = 1 if one_by_one else AT_ONCE
            while handful := list(islice(alike, size)):
                yield handful

    def _keep_and_settle(self, handled: list[Handled]) -> bool:
        """Keep what was done; those whom others were in the way of are handled again,
        alone. False when the cycle does not go on.
        """
        if len(handled) == 1:
            return self._keep(handled)
        goes_on = self._keep([one for one in handled if not _was_hindered(one)])
        for one in handled:
            if goes_on and _was_hindered(one):
                (again,) = self.crew.handle(self._handle, [one.item])
                goes_on = self._keep([again.after(one)])
        return goes_on

    # --- one object

    def _handle(self, engine: Engine, item: Any) -> Handled:
        began = time.monotonic()
        outcome = self._patiently(engine, item)
        seconds = time.monotonic() - began
        return Handled(item, outcome, seconds, engine.client.take_request_ids())

    def _patiently(self, engine: Engine, item: Any) -> Outcome:
        outcome = self._try(engine, item)
        wait = _asked_to_wait(outcome)
        if wait is None:
            return outcome
        time.sleep(wait)
        return self._try(engine, item)

    def _try(self, engine: Engine, item: Any) -> Outcome:
        if item.phase == "References":
            return self._refer(engine, item)
        app = self.described.app
        with read() as tx:
            found = source.read(tx, app, item.kind, item.source_id)
            link = links.find(tx, app.id, item.source_id)
        if item.phase == "Deletions":
            engine = engine.without_deferring()
        return engine.provision(item.kind, item.source_id, found, link)

    def _refer(self, engine: Engine, item: Any) -> Outcome:
        with read() as tx:
            link = links.find(tx, self.described.app.id, item.source_id)
        told = None
        if link is not None and link.is_managed:
            tell = self._tell_manager if item.kind == "User" else self._tell_members
            told = tell(engine, link)
        return told or Outcome(item.kind, item.source_id, "", "")

    def _tell_manager(self, engine: Engine, link: Any) -> Outcome | None:
        path = self.described.manager_path
        with read() as tx:
            manager = references.manager(tx, self.described.app.id, link)
        if path is None or manager is None:
            return None
        return references.tell_manager(engine, path, link, manager)

    def _tell_members(self, engine: Engine, link: Any) -> Outcome | None:
        path = self.described.members_path
        with read() as tx:
            members = references.members(tx, self.described.app.id, link.source_id)
        if path is None or not members.size:
            return None
        return references.tell_members(engine, path, link, members)

    # --- what came of it

    def _keep(self, handled: list[Handled]) -> bool:
        """Write down what was done; False when the cycle does not go on."""

        def keep(tx: Connection) -> bool:
            jobs.hold(tx, self.described.app.id, self.holder)
            # each is kept, also when the first one has ended the cycle, whose counters
            # then stand still
            going_on = [self._keep_one(tx, one) for one in handled]
            return all(going_on)

        return write(keep)

    def _keep_one(self, tx: Connection, one: Handled) -> bool:
        described, item, outcome = self.described, one.item, one.outcome
        results.keep(
            tx,
            described,
            item,
            outcome,
            cycle_id=self.cycle.id,
            duration_ms=int(one.seconds * 1000),
            request_ids=one.request_ids,
        )
        is_running = self._count(tx, item, outcome)
        return is_running and quarantining.judge(tx, described, self.cycle.id, outcome)

    def _count(self, tx: Connection, item: Any, outcome: Outcome) -> bool:
        """Move the cycle's counters; False when somebody has stopped it meanwhile."""
        more = dict.fromkeys(_counted(item, outcome), 1)
        values = {f"more_{name}": more.get(name, 0) for name in COUNTERS}
        return bool(_COUNT.run(tx, {"of_cycle": self.cycle.id, **values}))

    # --- deletions that may be accidents

    def _are_too_many(self) -> bool:
        """Tell whether Prevent accidental deletion stops the deletions of this cycle."""
        app = self.described.app
        deleted = sa.select(cycles.c.deletions).where(cycles.c.id == self.cycle.id)
        with read() as tx:
            job = jobs.of(tx, app.id)
            staged = plan.size(tx, app.id) + tx.execute(deleted).scalar_one()
        return not job.allows_deletes and staged > app.deletion_threshold

    def _stage(self, tx: Connection) -> None:
        jobs.hold(tx, self.described.app.id, self.holder)
        results.stage(tx, self.described, self.cycle.id)
        quarantining.enter_by_deletions(tx, self.described, self.cycle.id)

    @property
    def _is_watchable(self) -> bool:
        return bool(self.cycle.planned_users + self.cycle.planned_groups <= WATCHABLE)

    def _pause(self, taken: float) -> None:
        if self.described.pace and self._is_watchable:
            time.sleep(max(1 / self.described.pace - taken, 0))


def _was_hindered(one: Handled) -> bool:
    """Tell whether an object failed for another that matches, or has, the same; most
    servers say 409, some 400 with the scimType of RFC 7644 §3.12.
    """
    error = one.outcome.error
    if error is None or one.item.phase == "References":
        return False
    return error.code in IN_THE_WAY or '"uniqueness"' in error.message


def _asked_to_wait(outcome: Outcome) -> float | None:
    """Return for how many seconds a target that is too busy asks, if that is soon."""
    if outcome.error is None or outcome.error.retry_after is None:
        return None
    wait = float(outcome.error.retry_after)
    return wait if wait <= PATIENCE else None


def _counted(item: Any, outcome: Outcome) -> list[str]:
    """Return which counters of the cycle an outcome moves."""
    counted = []
    if item.phase in DONE and not outcome.is_partial:
        counted.append(DONE[item.phase])
    if outcome.error:
        counted.append(FAILED.get(item.phase, "failures"))
    elif outcome.status == "success":
        counted.append("successes")
    if outcome.is_deletion:
        counted.append("deletions")
    return counted


# Run for every piece of work.
_COUNT = Prepared(
    cycles.update()
    .where(cycles.c.id == sa.bindparam("of_cycle"), cycles.c.state == "running")
    .values({name: cycles.c[name] + sa.bindparam(f"more_{name}") for name in COUNTERS})
)
