"""Alembic's entry: migrate the database that the app is configured for."""

from __future__ import annotations

from alembic import context

from envoy_console.extensions import db
from envoy_console.models.base import belongs

SETTINGS = {
    "target_metadata": db.metadata,
    "compare_type": True,
    "render_as_batch": True,  # SQLite cannot alter a table in place
}


def migrate(connection: object) -> None:
    """Bring the schema to the wanted revision in one transaction."""
    dialect = connection.dialect.name  # type: ignore[attr-defined]
    context.configure(
        connection=connection,  # type: ignore[arg-type]
        include_object=lambda item, *_: belongs(dialect, item),
        **SETTINGS,  # type: ignore[arg-type]
    )
    with context.begin_transaction():
        context.run_migrations()


if context.config.attributes.get("connection") is not None:
    migrate(context.config.attributes["connection"])
else:
    with db.engine.connect() as connection:
        migrate(connection)
        connection.commit()
