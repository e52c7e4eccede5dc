"""Companies and people for tests. Every test founds a company of its own, so tests
share one database and none sees another's data.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

from flask import Flask

from envoy_console.directory import companies, employees, integrations, tokens
from envoy_console.directory.actors import Actor
from envoy_console.models.transactions import write

PASSWORD = "correct horse battery staple"
numbers = itertools.count(1)


@dataclass(frozen=True)
class Company:
    """A company and its first global admin, who may sign in."""

    id: str
    account_id: str
    name: str
    email: str
    password: str = PASSWORD

    @property
    def admin(self) -> Actor:
        return Actor(self.id, "Dana Reyes", "127.0.0.1", self.account_id)


def found_company(app: Flask) -> Company:
    """Found a company."""
    number = next(numbers)
    name, email = f"Contoso {number}", f"dana{number}@contoso.example"
    with app.app_context():
        created = write(
            lambda tx: companies.create(
                tx, name=name, email=email, admin_name="Dana Reyes", password=PASSWORD
            )
        )
    return Company(created.company_id, created.account_id, name, email)


def issue_token(app: Flask, company: Company) -> str:
    """Install “Microsoft Azure SCIM” in the company and return its token."""

    def work(tx: Any) -> str:
        integration_id = integrations.install(tx, company.admin)
        integrations.mark_saved(
            tx, company.admin, integration_id, integrations.ALL_USERS
        )
        return tokens.issue(tx, company.admin, integration_id)

    with app.app_context():
        return write(work)


def add_employee(
    app: Flask, company: Company, location_id: str | None = None, **attributes: Any
) -> Any:
    """Add an employee by hand, as an administrator does in the console."""
    document = {"userName": f"person-{next(numbers)}@contoso.example", "active": True}
    with app.app_context():
        return write(
            lambda tx: employees.create(
                tx, company.admin, {**document, **attributes}, location_id=location_id
            )
        )
