"""Signed-in browsers: open a session, keep it, confirm it, end it.

The cookie carries a random session id and nothing else; the database keeps its
SHA-256. So a session can be ended from here, and a stolen database opens none.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from envoy_console import config
from envoy_console.directory import audit, passwords, throttle
from envoy_console.directory.actors import Actor
from envoy_console.directory.errors import RuleError
from envoy_console.directory.roles import GLOBAL_ADMIN, OPERATOR, VIEWER
from envoy_console.models import (
    Account,
    AccountSession,
    Company,
    Employee,
    SingleSignOn,
)
from envoy_console.models.base import now, table
from envoy_console.models.transactions import read, write
from envoy_console.scim.folding import fold

SEEN_EVERY = timedelta(minutes=1)
FORGOTTEN_AFTER = timedelta(days=7)
# who refuses, and what it does to those who guess, as the audit log names them
LABEL, SLOWED_DOWN = "Sign-in", "slowed down who guesses the password of"
# when the password was last given, where it never was
NEVER = datetime(1970, 1, 1, tzinfo=UTC)

accounts = table(Account)
sessions = table(AccountSession)
companies = table(Company)
visited = companies.alias("visited")
employees = table(Employee)
single_sign_on = table(SingleSignOn)


class PasswordRefusedError(RuleError):
    """The password is right, but the company wants single sign-on."""


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

    Raises ThrottledError before anything is hashed, and PasswordRefusedError after it
    where the company requires single sign-on; global admins always get in.
    """
    key = fold(email.strip())
    is_last = write(lambda tx: _admit(tx, key, source))
    with read() as tx:
        found = tx.execute(
            sa.select(accounts).where(accounts.c.email_key == key)
        ).first()
    stored = found.password_hash if found and found.active else None
    if not passwords.verify(stored, password) or found is None:
        if found is None:
            write(lambda tx: throttle.touch(tx, _throttled(key)))
        else:
            reason = "wrong password" if stored else "deactivated"
            write(lambda tx: _refused(tx, found, reason, is_last, source))
        return None
    try:
        return write(lambda tx: _with_password(tx, found, source))
    except PasswordRefusedError:
        reason = "a password, where single sign-on is required"
        write(lambda tx: _refused(tx, found, reason, is_last, source))
        raise


def open_for(tx: Connection, account: Any, employee_id: str, source: str) -> str:
    """Open a session for whom single sign-on let in as an employee; return its secret id.

    No password was given, so delicate things still ask for it.
    """
    return _open_session(tx, account, source, employee_id=employee_id)


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
            sessions.c.id == _digest(raw),
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


def confirm(signed_in: SignedIn, password: str, *, source: str) -> str | None:
    """Take the password again before something delicate; None when it is wrong.

    The session gets a new secret id, which is returned: whoever had the old one is out.
    """
    key = fold(signed_in.email)
    is_last = write(lambda tx: _admit(tx, key, source))
    with read() as tx:
        stored = tx.execute(
            sa.select(accounts.c.password_hash).where(
                accounts.c.id == signed_in.account_id
            )
        ).scalar_one()
    if not passwords.verify(stored, password):
        write(lambda tx: _not_confirmed(tx, signed_in, is_last, source))
        return None
    return write(lambda tx: _confirmed(tx, signed_in, key, source))


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


def let_guess_again(tx: Connection, email_key: str) -> None:
    """Forget all wrong guesses at an account, wherever they came from."""
    throttle.forgive_all(tx, _throttled(email_key))


def _admit(tx: Connection, email_key: str, source: str) -> bool:
    """Count an attempt; True when the next ones have to wait if it is wrong.

    It counts from there at the account, from anywhere at it, and from there. Guesses
    from one address make that address wait, not the account's owner elsewhere.
    """
    account, sender = _throttled(email_key), throttle.sender(source)
    limits = {
        f"{account}{sender}": throttle.FREE_PER_ACCOUNT,
        account: throttle.FREE_FROM_ANYWHERE,
        f"source:{sender}": throttle.FREE_PER_SOURCE,
    }
    waits = [throttle.admit(tx, key, free=free) for key, free in limits.items()]
    return any(waits)


def _forgive(
    tx: Connection, email_key: str, source: str, *, others: bool = False
) -> None:
    """Forget the guesses at an account; those from there at `others` where it is said."""
    account, sender = _throttled(email_key), throttle.sender(source)
    for key in (f"{account}{sender}", account):
        throttle.forgive(tx, key)
    forget = throttle.forgive if others else throttle.give_back
    forget(tx, f"source:{sender}")


def _comes_back(account: Any) -> bool:
    """Tell whether the account signs in after a while, as a class does in the morning.

    Its members forgive each other's slips, but nobody their own guesses at others again
    and again: no more often than a rest would.
    """
    last: datetime | None = account.last_sign_in_at
    return last is None or now() - last > throttle.LONGEST


def _throttled(email_key: str) -> str:
    """Return how keys of an account's throttles begin; any text makes a short one."""
    return f"account:{_digest(email_key)}:"


def _with_password(tx: Connection, account: Any, source: str) -> str | None:
    if not _is_still(tx, account):
        _refused(tx, account, "a password changed just now", False, source)
        return None
    _forgive(tx, account.email_key, source, others=_comes_back(account))
    if account.role != GLOBAL_ADMIN and _wants_single_sign_on(tx, account):
        raise PasswordRefusedError(
            "Your company wants you to sign in with single sign-on. Only its global "
            "admins may use a password."
        )
    return _open_session(tx, account, source)


def _is_still(tx: Connection, account: Any) -> bool:
    """Tell whether the account has the password that was right, and may be used.

    Judging one takes a while, and a new password ends only what is open by then.
    """
    query = sa.select(accounts.c.id).where(
        accounts.c.id == account.id,
        accounts.c.password_hash == account.password_hash,
        accounts.c.active,
    )
    return tx.execute(query.with_for_update()).first() is not None


def _wants_single_sign_on(tx: Connection, account: Any) -> bool:
    query = sa.select(single_sign_on.c.required).where(
        single_sign_on.c.company_id == account.company_id,
        single_sign_on.c.saved_at.is_not(None),
    )
    return bool(tx.execute(query).scalar())


def _open_session(
    tx: Connection, account: Any, source: str, *, employee_id: str | None = None
) -> str:
    raw, moment = secrets.token_urlsafe(32), now()
    tx.execute(
        sessions.insert().values(
            id=_digest(raw),
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


def _refused(
    tx: Connection, account: Any, reason: str, is_last: bool, source: str
) -> None:
    query = sa.select(companies.c.id).where(companies.c.id == account.company_id)
    if tx.execute(query).first() is None:
        return  # deleted with its log, while the password was judged
    actor = Actor(account.company_id, LABEL, source)
    audit.record(tx, actor, "refused a sign-in", f"{account.email}: {reason}")
    if is_last:
        audit.record(tx, actor, SLOWED_DOWN, account.email)


def _confirmed(tx: Connection, signed_in: SignedIn, key: str, source: str) -> str:
    _forgive(tx, key, source)
    raw, mine = secrets.token_urlsafe(32), sessions.c.id == signed_in.session_id
    values = {"id": _digest(raw), "confirmed_at": now()}
    tx.execute(sessions.update().where(mine).values(values))
    audit.record(tx, own_actor(signed_in, source), "confirmed their password")
    return raw


def _not_confirmed(
    tx: Connection, signed_in: SignedIn, is_last: bool, source: str
) -> None:
    actor = own_actor(signed_in, source)
    audit.record(tx, actor, "gave a wrong password to confirm")
    if is_last:
        audit.record(tx, replace(actor, label=LABEL), SLOWED_DOWN, signed_in.email)


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


def _digest(raw: str) -> str:
    return hashlib.sha256(raw.encode()).hexdigest()
