"""Connections to SQLite stay open between requests, and only those that ended well."""

import os

import pytest
import sqlalchemy as sa

from envoy_console.extensions import db
from envoy_console.models.shelf import RESTING_AT_MOST
from envoy_console.models.transactions import give_back, read, write


@pytest.fixture
def own_app(databases, tmp_path):
    """An app that nobody else connects for, on SQLite."""
    if databases.kind != "sqlite":
        pytest.skip("on PostgreSQL the pool lends every connection")
    with databases.lent_app(tmp_path) as app:
        yield app


def driver_connection(tx):
    return tx.connection.driver_connection


def reader(app):
    with app.app_context(), read() as tx:
        return driver_connection(tx)


def writer_connection(app):
    with app.app_context():
        return write(driver_connection)


def failing(_tx):
    raise ValueError("the work failed")


def test_who_reads_and_who_writes_uses_the_connection_of_the_one_before(own_app):
    first = reader(own_app)

    assert writer_connection(own_app) is first
    assert reader(own_app) is first


def test_what_failed_leaves_no_transaction_behind(own_app):
    with own_app.app_context(), pytest.raises(ValueError, match="failed"):
        write(failing)

    assert not reader(own_app).in_transaction
    assert not writer_connection(own_app).in_transaction


def test_a_reader_that_is_given_back_holds_no_old_state(own_app):
    with own_app.app_context():
        with read() as tx:
            tx.execute(sa.text("SELECT id FROM companies"))
        give_back()
        busy, *_ = write_to_the_end(own_app)

    assert busy == 0


def write_to_the_end(app):
    """Return what SQLite says when its whole log is to be put into the database."""
    with app.app_context(), read() as tx:
        return tx.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()


def test_a_connection_that_is_no_longer_one_is_not_used_again(own_app):
    with own_app.app_context(), read() as tx:
        gone = driver_connection(tx)
        tx.invalidate()

    assert reader(own_app) is not gone


def test_no_more_than_a_few_are_kept(own_app):
    apps = [own_app.app_context() for _ in range(RESTING_AT_MOST + 3)]
    for context in apps:
        context.push()
        with read() as tx:
            tx.exec_driver_sql("SELECT 1")
    for context in reversed(apps):
        context.pop()

    with own_app.app_context():
        assert db.engine.pool.checkedout() == RESTING_AT_MOST


def test_disposing_of_the_engine_closes_the_file(own_app):
    reader(own_app)
    with own_app.app_context():
        file = db.engine.url.database
        assert file in open_files()

        db.engine.dispose()

    assert file not in open_files()


def open_files():
    numbers = os.listdir("/proc/self/fd")
    paths = (f"/proc/self/fd/{number}" for number in numbers)
    return {os.readlink(path) for path in paths if os.path.exists(path)}
