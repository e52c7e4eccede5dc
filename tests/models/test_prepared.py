"""Statements that go straight to the driver behave like all others."""

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError

from envoy_console.extensions import db
from envoy_console.models import Company, DirectoryEvent
from envoy_console.models.base import new_id, now, table
from envoy_console.models.prepared import Prepared
from envoy_console.models.transactions import read, write
from tests import builders

companies = table(Company)
events = table(DirectoryEvent)

INSERT = Prepared(companies.insert())
NAMED = Prepared(
    sa.select(companies).where(companies.c.name == sa.bindparam("the_name"))
)


@pytest.fixture
def context(app):
    with app.app_context():
        yield


def row_of(app):
    """The columns of a new company, of the kind that the product makes."""
    made = builders.found_company(app)
    with read() as tx:
        found = tx.execute(
            sa.select(companies).where(companies.c.id == made.id)
        ).first()
    another = f"company {new_id()}"
    return {**found._asdict(), "id": new_id(), "name": another, "name_key": another}


def test_what_is_written_so_is_read_as_any_other_row(app, context):
    row = row_of(app)

    write(lambda tx: INSERT.run(tx, row))

    with read() as tx:
        query = sa.select(companies).where(companies.c.name == row["name"])
        usual = tx.execute(query).one()
        (found,) = NAMED.all(tx, {"the_name": row["name"]})
        assert tuple(found) == tuple(usual)
        assert found._asdict() == row == usual._asdict()
        assert NAMED.first(tx, {"the_name": row["name"]}) == found
        assert NAMED.first(tx, {"the_name": "nobody"}) is None


def test_several_rows_are_written_at_once_with_their_types(app, context):
    company = builders.found_company(app)
    rows = [
        {
            "company_id": company.id,
            "at": now(),
            "action": "created",
            "subject_type": "employee",
            "subject_id": new_id(),
            "subject_label": "Ann",
            "actor_label": "a test",
            "exchange_id": None,
            "changes": [{"attribute": "title", "old": None, "new": title}],
        }
        for title in ("Chef", "Köchin")
    ]

    write(lambda tx: Prepared(events.insert()).many(tx, rows))

    with read() as tx:
        mine = events.c.company_id == company.id
        kept = tx.execute(sa.select(events).where(mine).order_by(events.c.id)).all()
    assert [row.changes for row in kept] == [row["changes"] for row in rows]
    assert [row.at for row in kept] == [row["at"] for row in rows]


def test_a_value_that_is_taken_is_the_error_that_sqlalchemy_makes_of_it(app, context):
    row = row_of(app)
    write(lambda tx: INSERT.run(tx, row))

    with pytest.raises(IntegrityError) as refused:
        write(lambda tx: INSERT.run(tx, row))

    assert refused.value.orig is not None
    assert row["name"] not in str(refused.value)


def test_whoever_listens_to_statements_hears_of_it(app, context):
    name = f"company {new_id()}"
    heard = []

    def note(_conn, _cursor, sql, parameters, *_):
        if name in str(parameters):  # not what the wire log does meanwhile
            heard.append(sql)

    for event in ("before_cursor_execute", "after_cursor_execute"):
        sa.event.listen(db.engine, event, note)
    with read() as tx:
        NAMED.all(tx, {"the_name": name})
    for event in ("before_cursor_execute", "after_cursor_execute"):
        sa.event.remove(db.engine, event, note)

    assert len(heard) == 2


def test_a_value_that_is_missing_is_not_made_up(app, context):
    with read() as tx, pytest.raises((KeyError, ProgrammingError)):
        NAMED.all(tx, {"another_name": "x"})


def test_a_list_of_any_length_is_refused(app, context):
    those = companies.c.id.in_(sa.bindparam("ids", expanding=True))
    with read() as tx, pytest.raises(TypeError):
        Prepared(sa.select(companies).where(those)).all(tx, {"ids": ["x"]})


def test_what_fails_while_rows_are_fetched_is_an_error_of_sqlalchemy(
    app, context, databases
):
    if databases.kind != "sqlite":
        pytest.skip("PostgreSQL sends all rows at once")
    for _ in range(3):
        builders.found_company(app)
    everybody = Prepared(sa.select(companies).order_by(companies.c.created_at))
    with read() as tx:
        everybody.all(tx, {})  # compiled, so that the work is stepping alone
        connection = tx.connection.driver_connection
        connection.set_progress_handler(lambda: 1, 1)

        with pytest.raises(OperationalError):
            everybody.all(tx, {})

        connection.set_progress_handler(None, 1)
        assert len(everybody.all(tx, {})) >= 3


def test_a_connection_that_was_cut_is_given_up(app, context, databases):
    if databases.kind != "postgresql":
        pytest.skip("SQLite has no connections that others could cut")
    with read() as tx:
        mine = tx.execute(sa.select(sa.func.pg_backend_pid())).scalar()
        with db.engine.connect() as other:
            other.execute(sa.select(sa.func.pg_terminate_backend(mine)))

        with pytest.raises(OperationalError) as lost:
            NAMED.all(tx, {"the_name": "x"})

        assert lost.value.connection_invalidated
        assert tx.invalidated
