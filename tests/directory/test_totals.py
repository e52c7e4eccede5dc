"""Totals are counted once for as long as nothing happens, and are right all the same."""

import pytest

from envoy_console.directory import companies, totals
from envoy_console.directory.fields import employees
from envoy_console.models.transactions import read, write
from tests import builders
from tests.messages import entra_group


@pytest.fixture
def total(app, company):
    """total() -> how many employees the company is said to have."""

    def ask():
        with app.app_context(), read() as tx:
            return totals.of(tx, employees, company.id)

    return ask


def test_a_total_follows_what_is_created_and_deleted(entra, total):
    assert total() == 0
    ann = entra.create_user()
    assert total() == 1
    entra.create_user()
    assert (total(), total()) == (2, 2)
    entra.delete(f"/Users/{ann['id']}")
    assert total() == 1


def test_users_and_groups_are_counted_apart(entra):
    entra.create_user()
    entra.create_user()
    entra.post("/Groups", entra_group("Roads"))

    assert entra.get("/Users?count=0").json()["totalResults"] == 2
    assert entra.get("/Groups?count=0").json()["totalResults"] == 1


def test_a_reset_company_is_counted_anew(app, company, token, entra, total):
    entra.create_user()
    entra.create_user()
    assert total() == 2

    with app.app_context():
        write(lambda tx: companies.reset(tx, company.id))

    assert total() == 0


def test_companies_are_counted_apart(entra, total, app):
    entra.create_user()
    assert total() == 1

    other = builders.found_company(app)

    with app.app_context(), read() as tx:
        assert totals.of(tx, employees, other.id) == 0
