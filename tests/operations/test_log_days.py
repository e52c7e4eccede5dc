"""LOG_DAYS: what is older goes, bit by bit; what must never go stays."""

import dataclasses
from datetime import timedelta

import pytest
import sqlalchemy as sa

from envoy_console import tasks
from envoy_console.entra import cycle, jobs, on_demand, on_demand_runs
from envoy_console.entra.endpoint_check import records
from envoy_console.models import (
    AuditEvent,
    DirectoryEvent,
    EndpointCheck,
    EntraAuditLog,
    EntraNotification,
    EntraOnDemand,
    EntraProvisioningLog,
    ScimExchange,
    ScimExchangeQuirk,
)
from envoy_console.models.base import first_id, new_id, now, table
from tests.entra.world import Provisioning, World, own_url

GOING = (
    ScimExchange,
    EntraProvisioningLog,
    EntraOnDemand,
    EntraNotification,
    EndpointCheck,
)
STAYING = (DirectoryEvent, AuditEvent, EntraAuditLog)
DAYS = 30


@pytest.fixture
def world(app, server, company):
    return World(app, company)


@pytest.fixture
def envoy(app, world, token):
    return Provisioning(world, own_url(app), token)


@pytest.fixture
def look_around(app):
    """look_around(days) -> the worker has forgotten what is older than that."""
    usual = app.extensions["envoy_console.config"]

    def look(days=DAYS):
        settings = dataclasses.replace(usual, log_days=days)
        app.extensions["envoy_console.config"] = settings
        with app.app_context():
            tasks.forget_old_logs()

    yield look
    app.extensions["envoy_console.config"] = usual


@pytest.fixture
def busy(app, world, envoy, wire_log):
    """A company that has something of everything."""
    ann, bob = world.user("ann"), world.user("bob")
    envoy.assign(users=(ann,))
    world.do(lambda tx: jobs.start(tx, envoy.id))
    with app.app_context():
        cycle.advance(envoy.id)
    row = envoy.row
    run_id = world.do(
        lambda tx: on_demand_runs.ask(tx, row, "User", bob, member_ids=())
    )
    with app.app_context():
        on_demand.run(run_id)
    check_id = new_id()
    world.do(lambda tx: tx.execute(table(EntraNotification).insert(), mail(envoy)))
    world.do(lambda tx: records.ask(tx, check_id, asked(world)))
    world.do(lambda tx: records.claim(tx, check_id, "a worker"))
    world.do(lambda tx: records.conclude(tx, check_id, "a worker"))
    wire_log.every("GET")
    return world


def mail(envoy):
    return {
        "company_id": envoy.world.company.id,
        "app_id": envoy.id,
        "at": now(),
        "recipient": "it@contoso.example",
        "subject": "Quarantined",
        "body": "It is.",
    }


def asked(world):
    return records.Asked(
        company_id=world.company.id,
        app_id=None,
        tenant_url="http://localhost:1/scim/v2",
        token="secret",
        actor="dana",
    )


def age(world, days):
    """Have everything of the company happened so many days earlier, save for what the
    database lets nobody change: the log of admins.
    """
    then = now() - timedelta(days=days)
    for model in (*GOING, DirectoryEvent, EntraAuditLog):
        rows = table(model)
        mine = rows.c.company_id == world.company.id
        values = {"at": then}
        if model in (ScimExchange, EntraProvisioningLog):  # whose ids tell the time
            values["id"] = first_id(then) + sa.func.substr(rows.c.id, 14)
        run(world, rows.update().where(mine).values(values))
    done = table(EndpointCheck).update().values(done_at=then)
    mine = table(EndpointCheck).c.company_id == world.company.id
    run(world, done.where(mine))


def run(world, statement):
    world.do(lambda tx: tx.execute(statement))


def counts(world, models):
    """How many rows of each kind the company has."""
    queries = {
        model.__name__: sa.select(sa.func.count()).where(
            table(model).c.company_id == world.company.id
        )
        for model in models
    }
    return world.ask(
        lambda tx: {name: tx.execute(q).scalar_one() for name, q in queries.items()}
    )


def test_what_is_older_than_that_goes_and_audit_logs_stay(busy, look_around):
    before = counts(busy, STAYING)
    assert all(counts(busy, (*GOING, *STAYING)).values())

    age(busy, DAYS + 1)
    look_around()

    assert counts(busy, GOING) == dict.fromkeys(counts(busy, GOING), 0)
    assert counts(busy, STAYING) == before
    assert counts(busy, [ScimExchangeQuirk]) == {"ScimExchangeQuirk": 0}


def test_what_is_younger_stays(busy, look_around):
    age(busy, DAYS - 1)
    before = counts(busy, GOING)

    look_around()

    assert counts(busy, GOING) == before


def test_unless_days_are_set_nothing_goes(busy, look_around):
    age(busy, 1000)
    before = counts(busy, GOING)

    look_around(days=0)

    assert counts(busy, GOING) == before


def test_more_than_fits_into_a_transaction_goes_as_well(busy, look_around, monkeypatch):
    monkeypatch.setattr(tasks, "FORGOTTEN_AT_ONCE", 1)
    assert counts(busy, GOING)["ScimExchange"] > 2

    age(busy, DAYS + 1)
    look_around()

    assert counts(busy, GOING) == dict.fromkeys(counts(busy, GOING), 0)


def test_a_check_that_left_something_over_there_is_kept(busy, look_around):
    made = [{"path": "/Users", "attribute": "userName", "name": "x", "id": "1"}]
    mine = table(EndpointCheck).c.company_id == busy.company.id
    run(busy, table(EndpointCheck).update().where(mine).values(made=made))

    age(busy, DAYS + 1)
    look_around()

    assert counts(busy, [EndpointCheck]) == {"EndpointCheck": 1}
