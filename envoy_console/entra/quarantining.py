"""Put a job into quarantine: the cycle ends, the next try waits, somebody is told."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from envoy_console.entra import (
    audit,
    clock,
    jobs,
    notifications,
    provisioning_settings,
    quarantine,
)
from envoy_console.entra.outcomes import Outcome
from envoy_console.entra.setup import Setup
from envoy_console.entra.target_errors import TargetError
from envoy_console.models import EntraCycle, EntraWork
from envoy_console.models.base import now, table

cycles = table(EntraCycle)
work = table(EntraWork)

SERVICE = "Azure AD Provisioning Service"
GIVEN_UP = "Provisioning was set to Off, because it had been in quarantine for more than 28 days."


def judge(tx: Connection, described: Setup, cycle_id: str, outcome: Outcome) -> bool:
    """Quarantine the job if what just failed is too much; tell whether it goes on."""
    error = outcome.error
    if error is None:
        return True
    if error.is_credentials:
        _enter(tx, described, quarantine.CREDENTIALS, error.message, cycle_id)
        return False
    cycle = tx.execute(sa.select(cycles).where(cycles.c.id == cycle_id)).one()
    reason = quarantine.reason(
        quarantine.thresholds(described.speed),
        failures=cycle.failures,
        reference_failures=cycle.reference_failures,
        successes=cycle.successes,
    )
    if reason is None:
        return True
    _enter(tx, described, reason, error.message, cycle_id)
    return False


def enter_by_error(tx: Connection, described: Setup, error: TargetError) -> None:
    """The target did not even answer the probe as it should."""
    _enter(tx, described, quarantine.CREDENTIALS, error.message, None)


def enter_by_deletions(tx: Connection, described: Setup, cycle_id: str) -> None:
    """More deletions than the threshold of Prevent accidental deletion."""
    message = (
        "This cycle would have deleted or disabled more objects than the threshold of "
        f"{described.app.deletion_threshold}. Look at the provisioning logs, then "
        "choose Allow deletes or mend the cause."
    )
    _enter(tx, described, quarantine.TOO_MANY_DELETES, message, cycle_id)


def _enter(
    tx: Connection, described: Setup, reason: str, message: str, cycle_id: str | None
) -> None:
    app, job = described.app, jobs.of(tx, described.app.id)
    retries = job.quarantine_retries + 1 if job.quarantine_reason else 0
    if cycle_id:
        _end(tx, app, cycle_id)
    values: dict[str, Any] = {
        "quarantine_reason": reason,
        "quarantine_message": message,
        "quarantined_at": job.quarantined_at or now(),
        "quarantine_retries": retries,
        "next_run_at": _next_try(described, job, reason, retries),
    }
    jobs.update(tx, app.id, **values)
    if reason != job.quarantine_reason:
        _tell(tx, app, reason, message)
    elif _is_over(described, job, reason):
        _give_up(tx, app, message)


def _end(tx: Connection, app: Any, cycle_id: str) -> None:
    """End the cycle without having reached its watermark: the next one repeats it."""
    tx.execute(work.delete().where(work.c.app_id == app.id))
    cycle = tx.execute(sa.select(cycles).where(cycles.c.id == cycle_id)).one()
    tx.execute(
        cycles.update()
        .where(cycles.c.id == cycle_id)
        .values(state="quarantined", ended_at=now())
    )
    if cycle.kind == "initial":
        jobs.update(tx, app.id, is_initial_due=True)


def _next_try(described: Setup, job: Any, reason: str, retries: int) -> Any:
    if reason == quarantine.TOO_MANY_DELETES or not described.app.is_on:
        return None
    return now() + clock.real(quarantine.retry_after(retries), described.speed)


def _is_over(described: Setup, job: Any, reason: str) -> bool:
    """Tell whether the job has been in quarantine for too long to be tried again."""
    lasted = now() - (job.quarantined_at or now())
    limit = clock.real(quarantine.DISABLED_AFTER, described.speed)
    return reason != quarantine.TOO_MANY_DELETES and lasted > limit


def _give_up(tx: Connection, app: Any, message: str) -> None:
    """Set the Provisioning Status to Off; somebody has to set it to On again."""
    jobs.stop(tx, app.id)
    jobs.update(tx, app.id, quarantine_message=f"{message}\n{GIVEN_UP}")
    audit.about_app(
        tx,
        app,
        actor=SERVICE,
        category=audit.PROVISIONING,
        activity=provisioning_settings.STOPPED,
        detail=GIVEN_UP,
    )


def _tell(tx: Connection, app: Any, reason: str, message: str) -> None:
    audit.about_app(
        tx,
        app,
        actor=SERVICE,
        category=audit.QUARANTINE,
        activity="Quarantine",
        detail=f"{reason}: {message}"[:500],
    )
    notifications.quarantined(tx, app, reason, message)
