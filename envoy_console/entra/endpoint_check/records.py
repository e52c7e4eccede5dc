"""Checks as they are asked for, held by one worker, and found again.

The row of a check is the truth; there is one for every app, and one for the company's
own endpoint. A new check takes the place of the one before.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from envoy_console.entra.endpoint_check.requirements import Finding
from envoy_console.entra.errors import EntraError, UnknownError
from envoy_console.models import EndpointCheck, EndpointFinding, seals
from envoy_console.models.base import now, table

checks = table(EndpointCheck)
findings = table(EndpointFinding)

LEASE = timedelta(seconds=30)  # longer than a request may take
MOST_ATTEMPTS = 3
LONGEST_NUMBER = 4  # digits
# all attempts, and what a worker that is busy lets it wait
LONGEST_CHECK = timedelta(hours=1)


class UnderWayError(EntraError):
    """One check at a time."""

    def __init__(self) -> None:
        super().__init__("A check is under way already. Wait until it is done.")


class LeaseLostError(Exception):
    """Somebody else has the check now, or nobody wants it any more."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be checked; without an app it is the company's own endpoint."""

    company_id: str
    app_id: str | None
    tenant_url: str
    token: str
    actor: str

    @property
    def subject_id(self) -> str:
        return self.app_id or self.company_id


def ask(tx: Connection, check_id: str, asked: Asked) -> None:
    """Ask the worker for a check; raises UnderWayError."""
    mine = checks.c.subject_id == asked.subject_id
    left = _left_behind(tx, asked)
    tx.execute(checks.delete().where(mine, checks.c.done_at.is_not(None)))
    if tx.execute(sa.select(checks.c.id).where(mine)).first():
        raise UnderWayError
    try:
        tx.execute(
            checks.insert().values(
                id=check_id,
                company_id=asked.company_id,
                app_id=asked.app_id,
                subject_id=asked.subject_id,
                at=now(),
                actor=asked.actor,
                tenant_url=asked.tenant_url,
                secret=seals.seal(seals.ENTRA_TOKEN, check_id, asked.token),
                attempts=0,
                done=0,
                planned=1,  # the worker knows how many there are
                stage="",
                requests=0,
                made=left,
            )
        )
    except IntegrityError as error:
        raise UnderWayError from error


def _left_behind(tx: Connection, asked: Asked) -> list[dict[str, Any]]:
    """Return what the check before could not remove from the same endpoint."""
    query = sa.select(checks.c.made).where(
        checks.c.subject_id == asked.subject_id,
        checks.c.tenant_url == asked.tenant_url,
    )
    return tx.execute(query).scalar() or []


def latest(tx: Connection, company_id: str, subject_id: str) -> Any | None:
    """Return the latest check of an app or of the company's own endpoint."""
    query = sa.select(checks).where(
        checks.c.company_id == company_id, checks.c.subject_id == subject_id
    )
    return tx.execute(query).first()


def found(tx: Connection, check: Any) -> list[Any]:
    """Return the findings of a check, without the exchanges behind them."""
    columns = [column for column in findings.c if column.name != "exchanges"]
    query = sa.select(*columns).where(findings.c.check_id == check.id)
    return list(tx.execute(query.order_by(findings.c.number)).all())


def finding(tx: Connection, company_id: str, subject_id: str, number: str) -> Any:
    """Return one finding of the latest check, with its exchanges; raises UnknownError."""
    if not number.isdecimal() or len(number) > LONGEST_NUMBER:
        raise UnknownError("There is no such finding.")
    query = (
        sa.select(findings)
        .join(checks, checks.c.id == findings.c.check_id)
        .where(
            checks.c.company_id == company_id,
            checks.c.subject_id == subject_id,
            findings.c.number == int(number),
        )
    )
    row = tx.execute(query).first()
    if row is None:
        raise UnknownError("There is no such finding.")
    return row


def claim(tx: Connection, check_id: str, holder: str) -> Any | None:
    """Take the check for the worker `holder`, and return it, unless it is taken."""
    taken = tx.execute(
        checks.update()
        .where(checks.c.id == check_id, *_waiting())
        .values(
            lease=holder, leased_until=now() + LEASE, attempts=checks.c.attempts + 1
        )
    )
    return of(tx, check_id) if taken.rowcount else None


def of(tx: Connection, check_id: str) -> Any | None:
    """Return a check by its id: for the worker."""
    return tx.execute(sa.select(checks).where(checks.c.id == check_id)).first()


def hold(tx: Connection, check_id: str, holder: str, **values: Any) -> None:
    """Keep the check for longer, with what changed about it; raises LeaseLostError."""
    held = tx.execute(
        checks.update()
        .where(checks.c.id == check_id, checks.c.lease == holder)
        .values(leased_until=now() + LEASE, **values)
    )
    if not held.rowcount:
        raise LeaseLostError(check_id)


def add(tx: Connection, check: Any, new: list[Finding]) -> None:
    """Keep what a step found."""
    counted = sa.select(sa.func.count()).where(findings.c.check_id == check.id)
    start = int(tx.execute(counted).scalar_one()) + 1
    rows = [
        {
            "company_id": check.company_id,
            "check_id": check.id,
            "number": number,
            "status": each.status,
            "found": each.found,
            "exchanges": [asdict(exchange) for exchange in each.exchanges],
            **asdict(each.requirement),
        }
        for number, each in enumerate(new, start)
    ]
    if rows:
        tx.execute(findings.insert(), rows)


def forget(tx: Connection, check: Any) -> None:
    """Drop what an attempt found that was not brought to its end."""
    tx.execute(findings.delete().where(findings.c.check_id == check.id))


def conclude(
    tx: Connection, check_id: str, holder: str, *, problem: str | None = None
) -> None:
    """End the check, and forget its token."""
    ended = {"problem": problem, "secret": None, "done_at": now(), "lease": None}
    hold(tx, check_id, holder, **ended)


def due(tx: Connection) -> list[str]:
    """Return the checks that wait for a worker."""
    return list(tx.execute(sa.select(checks.c.id).where(*_waiting())).scalars())


def _waiting() -> tuple[sa.ColumnElement[bool], ...]:
    free = sa.or_(checks.c.lease.is_(None), checks.c.leased_until < now())
    return checks.c.done_at.is_(None), free
