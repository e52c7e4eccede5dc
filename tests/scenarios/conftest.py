"""A company in which somebody has practised, and how it stands."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from envoy_console.directory import faults, headcount, integrations, locations
from envoy_console.entra import (
    applications,
    assignments,
    escrows,
    jobs,
    story,
    tenants,
    users,
)
from envoy_console.models.transactions import read, write
from envoy_console.scenarios import bringing
from envoy_console.tutorial.progress import progress_of
from tests import builders
from tests.builders import Company


class Standing:
    """How a company stands, asked anew each time."""

    def __init__(self, app: Flask, company: Company) -> None:
        self.flask, self.company = app, company

    def ask(self, question: Any) -> Any:
        with self.flask.app_context(), read() as tx:
            return question(tx)

    @property
    def apps(self) -> list[Any]:
        return self.ask(lambda tx: applications.every(tx, self.company.id))

    @property
    def app(self) -> Any:
        (app,) = self.apps
        return app

    @property
    def integration(self) -> Any:
        return self.ask(lambda tx: integrations.find(tx, self.company.id))

    @property
    def employees(self) -> int:
        return self.ask(lambda tx: headcount.of(tx, self.company.id))["employees"]

    @property
    def offices(self) -> list[str]:
        found = self.ask(lambda tx: locations.page(tx, self.company.id))
        return [office["name"] for office in found]

    @property
    def step(self) -> str:
        """The step of the tutorial that comes next."""
        company_id = self.company.id
        found = self.ask(lambda tx: progress_of(tx, [company_id]))[company_id]
        return found.current.id

    @property
    def people(self) -> int:
        return self.ask(lambda tx: users.count(tx, self.company.id))

    @property
    def assigned(self) -> int:
        return self.ask(lambda tx: assignments.count(tx, self.app.id))

    @property
    def fault(self) -> Any:
        return self.ask(lambda tx: faults.current(tx, self.company.id))

    @property
    def status(self) -> jobs.Status:
        return self.ask(lambda tx: jobs.status(tx, self.app.id))

    @property
    def retried(self) -> int:
        mine = escrows.escrows.c.app_id == self.app.id
        return len(
            self.ask(lambda tx: tx.execute(escrows.escrows.select().where(mine)).all())
        )

    @property
    def is_prepared(self) -> bool:
        """Whether the worker has nothing left to do for it."""
        return self.ask(lambda tx: bringing.preparation(tx, self.company.id)) is None


@pytest.fixture
def standing(app, company):
    return Standing(app, company)


@pytest.fixture
def messy(app, console, company, token, make_employee, switch_on):
    """The company's admin, after a wild lesson; the token of then works no more."""
    make_employee(displayName="Left Over")
    switch_on(faults.Kind.BROKEN)
    with app.app_context():
        write(lambda tx: _mess(tx, company))
    return console


@pytest.fixture
def other(app):
    """Another company, with things of its own."""
    other = builders.found_company(app)
    builders.issue_token(app, other)
    builders.add_employee(app, other)
    with app.app_context():
        write(lambda tx: _mess(tx, other))
    return Standing(app, other)


def _mess(tx: Any, company: Company) -> None:
    locations.add(tx, company.admin, "The garage")
    story.plant(tx, company.id, name="Contoso")
    domain = tenants.required(tx, company.id).domain
    boss = users.by_name(tx, company.id, f"helena.marsh@{domain}")
    users.delete(tx, boss, actor="dana")
    for name in ("Envoy", "Envoy once more"):
        applications.create(tx, company.id, "envoy", name, actor="dana")
