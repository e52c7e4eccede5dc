"""Companies: each is a world of its own, with accounts, locations and a directory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from envoy_console.directory import accounts, locations
from envoy_console.directory.errors import RuleError
from envoy_console.directory.roles import GLOBAL_ADMIN
from envoy_console.models import (
    Company,
    DirectoryEvent,
    Employee,
    EmployeeImport,
    Group,
    Integration,
    Location,
    ScimExchange,
    SingleSignOn,
    SpentSaml,
    TutorialMark,
)
from envoy_console.models.base import new_id, now, table
from envoy_console.scim.folding import fold

companies = table(Company)

# Rows that `reset` removes; what hangs on them goes with them.
RESET = (
    EmployeeImport,
    Integration,
    Employee,
    Group,
    DirectoryEvent,
    ScimExchange,
    Location,
    TutorialMark,
    SingleSignOn,
    SpentSaml,
)


class NameTakenError(RuleError):
    """There already is a company of that name."""


class BadNameError(RuleError):
    """A company cannot be called that."""


class UnknownCompanyError(RuleError):
    """There is no company of that name."""


@dataclass(frozen=True, slots=True)
class Created:
    """The ids of a new company and of its first global admin."""

    company_id: str
    account_id: str


def create(
    tx: Connection,
    *,
    name: str,
    email: str,
    password: str,
    admin_name: str = "",
    always_reveals: bool = False,
    class_of: str | None = None,
) -> Created:
    """Found a company with one location and one global admin."""
    name = _checked_name(name)
    company_id = new_id()
    try:
        tx.execute(
            companies.insert().values(
                id=company_id,
                name=name,
                name_key=fold(name),
                created_at=now(),
                always_reveals=always_reveals,
                class_of=class_of,
            )
        )
    except IntegrityError as error:
        raise NameTakenError(f"There already is a company named {name}.") from error
    account_id = accounts.insert(
        tx,
        company_id,
        email=email,
        name=admin_name,
        role=GLOBAL_ADMIN,
        password=password,
    )
    locations.add_first(tx, company_id, f"{name} HQ")
    return Created(company_id, account_id)


def _checked_name(name: str) -> str:
    name = name.strip()
    if not 1 <= len(name) <= 100 or not name.isprintable():
        raise BadNameError("Give the company a name of 1 to 100 visible characters.")
    return name


def by_name(tx: Connection, name: str) -> Any:
    """Return the company called `name`, in any case."""
    query = sa.select(companies).where(companies.c.name_key == fold(name.strip()))
    found = tx.execute(query).first()
    if found is None:
        raise UnknownCompanyError(
            f"There is no company named {name}. `company list` shows those there are."
        )
    return found


def listed(tx: Connection) -> list[Any]:
    """Return every company with its number of employees."""
    employees = table(Employee)
    count = (
        sa.select(sa.func.count())
        .where(employees.c.company_id == companies.c.id)
        .scalar_subquery()
    )
    query = sa.select(companies, count.label("employee_count"))
    return list(tx.execute(query.order_by(companies.c.name_key)).all())


def delete(tx: Connection, company_id: str) -> None:
    """Delete a company with all that belongs to it; nobody of it can sign in any more."""
    tx.execute(companies.delete().where(companies.c.id == company_id))


def reset(tx: Connection, company_id: str) -> None:
    """Bring the company back to its first day; its accounts stay, and what they did."""
    name = tx.execute(
        sa.select(companies.c.name).where(companies.c.id == company_id)
    ).scalar_one()
    for model in RESET:
        rows = table(model)
        tx.execute(rows.delete().where(rows.c.company_id == company_id))
    locations.add_first(tx, company_id, f"{name} HQ")
