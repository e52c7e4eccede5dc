"""Who gets in with single sign-on: an active employee, found by what the IdP calls them.

The employee comes first: without an active one nobody gets in, whatever account there
may be. An account of the console is opened only where the identity provider itself said
its email address; what stands in the directory about an employee never leads to one, or
whoever may write to the directory could become an administrator. The role is the
account's own.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from envoy_console.directory import (
    audit,
    employee_sessions,
    employees,
    locations,
    sessions,
)
from envoy_console.directory.actors import Actor
from envoy_console.directory.errors import RuleError
from envoy_console.directory.fields import Document
from envoy_console.models import Account, Employee, SpentSaml
from envoy_console.models.base import now, table
from envoy_console.models.transactions import savepoint
from envoy_console.scim.errors import ScimError
from envoy_console.scim.folding import fold

people = table(Employee)
accounts = table(Account)
spent = table(SpentSaml)

LABEL = "Single sign-on"


class NotAdmittedError(RuleError):
    """This person does not get in; the text is for that person."""


@dataclass(frozen=True, slots=True)
class Vouched:
    """Whom the identity provider vouches for, in a message that was verified."""

    company_id: str
    name_id: str
    # what must not come a second time: "assertion …" and "request …"
    once: tuple[str, ...]
    until: datetime
    # of somebody new, where the company creates them
    profile: Document | None
    source: str


@dataclass(frozen=True, slots=True)
class Admitted:
    """A session that was opened: the console's, or an employee's."""

    secret_id: str
    is_account: bool


@dataclass(frozen=True, slots=True)
class Refused:
    """A sentence for whoever did not get in."""

    reason: str


def admit(tx: Connection, vouched: Vouched) -> Admitted | Refused:
    """Open a session for whom is vouched for, or write down why not.

    Either way the message is spent.
    """
    try:
        _spend(tx, vouched)
        employee = _found(tx, vouched) or _created(tx, vouched)
    except NotAdmittedError as error:
        note_refusal(
            tx,
            vouched.company_id,
            f"{vouched.name_id}: {error}",
            source=vouched.source,
        )
        return Refused(str(error))
    return _opened(tx, vouched, employee)


def note_refusal(tx: Connection, company_id: str, reason: str, *, source: str) -> None:
    """Write down that somebody did not get in, and why."""
    audit.record(tx, Actor(company_id, LABEL, source), "refused a sign-in", reason)


def note_guessing(tx: Connection, company_id: str, *, source: str) -> None:
    """Write down that somebody has been refused so often that they have to wait."""
    audit.record(tx, Actor(company_id, LABEL, source), "slowed down", source)


def forget_spent(tx: Connection) -> None:
    """Delete what has expired, and so would not be believed again anyway."""
    tx.execute(spent.delete().where(spent.c.forget_at < now()))


def _spend(tx: Connection, vouched: Vouched) -> None:
    """Note the ids as used; the unique key decides, also between two servers."""
    rows = [
        {
            "company_id": vouched.company_id,
            "digest": hashlib.sha256(each.encode()).hexdigest(),
            "forget_at": vouched.until,
        }
        for each in vouched.once
    ]
    try:
        with savepoint(tx):
            tx.execute(spent.insert(), rows)
    except IntegrityError as error:
        raise NotAdmittedError(
            "This sign-in was used already. Start it anew."
        ) from error


def _opened(tx: Connection, vouched: Vouched, employee: Any) -> Admitted:
    account = _account(tx, vouched)
    if account is not None:
        opened = sessions.open_session(
            tx, account, vouched.source, employee_id=employee.id
        )
        return Admitted(opened, is_account=True)
    actor = Actor(vouched.company_id, employee.display_name, vouched.source)
    audit.record(tx, actor, "signed in with single sign-on", employee.user_name)
    opened = employee_sessions.open_(
        tx, vouched.company_id, employee.id, vouched.source
    )
    return Admitted(opened, is_account=False)


def _found(tx: Connection, vouched: Vouched) -> Any | None:
    """Return the active employee of that name: a userName, or else a work email."""
    found = _called(tx, vouched, people.c.user_name)
    found = found or _called(tx, vouched, people.c.work_email)
    if len(found) > 1:
        raise NotAdmittedError(
            f"Several employees have the work email {vouched.name_id}, so nobody can "
            "tell which of them you are. Ask your administrator."
        )
    if found and not found[0].active:
        raise NotAdmittedError(
            f"{vouched.name_id} is deactivated in Envoy. If that is a mistake, ask your "
            "administrator to assign you to Envoy again."
        )
    return found[0] if found else None


def _called(tx: Connection, vouched: Vouched, column: sa.Column[Any]) -> list[Any]:
    """Return the company's employees of whom `column` is just what they are called."""
    query = sa.select(people).where(
        people.c.company_id == vouched.company_id,
        people.c[f"{column.name}_key"] == fold(vouched.name_id),
    )
    found = tx.execute(query).all()
    return [row for row in found if is_same(row._mapping[column], vouched.name_id)]


def is_same(name: str, other: str) -> bool:
    """Whether two names are one, but for the case of plain letters.

    A key folds more, such as full-width letters. That keeps namesakes out of the
    directory, but here it would let somebody in as somebody else who looks alike.
    """
    is_plain = name.isascii() and other.isascii()
    return name == other or (is_plain and name.lower() == other.lower())


def _created(tx: Connection, vouched: Vouched) -> Any:
    if vouched.profile is None:
        raise NotAdmittedError(
            f"{vouched.name_id} is not in Envoy's employee directory. Ask your "
            "administrator to provision you first."
        )
    actor = Actor(vouched.company_id, LABEL, vouched.source)
    office = locations.default_id(tx, vouched.company_id)
    try:
        with savepoint(tx):
            made = employees.create(tx, actor, vouched.profile, location_id=office)
    except ScimError as error:
        raise NotAdmittedError(f"You could not be added: {error}") from error
    return tx.execute(sa.select(people).where(people.c.id == made.id)).one()


def _account(tx: Connection, vouched: Vouched) -> Any | None:
    query = sa.select(accounts).where(
        accounts.c.company_id == vouched.company_id,
        accounts.c.email_key == fold(vouched.name_id),
        accounts.c.active,
    )
    found = tx.execute(query).first()
    return found if found and is_same(found.email, vouched.name_id) else None
