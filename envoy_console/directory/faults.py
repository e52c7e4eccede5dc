"""The fault card: what a trainer makes the SCIM endpoint answer instead of its own.

A fault belongs to one company and always ends: after a time, and if wished after a
number of requests. It is kept on the integration's row, which each request reads with
its token anyway, so that an endpoint without a fault does no work for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from envoy_console.directory import audit, integrations
from envoy_console.directory.actors import Actor
from envoy_console.directory.errors import RuleError
from envoy_console.models import Integration
from envoy_console.models.base import now, table

MINUTES_AT_MOST = 60
REQUESTS_AT_MOST = 10_000
RETRY_AFTER_AT_MOST = 300
# a request that waits keeps one of the server's few threads
SLOW_AT_MOST = 8

rows = table(Integration)


class BadFaultError(RuleError):
    """A fault that the card does not offer."""


class Kind(StrEnum):
    """What is answered, by the name that the form and the database have for it."""

    UNAUTHORIZED = "unauthorized"
    UNIQUENESS = "uniqueness"
    THROTTLED = "throttled"
    BROKEN = "broken"
    SLOW = "slow"
    WEB_PAGE = "web_page"


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault that is on."""

    kind: Kind
    writes_only: bool
    seconds: int
    requests_left: int | None
    until: datetime

    @property
    def answer(self) -> str:
        """What is answered, as the end of “Requests are answered …”."""
        match self.kind:
            case Kind.UNAUTHORIZED:
                return "401 Unauthorized"
            case Kind.UNIQUENESS:
                return "409 Conflict"
            case Kind.THROTTLED:
                return f"429 Too Many Requests, Retry-After: {self.seconds}"
            case Kind.BROKEN:
                return "500 Internal Server Error"
            case Kind.SLOW:
                return f"{self.seconds} s late"
            case Kind.WEB_PAGE:
                return "200 with a web page"

    @property
    def requests(self) -> str:
        """Which requests are answered so."""
        if self.kind is Kind.UNIQUENESS:
            return "Requests that create"
        return "Requests that write" if self.writes_only else "All requests"


def on(row: Any | None) -> Fault | None:
    """Return the fault that is on, of an integration or of what a token was found with."""
    if row is None or row.fault is None or row.fault_until <= now():
        return None
    if row.fault_requests_left == 0:
        return None
    return Fault(
        Kind(row.fault),
        row.fault_writes_only,
        row.fault_seconds,
        row.fault_requests_left,
        row.fault_until,
    )


def current(tx: Connection, company_id: str) -> Fault | None:
    """Return the fault that is on in this company."""
    return on(integrations.find(tx, company_id))


def switch_on(
    tx: Connection,
    actor: Actor,
    *,
    kind: Kind,
    writes_only: bool,
    seconds: int,
    minutes: int,
    requests: int | None,
) -> None:
    """Let this company's endpoint answer so, for a time and for so many requests."""
    integration = integrations.required(tx, actor.company_id)
    _check(kind, seconds, minutes, requests)
    until = now() + timedelta(minutes=minutes)
    fault = Fault(kind, writes_only, seconds, requests, until)
    _keep(tx, integration.id, fault)
    audit.record(tx, actor, "switched the fault card on:", _summary(fault, minutes))


def switch_off(tx: Connection, actor: Actor) -> None:
    """Let the endpoint answer for itself again."""
    integration = integrations.required(tx, actor.company_id)
    if on(integration) is not None:
        audit.record(tx, actor, "switched the fault card off")
    _keep(tx, integration.id, None)


def take(tx: Connection, integration_id: str, fault: Fault) -> bool:
    """Use up one of the requests that `fault` has left; False when it has none."""
    left = rows.c.fault_requests_left
    # the moment it ends tells this fault from one that was switched on meanwhile
    is_it = (rows.c.id == integration_id) & (rows.c.fault_until == fault.until)
    taking = rows.update().where(is_it, left > 0).values({left: left - 1})
    return tx.execute(taking).rowcount == 1


def _check(kind: Kind, seconds: int, minutes: int, requests: int | None) -> None:
    most = SLOW_AT_MOST if kind is Kind.SLOW else RETRY_AFTER_AT_MOST
    if not 1 <= seconds <= most:
        raise BadFaultError(f"Choose 1 to {most} seconds.")
    if not 1 <= minutes <= MINUTES_AT_MOST:
        raise BadFaultError(f"A fault lasts 1 to {MINUTES_AT_MOST} minutes.")
    if requests is not None and not 1 <= requests <= REQUESTS_AT_MOST:
        raise BadFaultError(
            f"Let it end after 1 to {REQUESTS_AT_MOST:,} requests, or leave that empty."
        )


def _keep(tx: Connection, integration_id: str, fault: Fault | None) -> None:
    values = {
        "fault": fault and fault.kind,
        "fault_writes_only": fault and fault.writes_only,
        "fault_seconds": fault and fault.seconds,
        "fault_requests_left": fault and fault.requests_left,
        "fault_until": fault and fault.until,
    }
    tx.execute(sa.update(rows).where(rows.c.id == integration_id).values(values))


def _summary(fault: Fault, minutes: int) -> str:
    count = fault.requests_left
    at_most = f", at most {count:,} times" if count else ""
    return f"{fault.requests}: {fault.answer}, for {minutes} min{at_most}"
