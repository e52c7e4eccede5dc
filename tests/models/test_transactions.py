"""What happens when the database is busy: a clear 503 in good time, nothing half done."""

import contextlib

import pytest

from envoy_console.directory import exchange_log
from envoy_console.models import engine
from envoy_console.models.transactions import writer
from tests import builders
from tests.harness.exchanges import WireLog
from tests.messages import entra_user


@pytest.fixture
def impatient(databases, tmp_path, monkeypatch):
    """An app on SQLite that waits for a lock no longer than it must."""
    if databases.kind != "sqlite":
        pytest.skip("only SQLite has one writer")
    pragmas = [p for p in engine.SQLITE_PRAGMAS if not p.startswith("busy_timeout")]
    monkeypatch.setattr(engine, "SQLITE_PRAGMAS", (*pragmas, "busy_timeout=20"))
    with databases.lent_app(tmp_path) as app:
        yield app


@contextlib.contextmanager
def locked(app):
    """Hold the one write lock."""
    with app.app_context():
        lock = writer()
    with lock.connect() as connection:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        yield


def create(app, token):
    with app.test_client() as client:
        return client.post(
            "/scim/v2/Users",
            json=entra_user("ann@contoso.example"),
            headers={"Authorization": f"Bearer {token}"},
        )


def test_a_lock_that_is_not_released_is_503_with_a_time_to_come_back(impatient):
    token = builders.issue_token(impatient, builders.found_company(impatient))

    with locked(impatient):
        answer = create(impatient, token)

    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert "Nothing was changed" in answer.json["detail"]
    assert create(impatient, token).status_code == 201


def test_the_wire_log_goes_on_after_the_database_was_locked(impatient, monkeypatch):
    monkeypatch.setattr(exchange_log, "PATIENCE", 0.1)
    company = builders.found_company(impatient)
    token = builders.issue_token(impatient, company)
    log = WireLog(impatient, company)

    with locked(impatient):
        create(impatient, token)
        with impatient.app_context():
            exchange_log.current().flush()
    create(impatient, token)

    assert log.newest("POST").status == 201
