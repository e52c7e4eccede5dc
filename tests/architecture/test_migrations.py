"""The migrations lead from nothing to the models, and back to nothing."""

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from envoy_console import extensions, health
from envoy_console.directory import bearers, clients, fields
from envoy_console.extensions import db
from envoy_console.models import Base
from envoy_console.models.base import Json, belongs
from envoy_console.models.transactions import read, write
from tests import builders
from tests.harness import serving
from tests.harness.databases import downgrade, upgrade


@pytest.fixture
def empty_app(databases, tmp_path):
    """An app whose database has no tables."""
    with databases.empty() as url:
        app = serving.make_app(tmp_path, url)
        yield app
        serving.disconnect(app)


def differences(app):
    with app.app_context(), db.engine.connect() as connection:
        options = {
            "compare_type": True,
            "include_object": lambda item, *_: belongs(connection.dialect.name, item),
        }
        context = MigrationContext.configure(connection, opts=options)
        return compare_metadata(context, Base.metadata)


def indexes(app):
    """Return how the database says each index was made, predicates included."""
    asked = {
        "sqlite": (
            "SELECT name, sql FROM sqlite_master WHERE type = 'index'"
            " AND tbl_name <> 'alembic_version'"
        ),
        "postgresql": (
            "SELECT indexname, indexdef FROM pg_indexes"
            " WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
        ),
    }
    with app.app_context(), db.engine.connect() as connection:
        query = sa.text(asked[connection.dialect.name])
        return {
            name: sql and " ".join(sql.split())
            for name, sql in connection.execute(query)
        }


def tables(app):
    with app.app_context():
        return set(sa.inspect(db.engine).get_table_names()) - {"alembic_version"}


def test_upgrading_from_nothing_makes_what_the_models_describe(empty_app):
    upgrade(empty_app)

    assert tables(empty_app) == set(Base.metadata.tables)
    assert differences(empty_app) == []


def test_migrations_make_the_indexes_that_the_models_describe(
    empty_app, databases, tmp_path
):
    upgrade(empty_app)
    with databases.empty() as url:
        described = serving.make_app(tmp_path, url)
        with described.app_context():
            Base.metadata.create_all(db.engine)
        expected = indexes(described)
        serving.disconnect(described)

    made = indexes(empty_app)
    assert "WHERE" in made["ix_employees_reports"]
    assert made == expected


def test_downgrading_leaves_nothing(empty_app):
    upgrade(empty_app)

    downgrade(empty_app)

    assert tables(empty_app) == set()


def test_a_database_one_revision_behind_is_refused_by_readyz(empty_app):
    upgrade(empty_app)
    downgrade(empty_app, f"{int(health.head()) - 1:04}")

    answer = empty_app.test_client().get("/readyz")

    assert answer.status_code == 503
    assert (
        "The database schema is not current: run `flask --app app db upgrade`."
        in answer.json["problems"]
    )


def test_upgrading_again_changes_nothing(empty_app):
    upgrade(empty_app)
    downgrade(empty_app)

    upgrade(empty_app)

    assert differences(empty_app) == []


def test_a_token_outlives_the_way_to_an_older_revision_and_back(empty_app):
    upgrade(empty_app)
    company = builders.found_company(empty_app)
    token = builders.issue_token(empty_app, company)
    with empty_app.app_context():
        write(lambda tx: clients.issue(tx, company.admin))

    downgrade(empty_app, "0001")
    upgrade(empty_app)

    with empty_app.app_context(), read() as tx:
        assert bearers.judge(bearers.find(tx, token)).company_id == company.id


def test_who_has_several_values_is_found_by_them_after_an_upgrade(empty_app):
    upgrade(empty_app)
    company = builders.found_company(empty_app)
    second = {"type": "work", "value": "ann.lee@x.example", "primary": True}
    emails = [{"type": "work", "value": "ann@x.example"}, second]
    builders.add_employee(empty_app, company, userName="ann", emails=emails)
    builders.add_employee(empty_app, company, userName="bob", emails=emails[:1])
    downgrade(empty_app, "0014")
    with empty_app.app_context(), db.engine.begin() as connection:
        # as it was written before: in the order in which the values came
        folded = sa.bindparam("folded", {"emails": emails}, type_=Json)
        rows = sa.table("employees", sa.column("search"), sa.column("user_name"))
        mine = rows.c.user_name == "ann"
        connection.execute(rows.update().where(mine).values(search=folded))

    upgrade(empty_app)

    with empty_app.app_context(), read() as tx:
        rows = fields.employees
        query = sa.select(rows.c.search, rows.c.has_several_work_emails)
        found = tx.execute(query.order_by(rows.c.user_name)).all()
    assert [row.has_several_work_emails for row in found] == [True, False]
    assert found[0].search["emails"] == [second, emails[0]]


def test_a_missing_column_would_be_noticed(empty_app):
    upgrade(empty_app)
    with empty_app.app_context(), db.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE companies DROP COLUMN always_reveals")

    assert [change[0] for change in differences(empty_app)] == ["add_column"]


def test_the_head_is_known_without_alembic():
    script = ScriptDirectory(str(extensions.MIGRATIONS))

    assert health.head() == script.get_current_head()
