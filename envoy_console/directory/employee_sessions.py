"""The browsers of employees, who are no administrators and see only their own page.

Kept apart from the console's sessions, so that no mistake here can open the console. An
employee who is deactivated or deleted is out at once: every request asks.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from envoy_console import config
from envoy_console.directory.sessions import FORGOTTEN_AFTER, SEEN_EVERY
from envoy_console.models import Company, Employee, EmployeeSession
from envoy_console.models.base import now, table
from envoy_console.models.transactions import write

sessions = table(EmployeeSession)
employees = table(Employee)
companies = table(Company)


@dataclass(frozen=True, slots=True)
class Visitor:
    """The employee behind a session."""

    session_id: str
    employee_id: str
    company_id: str
    company_name: str
    seen_at: datetime


def open_(tx: Connection, company_id: str, employee_id: str, source: str) -> str:
    """Open a session and return its secret id."""
    raw, moment = secrets.token_urlsafe(32), now()
    tx.execute(
        sessions.insert().values(
            id=_digest(raw),
            company_id=company_id,
            employee_id=employee_id,
            created_at=moment,
            seen_at=moment,
            source=source,
        )
    )
    return raw


def find(tx: Connection, raw: str) -> Visitor | None:
    """Return the active employee behind the session id `raw`, unless it timed out."""
    settings, moment = config.current(), now()
    found = tx.execute(
        sa.select(
            sessions.c.id.label("session_id"),
            sessions.c.employee_id,
            sessions.c.company_id,
            companies.c.name.label("company_name"),
            sessions.c.seen_at,
        )
        .join(employees, employees.c.id == sessions.c.employee_id)
        .join(companies, companies.c.id == sessions.c.company_id)
        .where(
            sessions.c.id == _digest(raw),
            sessions.c.created_at > moment - settings.session_lifetime,
            sessions.c.seen_at > moment - settings.session_idle,
            employees.c.active,
        )
    ).first()
    return Visitor(**found._mapping) if found else None


def keep_alive(visitor: Visitor) -> None:
    """Note that the session is in use; written at most once a minute."""
    moment = now()
    if moment - visitor.seen_at > SEEN_EVERY:
        mine = sessions.c.id == visitor.session_id
        write(
            lambda tx: tx.execute(sessions.update().where(mine).values(seen_at=moment))
        )


def end(tx: Connection, raw: str) -> None:
    """End one session."""
    tx.execute(sessions.delete().where(sessions.c.id == _digest(raw)))


def end_all(tx: Connection, company_id: str) -> None:
    """End every session of the company's employees."""
    tx.execute(sessions.delete().where(sessions.c.company_id == company_id))


def forget_old(tx: Connection) -> None:
    """Delete the rows of sessions that timed out long ago."""
    tx.execute(sessions.delete().where(sessions.c.seen_at < now() - FORGOTTEN_AFTER))


def _digest(raw: str) -> str:
    return hashlib.sha256(raw.encode()).hexdigest()
