"""Objects that failed: how often, and when they are tried again (spec §3.2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from envoy_console.entra import clock, quarantine
from envoy_console.models import EntraEscrow
from envoy_console.models.base import now, table
from envoy_console.models.prepared import Prepared

escrows = table(EntraEscrow)


@dataclass(frozen=True, slots=True)
class Rest:
    """How often an object was retried in vain, and until when it is left alone; None:
    until it changes.
    """

    retries: int
    until: datetime | None


def _is(app_id: str, phase: str, source_id: str) -> tuple[Any, ...]:
    return (
        escrows.c.app_id == app_id,
        escrows.c.phase == phase,
        escrows.c.source_id == source_id,
    )


def find(tx: Connection, app_id: str, phase: str, source_id: str) -> Any | None:
    """Return the escrow of an object in a phase, if it failed before."""
    return tx.execute(sa.select(escrows).where(*_is(app_id, phase, source_id))).first()


def put(
    tx: Connection,
    app: Any,
    work: Any,
    *,
    label: str,
    code: str,
    message: str,
    speed: int,
) -> Rest:
    """Note one more failure of an object; return how long it rests. One that has failed
    for 28 days is given up until it changes.
    """
    former = find(tx, app.id, work.phase, work.source_id)
    began = former.first_failed_at if former else now()
    attempts = former.attempts + 1 if former else 1
    retry_at = now() + clock.real(quarantine.escrow_rest(attempts), speed)
    tx.execute(escrows.delete().where(*_is(app.id, work.phase, work.source_id)))
    if now() - began > clock.real(quarantine.DISABLED_AFTER, speed):
        return Rest(attempts - 1, None)
    tx.execute(
        escrows.insert().values(
            app_id=app.id,
            company_id=app.company_id,
            phase=work.phase,
            kind=work.kind,
            source_id=work.source_id,
            label=label,
            attempts=attempts,
            first_failed_at=began,
            retry_at=retry_at,
            code=code,
            message=message,
        )
    )
    return Rest(attempts - 1, retry_at)


def release(
    tx: Connection, app_id: str, phase: str, source_id: str, *, or_phase: str = ""
) -> None:
    """Forget that an object ever failed in a phase, or in another one."""
    phases = {"of_phase": phase, "or_phase": or_phase}
    _RELEASE.run(tx, {"of_app": app_id, "of_source": source_id, **phases})


def clear(tx: Connection, app_id: str) -> None:
    """Forget all failures of a job."""
    tx.execute(escrows.delete().where(escrows.c.app_id == app_id))


# Run for every object of a cycle.
_RELEASE = Prepared(
    escrows.delete().where(
        escrows.c.app_id == sa.bindparam("of_app"),
        escrows.c.phase.in_([sa.bindparam("of_phase"), sa.bindparam("or_phase")]),
        escrows.c.source_id == sa.bindparam("of_source"),
    )
)
