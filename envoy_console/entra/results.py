"""Keep what came of an object: the log entry, the link, the escrow, and one thing less
to do. All of it in one transaction, given by the caller.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from envoy_console.entra import (
    escrows,
    links,
    plan,
    provisioning_log,
    redaction,
    source,
    steps,
)
from envoy_console.entra.escrows import Rest
from envoy_console.entra.outcomes import Outcome
from envoy_console.entra.provisioning_log import LogEntry
from envoy_console.entra.setup import Setup
from envoy_console.models import EntraWork
from envoy_console.models.base import new_id, table

work = table(EntraWork)


def keep(
    tx: Connection,
    described: Setup,
    item: Any,
    outcome: Outcome,
    *,
    cycle_id: str,
    duration_ms: int,
    request_ids: list[str],
) -> None:
    """Write down what a cycle did about one piece of work."""
    app = described.app
    # the label of what is gone stands on its link, and is needed for the log
    remember(tx, app, outcome)
    rest = _escrow(tx, described, item, outcome)
    if rest is not None and rest.until is None and _is_gone(tx, app, item):
        links.drop(tx, app.id, item.source_id)  # it will never change any more
    if not outcome.is_silent:
        provisioning_log.keep(
            tx,
            app,
            entry(
                described,
                outcome,
                cycle_id=cycle_id,
                duration_ms=duration_ms,
                request_ids=request_ids,
                rest=rest,
            ),
        )
    if not outcome.is_partial:
        plan.done(tx, item)
    if outcome.is_deferred:
        plan.defer_deletion(tx, app, item.kind, item.source_id)


def remember(tx: Connection, app: Any, outcome: Outcome) -> None:
    """Write down what the target calls the object now, and who is in it."""
    if outcome.is_unlinked:
        links.drop(tx, app.id, outcome.source_id)
    if outcome.link:
        links.keep(tx, app, outcome.source_id, **outcome.link)
    if outcome.added:
        links.add_members(tx, app, outcome.source_id, outcome.added)
    if outcome.removed:
        links.remove_members(tx, app.id, outcome.source_id, outcome.removed)


def entry(
    described: Setup,
    outcome: Outcome,
    *,
    cycle_id: str | None,
    duration_ms: int,
    request_ids: list[str],
    rest: Rest | None = None,
) -> LogEntry:
    """Return the log entry of an outcome, which rests in escrow if it failed."""
    error, mapping = outcome.error, described.mappings[outcome.kind]
    return LogEntry(
        kind=outcome.kind,
        source_id=outcome.source_id,
        label=outcome.label,
        display_name=outcome.display_name,
        target_id=outcome.target_id,
        action=outcome.action,
        status=outcome.status,
        error_code=error.code if error else _skip_reason(outcome),
        reason=_reason(outcome, rest),
        recommendation=error.recommendation if error else None,
        steps=redaction.of_steps(mapping, outcome.steps),
        modified=redaction.of_modified(mapping, outcome.modified),
        request_ids=request_ids,
        duration_ms=duration_ms,
        cycle_id=cycle_id,
        change_id=new_id(),
    )


def stage(tx: Connection, described: Setup, cycle_id: str) -> None:
    """Log the deletions that wait for Allow deletes, and take them off the list."""
    app = described.app
    waiting = sa.select(work).where(work.c.app_id == app.id).order_by(work.c.id)
    for item in tx.execute(waiting).all():
        link = links.find(tx, app.id, item.source_id)
        label = link.label if link else ""
        outcome = Outcome(item.kind, item.source_id, label, label)
        outcome.action, outcome.target_id = "stagedDelete", link and link.target_id
        outcome.steps.append(steps.staged(item.kind, label))
        provisioning_log.keep(
            tx,
            app,
            entry(described, outcome, cycle_id=cycle_id, duration_ms=0, request_ids=[]),
        )
    tx.execute(work.delete().where(work.c.app_id == app.id))


def _escrow(
    tx: Connection, described: Setup, item: Any, outcome: Outcome
) -> Rest | None:
    if outcome.error is None:
        # whoever was looked at and not found to be deleted need not be deleted again
        is_wanted = item.phase == item.kind and not outcome.is_deferred
        stale = "Deletions" if is_wanted else ""
        escrows.release(
            tx, described.app.id, item.phase, item.source_id, or_phase=stale
        )
        return None
    return escrows.put(
        tx,
        described.app,
        item,
        label=outcome.label,
        code=outcome.error.code,
        message=outcome.error.message,
        speed=described.speed,
    )


def _reason(outcome: Outcome, rest: Rest | None) -> str:
    if outcome.error is None:
        return outcome.steps[-1].description
    if rest is None:
        return outcome.error.message
    return outcome.error.after(rest.retries, again=rest.until)


def _is_gone(tx: Connection, app: Any, item: Any) -> bool:
    return source.read(tx, app, item.kind, item.source_id) is None


def _skip_reason(outcome: Outcome) -> str | None:
    if outcome.status != "skipped" or not outcome.steps:
        return None
    return outcome.steps[-1].details.get("SkipReason")
