"""Connections to SQLite stay open between requests, while all goes well."""

import os

import pytest
import sqlalchemy as sa

from envoy_console.extensions import db
from envoy_console.models.transactions import (
    RESTING_AT_MOST,
    give_back,
    read,
    write,
)


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


def test_who_writes_after_a_reader_finds_no_transaction_of_theirs(own_app):
    with own_app.app_context():
        with read() as tx:
            tx.execute(sa.text("SELECT id FROM companies"))
            assert tx.in_transaction()
        give_back()

        assert write(lambda tx: tx.execute(sa.text("SELECT 1")).scalar_one()) == 1


def test_a_connection_that_is_no_longer_one_is_not_used_again(own_app):
    with own_app.app_context(), read() as tx:
        gone = driver_connection(tx)
        tx.invalidate()

    assert reader(own_app) is not gone


def test_who_reads_while_the_engine_is_disposed_of_is_the_last_to_use_theirs(own_app):
    with own_app.app_context(), read() as tx:
        old = driver_connection(tx)
        db.engine.dispose()

    assert reader(own_app) is not old
    assert reader(own_app) is not old


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
