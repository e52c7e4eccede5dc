"""The companies of a class: who is in it, and how far each has come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from envoy_console.directory.errors import RuleError
from envoy_console.models import Account, AccountSession, Company
from envoy_console.models.base import table
from envoy_console.tutorial.progress import Progress, progress_of

companies = table(Company)
accounts = table(Account)
sessions = table(AccountSession)


class UnknownStudentError(RuleError):
    """There is no such company in the class."""


@dataclass(frozen=True, slots=True)
class Student:
    """A company of the class, the account that it was founded with, and its progress."""

    company: Any
    progress: Progress

    @property
    def id(self) -> str:
        return str(self.company.id)

    @property
    def name(self) -> str:
        return str(self.company.name)


def of_class(tx: Connection, class_of: str) -> list[Student]:
    """Return the class of an operator's company by name; in three queries, whatever its size."""
    rows = tx.execute(_companies(class_of).order_by(companies.c.name_key)).all()
    progress = progress_of(tx, [row.id for row in rows])
    return [Student(row, progress[row.id]) for row in rows]


def required(tx: Connection, class_of: str, company_id: str) -> Student:
    """Return a company of the class; raises UnknownStudentError."""
    query = _companies(class_of).where(companies.c.id == company_id)
    row = tx.execute(query).first()
    if row is None:
        raise UnknownStudentError("There is no such company in your class.")
    return Student(row, progress_of(tx, [row.id])[row.id])


def _companies(class_of: str) -> sa.Select[Any]:
    theirs = accounts.c.company_id == companies.c.id
    # ids sort by time, so the least one is that of the first account
    first = sa.select(sa.func.min(accounts.c.id)).where(theirs).correlate(companies)
    seen = (
        sa.select(sa.func.max(sessions.c.seen_at))
        .join(accounts, accounts.c.id == sessions.c.account_id)
        .where(theirs)
        .correlate(companies)
    )
    student = accounts.alias("student")
    return (
        sa.select(
            companies,
            student.c.id.label("account_id"),
            student.c.email,
            student.c.name.label("student_name"),
            seen.scalar_subquery().label("seen_at"),
        )
        .select_from(companies)
        .join(student, student.c.id == first.scalar_subquery())
        .where(companies.c.class_of == class_of)
    )
