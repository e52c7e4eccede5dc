"""How connections to SQLite are set up, as far as one can see it from outside."""

import pytest

from envoy_console.models.transactions import read, savepoint, write

STATEMENTS = 300  # beside those that made the tables


@pytest.fixture
def compilations(databases, tmp_path):
    """What the driver compiles, on the only connection of an app of our own."""
    if databases.kind != "sqlite":
        pytest.skip("psycopg keeps statements on the server")
    seen = []
    with databases.lent_app(tmp_path) as app, app.app_context():
        with read() as tx:
            tx.connection.driver_connection.set_authorizer(
                lambda *what: seen.append(what) or 0
            )
        yield seen


def test_a_look_up_stays_compiled_however_much_else_is_asked(compilations):
    with read() as tx:
        for number in range(STATEMENTS):
            for _twice in range(2):
                tx.exec_driver_sql(f"SELECT {number}").all()
        questions = "SELECT id FROM companies", "SELECT id FROM groups"
        for question in questions:
            tx.exec_driver_sql(question).all()
        compilations.clear()

        for question in questions * 3:
            tx.exec_driver_sql(question).all()

    assert compilations == []


def test_a_savepoint_is_the_same_statement_each_time(compilations):
    def work(tx):
        with savepoint(tx):
            pass

    write(work)
    compilations.clear()

    write(work)

    assert [what for what in compilations if "operation" in what] == []
