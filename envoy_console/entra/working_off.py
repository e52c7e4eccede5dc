"""A cycle's plan is worked off: object by object, and what came of each is kept with it."""

from __future__ import annotations

import time
from dataclasses import dataclass
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
from envoy_console.models import EntraCycle
from envoy_console.models.base import table
from envoy_console.models.prepared import Prepared
from envoy_console.models.transactions import read, write

cycles = table(EntraCycle)

# Seconds that a busy target may ask a cycle to wait; longer is for the next cycle.
PATIENCE = 5.0
# A cycle of at most so many objects is slowed down so that a class can watch it.
WATCHABLE = 200
FAILED = {"References": "reference_failures"}
DONE = {"User": "done_users", "Group": "done_groups", "References": "done_references"}
COUNTERS = (*DONE.values(), "failures", "reference_failures", "successes", "deletions")


@dataclass(frozen=True, slots=True)
class Shift:
    """A worker with its job, the running cycle, and when it is somebody else's turn."""

    described: Setup
    engine: Engine
    holder: str
    cycle: Any
    ends: float

    def work_off(self, page: list[Any]) -> bool:
        """Handle pieces of work until time is up; False when the cycle is over."""
        for item in page:
            if item.phase == "Deletions" and self._are_too_many():
                write(self._stage)
                return False
            began = time.monotonic()
            outcome = self._patiently(item)
            took = time.monotonic() - began
            if not self._keep(item, outcome, took):
                return False
            self._pause(time.monotonic() - began)
            # what is done in part comes first on the next page
            if outcome.is_partial or time.monotonic() > self.ends:
                break
        return True

    # --- one object

    def _patiently(self, item: Any) -> Outcome:
        outcome = self._handle(item)
        wait = _asked_to_wait(outcome)
        if wait is None:
            return outcome
        time.sleep(wait)
        return self._handle(item)

    def _handle(self, item: Any) -> Outcome:
        if item.phase == "References":
            return self._refer(item)
        app, engine = self.described.app, self.engine
        with read() as tx:
            found = source.read(tx, app, item.kind, item.source_id)
            link = links.find(tx, app.id, item.source_id)
        if item.phase == "Deletions":
            engine = engine.without_deferring()
        return engine.provision(item.kind, item.source_id, found, link)

    def _refer(self, item: Any) -> Outcome:
        with read() as tx:
            link = links.find(tx, self.described.app.id, item.source_id)
        told = None
        if link is not None and link.is_managed:
            tell = self._tell_manager if item.kind == "User" else self._tell_members
            told = tell(link)
        return told or Outcome(item.kind, item.source_id, "", "")

    def _tell_manager(self, link: Any) -> Outcome | None:
        path = self.described.manager_path
        with read() as tx:
            manager = references.manager(tx, self.described.app.id, link)
        if path is None or manager is None:
            return None
        return references.tell_manager(self.engine, path, link, manager)

    def _tell_members(self, link: Any) -> Outcome | None:
        path = self.described.members_path
        with read() as tx:
            members = references.members(tx, self.described.app.id, link.source_id)
        if path is None or not members.size:
            return None
        return references.tell_members(self.engine, path, link, members)

    # --- what came of it

    def _keep(self, item: Any, outcome: Outcome, took: float) -> bool:
        """Write down what was done; False when the cycle does not go on."""
        described, request_ids = self.described, self.engine.client.take_request_ids()

        def keep(tx: Connection) -> bool:
            jobs.hold(tx, described.app.id, self.holder)
            results.keep(
                tx,
                described,
                item,
                outcome,
                cycle_id=self.cycle.id,
                duration_ms=int(took * 1000),
                request_ids=request_ids,
            )
            is_running = self._count(tx, item, outcome)
            return is_running and quarantining.judge(
                tx, described, self.cycle.id, outcome
            )

        return write(keep)

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

    def _pause(self, taken: float) -> None:
        planned = self.cycle.planned_users + self.cycle.planned_groups
        if self.described.pace and planned <= WATCHABLE:
            time.sleep(max(1 / self.described.pace - taken, 0))


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
