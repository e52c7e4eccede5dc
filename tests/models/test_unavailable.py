"""Databases that cannot be written, or fail at the last moment: a 503 that is true."""

import os

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, OperationalError

from envoy_console.extensions import db
from envoy_console.models.transactions import UNAVAILABLE, has_outlived_itself, read
from tests import builders
from tests.messages import entra_user

FORBID_WRITES = {
    "sqlite": "PRAGMA query_only = ON",
    "postgresql": "SET default_transaction_read_only = on",
}


@pytest.fixture
def own_app(databases, tmp_path):
    """An app that a test may spoil."""
    with databases.lent_app(tmp_path) as app:
        yield app


@pytest.fixture
def create(own_app):
    """create("ann") -> what a request to create her is answered."""
    token = builders.issue_token(own_app, builders.found_company(own_app))

    def post(name):
        with own_app.test_client() as client:
            return client.post(
                "/scim/v2/Users",
                json=entra_user(f"{name}@contoso.example"),
                headers={"Authorization": f"Bearer {token}"},
            )

    return post


def test_a_connection_that_may_not_write_is_replaced_by_one_that_may(
    own_app, create, databases
):
    with own_app.app_context(), read() as connection:
        connection.exec_driver_sql(FORBID_WRITES[databases.kind])

    refused = create("ann")

    assert refused.status_code == 503
    assert refused.headers["Retry-After"]
    assert "Nothing was changed" in refused.json["detail"]
    assert create("ann").status_code == 201


def test_a_process_that_cannot_write_what_others_can_asks_for_a_successor(
    own_app, create, databases
):
    if databases.kind != "sqlite":
        pytest.skip("only SQLite shares what it knows among a process's connections")
    with own_app.app_context(), read() as connection:
        connection.exec_driver_sql(FORBID_WRITES["sqlite"])

    create("ann")

    assert has_outlived_itself()


def test_a_commit_that_fails_is_not_said_to_have_changed_nothing(own_app, create):
    def fail(_connection):
        raise OperationalError("COMMIT", None, Exception("the disk is gone"))

    with own_app.app_context():
        engine = db.engine
    sa.event.listen(engine, "commit", fail)
    answer = create("ann")
    sa.event.remove(engine, "commit", fail)

    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert "may or may not have stored it" in answer.json["detail"]
    assert "Nothing was changed" not in answer.json["detail"]


def test_what_the_database_refuses_is_told_without_what_was_asked(own_app):
    with own_app.app_context(), read() as tx, pytest.raises(DBAPIError) as failure:
        tx.execute(sa.text("SELECT :name FROM nowhere"), {"name": "Ann Lee"})

    assert "nowhere" in str(failure.value)
    assert "Ann Lee" not in str(failure.value)


@pytest.mark.parametrize("kind", UNAVAILABLE)
def test_the_token_endpoint_tells_oauth_clients_to_come_again(
    own_app, monkeypatch, kind
):
    def fail():
        cause = ("SELECT", None, Exception("away"))
        raise kind(*cause) if issubclass(kind, DBAPIError) else kind("away")

    monkeypatch.setitem(own_app.view_functions, "oauth.token", fail)
    with own_app.test_client() as client:
        answer = client.post("/oauth/token")

    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert answer.json["error"] == "temporarily_unavailable"


def test_readyz_names_a_file_that_cannot_be_written(own_app, databases, monkeypatch):
    if databases.kind != "sqlite":
        pytest.skip("only SQLite has a file of ours")
    monkeypatch.setattr(os, "access", lambda _, mode: mode != os.W_OK)

    with own_app.test_client() as client:
        answer = client.get("/readyz")

    assert answer.status_code == 503
    assert "The file of the database cannot be written." in answer.json["problems"]
