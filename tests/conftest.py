"""Fixtures for every test: an app, a server, a company, and clients that speak to it."""

from __future__ import annotations

import os
import socket
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from flask import has_app_context

from envoy_console.directory import accounts, faults, passwords, sessions
from envoy_console.extensions import db
from envoy_console.models.base import now
from envoy_console.models.transactions import write
from tests import builders
from tests.builders import PASSWORD, Company
from tests.harness import network, serving, statements
from tests.harness.console_client import ConsoleClient
from tests.harness.database_option import (
    pytest_addoption,
    pytest_collection_modifyitems,
    pytest_configure,
)
from tests.harness.databases import Databases
from tests.harness.exchanges import WireLog
from tests.harness.scim_client import ScimClient

__all__ = ["pytest_addoption", "pytest_collection_modifyitems", "pytest_configure"]


@pytest.fixture(autouse=True)
def offline():
    """Nothing may connect to another machine."""
    network.attempts.clear()
    yield
    assert network.attempts == []


@pytest.fixture(autouse=True)
def no_leaking_context():
    """A context left behind would share `g` and the signed-in user between tests."""
    yield
    assert not has_app_context()


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords():
    """Hash at the lowest cost there is: tests sign in all the time."""
    with pytest.MonkeyPatch.context() as patch:
        hasher = PasswordHasher(memory_cost=8, time_cost=1, parallelism=1)
        patch.setattr(passwords, "HASHER", hasher)
        yield


@pytest.fixture(scope="session")
def databases(pytestconfig, tmp_path_factory):
    """Makes empty databases of the kind that the tests run on."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    folder = tmp_path_factory.mktemp("databases")
    return Databases(pytestconfig.option.database, worker, folder)


@pytest.fixture(scope="session")
def listener():
    """Holds the port of the server, whose number the app must know."""
    with socket.create_server((serving.HOST, 0)) as listener:
        yield listener


@pytest.fixture(scope="session")
def app(databases, listener, tmp_path_factory):
    """The app, on a database that the migrations made."""
    instance = tmp_path_factory.mktemp("instance")
    with databases.lent_app(instance, listener.getsockname()[1]) as app:
        yield app


@pytest.fixture(scope="session")
def server(app, listener):
    """The URL where the app is served over HTTP."""
    with serving.serve(app, listener):
        yield f"http://localhost:{listener.getsockname()[1]}"


@pytest.fixture
def company(app):
    return builders.found_company(app)


@pytest.fixture
def let_time_pass(app, company):
    """Make the admin's sign-in ten minutes old: too old for delicate things."""

    def later():
        long_ago = now() - timedelta(minutes=10)
        mine = sessions.sessions.c.account_id == company.account_id
        with app.app_context():
            write(
                lambda tx: tx.execute(
                    sessions.sessions.update().where(mine).values(confirmed_at=long_ago)
                )
            )

    return later


@pytest.fixture
def make_employee(app, company):
    """make_employee(title="Clerk") -> an employee added by hand."""
    return lambda **attributes: builders.add_employee(app, company, **attributes)


@pytest.fixture
def token(app, company):
    return builders.issue_token(app, company)


@pytest.fixture
def scim(server, token):
    """A client of the company's SCIM endpoint that keeps to the RFC."""
    with ScimClient(server, token) as client:
        yield client


@pytest.fixture
def entra(server, token):
    """The same client, with the header that tells Entra's provisioning service."""
    with ScimClient(server, token, ADSCIMVersion="2.0") as client:
        yield client


@pytest.fixture
def stranger(server):
    """A visitor of the console who has not signed in."""
    with ConsoleClient(server) as client:
        yield client


@pytest.fixture
def console(stranger, company):
    """The company's global admin at the console."""
    stranger.sign_in(company)
    return stranger


@pytest.fixture
def colleague(app, server, company):
    """colleague("viewer") -> a console where somebody with that role is signed in."""
    clients = []

    def signed_in(role):
        email = f"{role}-of-{company.email}"
        with app.app_context():
            write(
                lambda tx: accounts.insert(
                    tx,
                    company.id,
                    email=email,
                    name="Val Lee",
                    role=role,
                    password=PASSWORD,
                )
            )
        client = ConsoleClient(server)
        clients.append(client)
        client.sign_in(Company(company.id, "", company.name, email))
        return client

    yield signed_in
    for client in clients:
        client.http.close()


@pytest.fixture
def post():
    """post(client, path, **fields) -> the answer to a form with its CSRF token."""

    def send(client, path, **fields):
        page = client.get("/")
        token = page.form("[data-theme-switch]").fields["csrf_token"]
        return client.http.post(path, data={"csrf_token": token, **fields})

    return send


@pytest.fixture
def wire_log(app, company):
    return WireLog(app, company)


@pytest.fixture
def query_budget(app):
    """with query_budget(3): … fails when requests execute more statements than that."""
    return lambda most: statements.budget(app, most)


@pytest.fixture
def change_keys(app, monkeypatch):
    """change_keys(token_key=…) -> the app goes on with other keys, until the test ends."""

    def changed(**keys):
        name = "envoy_console.config"
        monkeypatch.setitem(app.extensions, name, replace(app.extensions[name], **keys))

    return changed


@pytest.fixture
def switch_on(app, company, token):
    """switch_on(Kind.BROKEN, requests=3) -> the company's endpoint answers so."""

    def on(
        kind, *, writes_only=False, seconds=1, minutes=10, requests=None, of=company
    ):
        with app.app_context():
            write(
                lambda tx: faults.switch_on(
                    tx,
                    of.admin,
                    kind=kind,
                    writes_only=writes_only,
                    seconds=seconds,
                    minutes=minutes,
                    requests=requests,
                )
            )

    return on


@pytest.fixture
def plan_of(app):
    """plan_of(work) -> the plans of the lists that `work` reads (SQLite only).

    With `of`, the plans of other statements: those that begin so.
    """
    if app.config["SQLALCHEMY_DATABASE_URI"].startswith("postgresql"):
        pytest.skip("with few rows PostgreSQL rightly prefers to read them all")

    def plans(work, of="SELECT employees.id"):
        executed = []

        def note(_conn, _cursor, sql, parameters, *_):
            if sql.startswith(of):
                executed.append((sql, parameters))

        with app.app_context():
            engine = db.engine
            sa.event.listen(engine, "before_cursor_execute", note)
            work()
            sa.event.remove(engine, "before_cursor_execute", note)
            with engine.connect() as tx:
                return [
                    "\n".join(
                        row.detail
                        for row in tx.exec_driver_sql(
                            f"EXPLAIN QUERY PLAN {sql}", values
                        )
                    )
                    for sql, values in executed
                ]

    return plans


@pytest.fixture
def enter(server):
    """enter(company) -> a console where its first admin is signed in."""
    with ExitStack() as stack:

        def signed_in(company):
            client = stack.enter_context(ConsoleClient(server))
            client.sign_in(company)
            return client

        yield signed_in


@pytest.fixture
def appoint(app):
    """appoint(company) -> its first admin is an operator from now on."""

    def operator(company):
        with app.app_context():
            write(lambda tx: accounts.appoint(tx, company.email))

    return operator
