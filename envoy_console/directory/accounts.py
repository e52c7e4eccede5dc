"""The people who administer a company, and what they may be: accounts of the console."""

from __future__ import annotations

import re
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from envoy_console.directory import audit, passwords, sessions, signing_in
from envoy_console.directory.actors import Actor
from envoy_console.directory.errors import RuleError
from envoy_console.directory.roles import GLOBAL_ADMIN, ROLES
from envoy_console.directory.sessions import SignedIn
from envoy_console.models import Account
from envoy_console.models.base import new_id, now, table
from envoy_console.models.transactions import write
from envoy_console.scim.folding import fold

EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")

accounts = table(Account)


class EmailTakenError(RuleError):
    """Somebody already signs in with this email address."""


class BadEmailError(RuleError):
    """This cannot be an email address."""


class LastGlobalAdminError(RuleError):
    """A company must keep one active global admin."""


class OperatorError(RuleError):
    """Only the command line changes who is an operator."""


class UnknownAccountError(RuleError):
    """There is no such account here any more. Reload the page."""


def page(tx: Connection, company_id: str) -> list[Any]:
    """Return the company's accounts by name."""
    query = sa.select(accounts).where(accounts.c.company_id == company_id)
    return list(tx.execute(query.order_by(accounts.c.name, accounts.c.id)).all())


def global_admins(tx: Connection, company_id: str) -> list[str]:
    """Return the ids of the company's active global admins, the oldest first."""
    query = sa.select(accounts.c.id).where(
        accounts.c.company_id == company_id,
        accounts.c.role == GLOBAL_ADMIN,
        accounts.c.active,
    )
    return list(tx.execute(query.order_by(accounts.c.created_at)).scalars())


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
        raise EmailTakenError(
            f"Somebody already signs in as {email}. Use another address."
        ) from error
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
    _unless_operator(account)
    if role != GLOBAL_ADMIN:
        _keep_a_global_admin(tx, actor.company_id, account_id)
    tx.execute(accounts.update().where(accounts.c.id == account_id).values(role=role))
    sessions.sign_out_everywhere(tx, account_id)
    audit.record(tx, actor, f"made a {ROLES[role].lower()} of", account.email)


def deactivate(tx: Connection, actor: Actor, account_id: str) -> None:
    """Lock the account out at once."""
    account = _of_company(tx, actor.company_id, account_id)
    _unless_operator(account)
    _keep_a_global_admin(tx, actor.company_id, account_id)
    _set_active(tx, account_id, active=False)
    sessions.sign_out_everywhere(tx, account_id)
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
    sessions.sign_out_everywhere(tx, account_id)


def change_password(signed_in: SignedIn, old: str, new: str, *, source: str) -> bool:
    """Change one's own password; False when the old one is wrong."""
    name, _, domain = signed_in.email.partition("@")
    passwords.check(new, about=(name, domain))
    if signing_in.confirm(signed_in, old, source=source) is None:
        return False
    write(lambda tx: _password_changed(tx, signed_in, new, source))
    return True


def reset_password(tx: Connection, email: str) -> str:
    """Give the account a new password, for the command line; return it.

    Whoever guessed at the old one holds nobody up any more.
    """
    found = _by_email(tx, email)
    password = passwords.generate()
    set_password(tx, found.id, password)
    signing_in.let_guess_again(tx, found.email_key)
    actor = Actor.command_line(found.company_id)
    audit.record(tx, actor, "gave a new password to", found.email)
    return password


def appoint(tx: Connection, email: str) -> None:
    """Make an operator of EMAIL, for the command line: a global admin who runs classes."""
    found = _by_email(tx, email)
    mine = accounts.c.id == found.id
    tx.execute(
        accounts.update().where(mine).values(role=GLOBAL_ADMIN, is_operator=True)
    )
    _changed_by_hand(tx, found, "made an operator of")


def dismiss(tx: Connection, email: str) -> None:
    """Let an operator be a global admin and no more, for the command line."""
    found = _by_email(tx, email)
    mine = accounts.c.id == found.id
    tx.execute(accounts.update().where(mine).values(is_operator=False))
    _changed_by_hand(tx, found, "took the role of an operator from")


def _by_email(tx: Connection, email: str) -> Any:
    key = fold(email.strip())
    found = tx.execute(sa.select(accounts).where(accounts.c.email_key == key)).first()
    if found is None:
        raise UnknownAccountError(f"Nobody signs in as {email}.")
    return found


def _changed_by_hand(tx: Connection, account: Any, deed: str) -> None:
    sessions.sign_out_everywhere(tx, account.id)
    audit.record(tx, Actor.command_line(account.company_id), deed, account.email)


def _checked_email(email: str) -> str:
    email = email.strip()
    if not EMAIL.fullmatch(email) or not email.isprintable() or len(email) > 254:
        raise BadEmailError(
            f"“{email[:64]}” is not an email address. Give one such as ann@example.org."
        )
    return email


def _password_changed(
    tx: Connection, signed_in: SignedIn, password: str, source: str
) -> None:
    set_password(tx, signed_in.account_id, password)
    audit.record(tx, sessions.own_actor(signed_in, source), "changed their password")


def _of_company(tx: Connection, company_id: str, account_id: str) -> Any:
    query = sa.select(accounts).where(
        accounts.c.company_id == company_id, accounts.c.id == account_id
    )
    found = tx.execute(query).first()
    if found is None:
        raise UnknownAccountError(
            "There is no such account here any more. Reload the page."
        )
    return found


def _unless_operator(account: Any) -> None:
    if account.is_operator:
        raise OperatorError(
            f"{account.name} is an operator, whom only the command line appoints and "
            f"dismisses: flask --app app operator dismiss {account.email}"
        )


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
