"""The people who sign in to the console, and their sessions.

The cookie carries a random session id and nothing else; the database keeps its
SHA-256. So a session can be ended from here, and a stolen database opens none.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from envoy_console import config
from envoy_console.directory import audit, passwords, throttle
from envoy_console.directory.actors import Actor
from envoy_console.directory.errors import RuleError
from envoy_console.models import Account, AccountSession, Company
from envoy_console.models.base import new_id, now, table
from envoy_console.models.transactions import read, write
from envoy_console.scim.folding import fold

GLOBAL_ADMIN, LOCATION_ADMIN, VIEWER = "global_admin", "location_admin", "viewer"
ROLES = {
    GLOBAL_ADMIN: "Global admin",
    LOCATION_ADMIN: "Location admin",
    VIEWER: "Viewer",
}

EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
SEEN_EVERY = timedelta(minutes=1)

accounts = table(Account)
sessions = table(AccountSession)
companies = table(Company)


class EmailTakenError(RuleError):
    """Somebody already signs in with this email address."""


class BadEmailError(RuleError):
    """This cannot be an email address."""


class LastGlobalAdminError(RuleError):
    """A company must keep one active global admin."""


class UnknownAccountError(RuleError):
    """There is no such account in this company."""


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
            accounts.c.company_id,
            companies.c.name.label("company_name"),
            accounts.c.email,
            accounts.c.name,
            accounts.c.role,
            sessions.c.confirmed_at,
            sessions.c.seen_at,
        )
        .join(accounts, accounts.c.id == sessions.c.account_id)
        .join(companies, companies.c.id == accounts.c.company_id)
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


def sign_out(tx: Connection, raw: str) -> None:
    """End one session."""
    tx.execute(sessions.delete().where(sessions.c.id == _digest(raw)))


def sign_out_everywhere(tx: Connection, account_id: str) -> None:
    """End every session of the account."""
    tx.execute(sessions.delete().where(sessions.c.account_id == account_id))


def page(tx: Connection, company_id: str) -> list[Any]:
    """Return the company's accounts by name."""
    query = sa.select(accounts).where(accounts.c.company_id == company_id)
    return list(tx.execute(query.order_by(accounts.c.name, accounts.c.id)).all())


def insert(
    tx: Connection, company_id: str, *, email: str, name: str, role: str, password: str
) -> str:
    """Add an account and return its id."""
    email = _checked_email(email)
    account_id = new_id()
    try:
        tx.execute(
            accounts.insert().values(
                id=account_id,
                company_id=company_id,
                email=email,
                email_key=fold(email),
                name=name.strip() or email.partition("@")[0],
                role=role,
                active=True,
                password_hash=passwords.hashed(password),
                created_at=now(),
            )
        )
    except IntegrityError as error:
        raise EmailTakenError(f"Somebody already signs in as {email}.") from error
    return account_id


def add(tx: Connection, actor: Actor, *, email: str, name: str, role: str) -> str:
    """Add an account to the actor's company and return its first password."""
    password = passwords.generate()
    insert(tx, actor.company_id, email=email, name=name, role=role, password=password)
    audit.record(tx, actor, f"added a {ROLES[role].lower()}", email)
    return password


def set_role(tx: Connection, actor: Actor, account_id: str, role: str) -> None:
    """Give the account another role and end its sessions."""
    account = _of_company(tx, actor.company_id, account_id)
    if role != GLOBAL_ADMIN:
        _keep_a_global_admin(tx, actor.company_id, account_id)
    tx.execute(accounts.update().where(accounts.c.id == account_id).values(role=role))
    sign_out_everywhere(tx, account_id)
    audit.record(tx, actor, f"made a {ROLES[role].lower()} of", account.email)


def deactivate(tx: Connection, actor: Actor, account_id: str) -> None:
    """Lock the account out at once."""
    account = _of_company(tx, actor.company_id, account_id)
    _keep_a_global_admin(tx, actor.company_id, account_id)
    _set_active(tx, account_id, active=False)
    sign_out_everywhere(tx, account_id)
    audit.record(tx, actor, "deactivated", account.email)


def reactivate(tx: Connection, actor: Actor, account_id: str) -> None:
    """Let the account sign in again."""
    account = _of_company(tx, actor.company_id, account_id)
    _set_active(tx, account_id, active=True)
    audit.record(tx, actor, "reactivated", account.email)


def set_password(tx: Connection, account_id: str, password: str) -> None:
    """Set the password and end every session that used the old one."""
    values = {"password_hash": passwords.hashed(password)}
    tx.execute(accounts.update().where(accounts.c.id == account_id).values(values))
    sign_out_everywhere(tx, account_id)


def change_password(signed_in: SignedIn, old: str, new: str, *, source: str) -> bool:
    """Change one's own password; False when the old one is wrong."""
    name, _, domain = signed_in.email.partition("@")
    passwords.check(new, about=(name, domain))
    if not confirm(signed_in, old, source=source):
        return False
    write(lambda tx: _password_changed(tx, signed_in, new, source))
    return True


def reset_password(tx: Connection, email: str) -> str:
    """Give the account a new password, for the command line; return it."""
    found = tx.execute(
        sa.select(accounts.c.id).where(accounts.c.email_key == fold(email.strip()))
    ).scalar()
    if found is None:
        raise UnknownAccountError(f"Nobody signs in as {email}.")
    password = passwords.generate()
    set_password(tx, found, password)
    return password


def _checked_email(email: str) -> str:
    email = email.strip()
    if not EMAIL.fullmatch(email) or not email.isprintable() or len(email) > 254:
        raise BadEmailError(
            f"“{email[:64]}” is not an email address. Give one such as ann@example.org."
        )
    return email


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


def _password_changed(
    tx: Connection, signed_in: SignedIn, password: str, source: str
) -> None:
    set_password(tx, signed_in.account_id, password)
    audit.record(tx, Actor.account(signed_in, source=source), "changed their password")


def _of_company(tx: Connection, company_id: str, account_id: str) -> Any:
    query = sa.select(accounts).where(
        accounts.c.company_id == company_id, accounts.c.id == account_id
    )
    found = tx.execute(query).first()
    if found is None:
        raise UnknownAccountError("There is no such account in this company.")
    return found


def _keep_a_global_admin(tx: Connection, company_id: str, account_id: str) -> None:
    query = sa.select(accounts.c.id).where(
        accounts.c.company_id == company_id,
        accounts.c.role == GLOBAL_ADMIN,
        accounts.c.active,
    )
    # every candidate is locked: two admins who demote each other take turns
    if not set(tx.execute(query.with_for_update()).scalars()) - {account_id}:
        raise LastGlobalAdminError(
            "This is the last active global admin. Make somebody else a global admin first."
        )


def _set_active(tx: Connection, account_id: str, *, active: bool) -> None:
    mine = accounts.c.id == account_id
    tx.execute(accounts.update().where(mine).values(active=active))


def _digest(raw: str) -> str:
    return hashlib.sha256(raw.encode()).hexdigest()
