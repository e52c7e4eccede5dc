"""Signed-in browsers: open a session, keep it, renew it, end it.

The cookie carries a random session id and nothing else; the database keeps its
SHA-256. So a session can be ended from here, and a stolen database opens none.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from envoy_console import config
from envoy_console.directory import audit
from envoy_console.directory.actors import Actor
from envoy_console.directory.roles import GLOBAL_ADMIN, OPERATOR, VIEWER
from envoy_console.models import (
    Account,
    AccountSession,
    Company,
    Employee,
)
from envoy_console.models.base import now, table
from envoy_console.models.transactions import write

SEEN_EVERY = timedelta(minutes=1)
FORGOTTEN_AFTER = timedelta(days=7)
# when the password was last given, where it never was
NEVER = datetime(1970, 1, 1, tzinfo=UTC)

accounts = table(Account)
sessions = table(AccountSession)
companies = table(Company)
visited = companies.alias("visited")
employees = table(Employee)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The administrator behind a session."""

    session_id: str
    account_id: str
    company_id: str
    company_name: str
    email: str
    name: str
    role: str
    confirmed_at: datetime
    seen_at: datetime
    # an operator may look at a company of the class; then it is not their own
    own_company_id: str
    is_visiting: bool


def open_session(
    tx: Connection, account: Any, source: str, *, employee_id: str | None = None
) -> str:
    """Open a session for an account and return its secret id.

    Whom single sign-on let in as the employee `employee_id` gave no password, so delicate
    things still ask for it.
    """
    raw, moment = secrets.token_urlsafe(32), now()
    tx.execute(
        sessions.insert().values(
            id=digest(raw),
            account_id=account.id,
            created_at=moment,
            seen_at=moment,
            confirmed_at=moment if employee_id is None else NEVER,
            source=source,
            employee_id=employee_id,
        )
    )
    mine = accounts.c.id == account.id
    tx.execute(accounts.update().where(mine).values(last_sign_in_at=moment))
    actor = Actor(account.company_id, account.name, source, account.id)
    how = "signed in" if employee_id is None else "signed in with single sign-on"
    audit.record(tx, actor, how)
    return raw


def renew(tx: Connection, signed_in: SignedIn) -> str:
    """Note that the password was given again; return the session's new secret id."""
    raw, mine = secrets.token_urlsafe(32), sessions.c.id == signed_in.session_id
    values = {"id": digest(raw), "confirmed_at": now()}
    tx.execute(sessions.update().where(mine).values(values))
    return raw


def session(tx: Connection, raw: str) -> SignedIn | None:
    """Return who is behind the session id `raw`, unless it has timed out."""
    settings, moment = config.current(), now()
    found = tx.execute(
        sa.select(
            sessions.c.id.label("session_id"),
            accounts.c.id.label("account_id"),
            sa.func.coalesce(visited.c.id, companies.c.id).label("company_id"),
            sa.func.coalesce(visited.c.name, companies.c.name).label("company_name"),
            accounts.c.email,
            accounts.c.name,
            _role().label("role"),
            sessions.c.confirmed_at,
            sessions.c.seen_at,
            companies.c.id.label("own_company_id"),
            visited.c.id.is_not(None).label("is_visiting"),
        )
        .join(accounts, accounts.c.id == sessions.c.account_id)
        .join(companies, companies.c.id == accounts.c.company_id)
        .join(visited, _may_visit(), isouter=True)
        .join(employees, employees.c.id == sessions.c.employee_id, isouter=True)
        .where(
            sessions.c.id == digest(raw),
            sessions.c.created_at > moment - settings.session_lifetime,
            sessions.c.seen_at > moment - settings.session_idle,
            accounts.c.active,
            sessions.c.employee_id.is_(None) | employees.c.active,
        )
    ).first()
    return SignedIn(**found._mapping) if found else None


def keep_alive(signed_in: SignedIn) -> None:
    """Note that the session is in use; written at most once a minute."""
    moment = now()
    if moment - signed_in.seen_at > SEEN_EVERY:
        mine = sessions.c.id == signed_in.session_id
        write(
            lambda tx: tx.execute(sessions.update().where(mine).values(seen_at=moment))
        )


def forget_old(tx: Connection) -> None:
    """Delete the rows of sessions that timed out long ago."""
    tx.execute(sessions.delete().where(sessions.c.seen_at < now() - FORGOTTEN_AFTER))


def visit(tx: Connection, signed_in: SignedIn, company_id: str) -> None:
    """Let an operator look at a company of the class, in this session, as a viewer."""
    _look_at(tx, signed_in, company_id)


def return_home(tx: Connection, signed_in: SignedIn) -> None:
    """Let an operator's session be in their own company again."""
    _look_at(tx, signed_in, None)


def sign_out(tx: Connection, raw: str) -> None:
    """End one session."""
    tx.execute(sessions.delete().where(sessions.c.id == digest(raw)))


def sign_out_everywhere(tx: Connection, account_id: str) -> None:
    """End every session of the account."""
    tx.execute(sessions.delete().where(sessions.c.account_id == account_id))


def end_passwords_of_others(tx: Connection, company_id: str) -> None:
    """End what a password opened, for everybody of the company but its global admins."""
    others = sa.select(accounts.c.id).where(
        accounts.c.company_id == company_id, accounts.c.role != GLOBAL_ADMIN
    )
    tx.execute(
        sessions.delete().where(
            sessions.c.account_id.in_(others), sessions.c.employee_id.is_(None)
        )
    )


def end_single_sign_on(tx: Connection, company_id: str) -> None:
    """End what single sign-on opened for the company's accounts."""
    those = sa.select(accounts.c.id).where(accounts.c.company_id == company_id)
    tx.execute(
        sessions.delete().where(
            sessions.c.account_id.in_(those), sessions.c.employee_id.is_not(None)
        )
    )


def own_actor(signed_in: SignedIn, source: str) -> Actor:
    """Return who acts on their own account, in their own company wherever they look."""
    return Actor(signed_in.own_company_id, signed_in.name, source, signed_in.account_id)


def _look_at(tx: Connection, signed_in: SignedIn, company_id: str | None) -> None:
    mine = sessions.c.id == signed_in.session_id
    tx.execute(sessions.update().where(mine).values(looks_at=company_id))


def _may_visit() -> sa.ColumnElement[bool]:
    """Tell whether the company that the session looks at is one of the operator's class."""
    return (
        (visited.c.id == sessions.c.looks_at)
        & (visited.c.class_of == accounts.c.company_id)
        & _is_operator()
    )


def _role() -> sa.ColumnElement[str]:
    return sa.case(
        (visited.c.id.is_not(None), VIEWER),
        (_is_operator(), OPERATOR),
        else_=accounts.c.role,
    )


def _is_operator() -> sa.ColumnElement[bool]:
    """Tell whether an operator gave their password.

    Whom single sign-on lets in is for any global admin of the company to set, and none
    may make an operator of themselves.
    """
    return accounts.c.is_operator & sessions.c.employee_id.is_(None)


def digest(raw: str) -> str:
    """Return what is kept of a secret id, which leads back to no other."""
    return hashlib.sha256(raw.encode()).hexdigest()
