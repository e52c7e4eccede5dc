"""Alembic's entry: migrate the database that the app is configured for."""

from __future__ import annotations

from alembic import context
from sqlalchemy.engine import Connection

from envoy_console.extensions import db
from envoy_console.models.base import belongs
from envoy_console.models.transactions import write_with, writer

SETTINGS = {
    "target_metadata": db.metadata,
    "compare_type": True,
    "render_as_batch": True,  # SQLite cannot alter a table in place
}


PATIENCE = 60.0  # seconds for our turn among those who write meanwhile


def migrate(connection: Connection) -> None:
    """Bring the schema to the wanted revision in one transaction."""
    dialect = connection.dialect.name
    if dialect == "postgresql":
        # a lock is waited for no longer than requests can bear, work may take its time
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
    context.configure(
        connection=connection,
        include_object=lambda item, *_: belongs(dialect, item),
        **SETTINGS,  # type: ignore[arg-type]
    )
    with context.begin_transaction():
        context.run_migrations()


if context.config.attributes.get("connection") is not None:
    migrate(context.config.attributes["connection"])
else:
    write_with(writer(), migrate, PATIENCE)
