"""A password opens a session, or confirms one before something delicate.

Attempts are counted before anything is hashed, so that guessing is slow.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from envoy_console.directory import audit, passwords, sessions, throttle
from envoy_console.directory.actors import Actor
from envoy_console.directory.errors import RuleError
from envoy_console.directory.roles import GLOBAL_ADMIN
from envoy_console.directory.sessions import SignedIn
from envoy_console.models import Account, Company, SingleSignOn
from envoy_console.models.base import now, table
from envoy_console.models.transactions import read, write
from envoy_console.scim.folding import fold

# who refuses, and what it does to those who guess, as the audit log names them
LABEL, SLOWED_DOWN = "Sign-in", "slowed down who guesses the password of"

accounts = table(Account)
companies = table(Company)
single_sign_on = table(SingleSignOn)


class PasswordRefusedError(RuleError):
    """The password is right, but the company wants single sign-on."""


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
    return f"account:{sessions.digest(email_key)}:"


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
    return sessions.open_session(tx, account, source)


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
    raw = sessions.renew(tx, signed_in)
    audit.record(tx, sessions.own_actor(signed_in, source), "confirmed their password")
    return raw


def _not_confirmed(
    tx: Connection, signed_in: SignedIn, is_last: bool, source: str
) -> None:
    actor = sessions.own_actor(signed_in, source)
    audit.record(tx, actor, "gave a wrong password to confirm")
    if is_last:
        audit.record(tx, replace(actor, label=LABEL), SLOWED_DOWN, signed_in.email)
