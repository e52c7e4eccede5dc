"""People of every kind, and a company with something to see on every page."""

from dataclasses import dataclass

import pytest
from flask import url_for

from envoy_console.directory import tokens
from envoy_console.entra.saml import certificates
from envoy_console.models import Base
from envoy_console.models.transactions import read
from tests import builders
from tests.worlds import connected, employee_cookie, lively, practised, taught

__all__ = ["connected", "employee_cookie", "lively", "practised", "taught"]

OF_MACHINES = ("scim", "oauth", "health", "static", "saml")


@dataclass
class Route:
    """One method of one address."""

    endpoint: str
    method: str
    rule: str
    arguments: frozenset[str]

    def __str__(self):
        return f"{self.method} {self.rule}"


@pytest.fixture
def routes(app):
    """Every route that is not for machines."""
    return [
        Route(rule.endpoint, method, rule.rule, frozenset(rule.arguments))
        for rule in app.url_map.iter_rules()
        if rule.endpoint.partition(".")[0] not in OF_MACHINES
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"})
    ]


@pytest.fixture
def address(app, company, lively, practised, taught, connected):
    """address(route) -> where it is, with ids of what the company really has."""
    with app.app_context(), read() as tx:
        (token_id,) = (t.id for t in tokens.of_company(tx, company.id)[:1])
    known = {
        "account_id": company.account_id,
        "token_id": token_id,
        "key": "ready",
        "step_id": "1.1",
        "form": "json",
        "certificate_id": _certificate(app, practised.app_id),
    }
    of_console = known | vars(lively)
    worlds = {
        "classroom": known | vars(taught),
        "console": of_console,
        "profile": of_console,
        "sso": of_console,
        "tutorial": known,
        "entra": known | vars(practised),
    }

    def where(route, **other):
        values = worlds[route.endpoint.partition(".")[0]] | other
        needed = {name: values[name] for name in route.arguments}
        with app.test_request_context():
            return url_for(route.endpoint, _method=route.method, **needed)

    return where


def _certificate(app, app_id):
    with app.app_context(), read() as tx:
        return certificates.every(tx, app_id)[-1].id


@pytest.fixture
def contents(app):
    """contents(company) -> every row of the company."""

    def rows(company):
        with app.app_context(), read() as tx:
            return {
                name: tx.execute(
                    table.select()
                    .where(table.c.company_id == company.id)
                    .order_by(*table.primary_key.columns)
                ).all()
                for name, table in Base.metadata.tables.items()
                if "company_id" in table.columns
            }

    return rows


@pytest.fixture
def stranger_company(app):
    return builders.found_company(app)


@pytest.fixture
def knock():
    """knock(client, "POST", "/path") -> the answer, with a CSRF token; no redirects."""
    kept = {}

    def request(client, method, path, headers=None, **fields):
        if client not in kept:
            page = client.http.get("/sign-in").text.partition('name="csrf_token"')[2]
            kept[client] = page.partition('value="')[2].partition('"')[0]
        return client.http.request(
            method,
            path,
            data=fields if method != "GET" else None,
            headers={"X-CSRFToken": kept[client], **(headers or {})},
            follow_redirects=False,
        )

    return request
