"""Signed-in browsers: open a session, keep it, confirm it, end it.

The cookie carries a random session id and nothing else; the database keeps its
SHA-256. So a session can be ended from here, and a stolen database opens none.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from envoy_console import config
from envoy_console.directory import audit, passwords, throttle
from envoy_console.directory.actors import Actor
from envoy_console.directory.roles import OPERATOR, VIEWER
from envoy_console.models import Account, AccountSession, Company
from envoy_console.models.base import now, table
from envoy_console.models.transactions import read, write
from envoy_console.scim.folding import fold

SEEN_EVERY = timedelta(minutes=1)
FORGOTTEN_AFTER = timedelta(days=7)

accounts = table(Account)
sessions = table(AccountSession)
companies = table(Company)
visited = companies.alias("visited")


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


def sign_in(email: str, password: str, *, source: str) -> str | None:
    """Open a session and return its secret id; None when the two do not match.

    Raises ThrottledError before anything is hashed.
    """
    key = fold(email.strip())
    write(lambda tx: _admit(tx, key, source))
    with read() as tx:
        found = tx.execute(
            sa.select(accounts).where(accounts.c.email_key == key)
        ).first()
    stored = found.password_hash if found and found.active else None
    if not passwords.verify(stored, password) or found is None:
        return None
    return write(lambda tx: _open_session(tx, found, source))


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
        .where(
            sessions.c.id == _digest(raw),
            sessions.c.created_at > moment - settings.session_lifetime,
            sessions.c.seen_at > moment - settings.session_idle,
            accounts.c.active,
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


def confirm(signed_in: SignedIn, password: str, *, source: str) -> bool:
    """Take the password again before something delicate; True when it is right."""
    key = fold(signed_in.email)
    write(lambda tx: _admit(tx, key, source))
    with read() as tx:
        stored = tx.execute(
            sa.select(accounts.c.password_hash).where(
                accounts.c.id == signed_in.account_id
            )
        ).scalar_one()
    if not passwords.verify(stored, password):
        return False
    write(lambda tx: _confirmed(tx, signed_in, key, source))
    return True


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
    tx.execute(sessions.delete().where(sessions.c.id == _digest(raw)))


def sign_out_everywhere(tx: Connection, account_id: str) -> None:
    """End every session of the account."""
    tx.execute(sessions.delete().where(sessions.c.account_id == account_id))


def _admit(tx: Connection, email_key: str, source: str) -> None:
    throttle.admit(tx, f"account:{email_key}", free=throttle.FREE_PER_ACCOUNT)
    throttle.admit(tx, f"source:{source}", free=throttle.FREE_PER_SOURCE)


def _forgive(tx: Connection, email_key: str, source: str) -> None:
    throttle.forgive(tx, f"account:{email_key}")
    throttle.forgive(tx, f"source:{source}")


def _open_session(tx: Connection, account: Any, source: str) -> str:
    raw, moment = secrets.token_urlsafe(32), now()
    _forgive(tx, account.email_key, source)
    tx.execute(
        sessions.insert().values(
            id=_digest(raw),
            account_id=account.id,
            created_at=moment,
            seen_at=moment,
            confirmed_at=moment,
            source=source,
        )
    )
    mine = accounts.c.id == account.id
    tx.execute(accounts.update().where(mine).values(last_sign_in_at=moment))
    actor = Actor(account.company_id, account.name, source, account.id)
    audit.record(tx, actor, "signed in")
    return raw


def _confirmed(tx: Connection, signed_in: SignedIn, key: str, source: str) -> None:
    _forgive(tx, key, source)
    mine = sessions.c.id == signed_in.session_id
    tx.execute(sessions.update().where(mine).values(confirmed_at=now()))


def _look_at(tx: Connection, signed_in: SignedIn, company_id: str | None) -> None:
    mine = sessions.c.id == signed_in.session_id
    tx.execute(sessions.update().where(mine).values(looks_at=company_id))


def _may_visit() -> sa.ColumnElement[bool]:
    """Tell whether the company that the session looks at is one of the operator's class."""
    return (
        (visited.c.id == sessions.c.looks_at)
        & (visited.c.class_of == accounts.c.company_id)
        & accounts.c.is_operator
    )


def _role() -> sa.ColumnElement[str]:
    return sa.case(
        (visited.c.id.is_not(None), VIEWER),
        (accounts.c.is_operator, OPERATOR),
        else_=accounts.c.role,
    )


def _digest(raw: str) -> str:
    return hashlib.sha256(raw.encode()).hexdigest()
