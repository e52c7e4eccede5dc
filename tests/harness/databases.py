"""Where the tests keep their data: SQLite files, or databases on a PostgreSQL server."""

from __future__ import annotations

import contextlib
import itertools
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.engine import make_url

from tests.harness import postgresql, serving

# Set by the process that starts the server, read by those that share it.
SERVER = "TEST_DATABASE_URL"


@contextlib.contextmanager
def postgresql_server() -> Iterator[bool]:
    """Have a PostgreSQL server: the one that is given, else our own. False without."""
    binaries = postgresql.find_binaries()
    if SERVER in os.environ:
        yield True
    elif binaries is None:
        yield False
    else:
        with postgresql.cluster(binaries) as url:
            os.environ[SERVER] = url
            yield True
            del os.environ[SERVER]


class Databases:
    """Makes empty databases of one kind, in names of its own."""

    def __init__(self, kind: str, owner: str, folder: Path) -> None:
        self.kind = kind
        self._folder = folder
        self._names = (f"envoy_test_{owner}_{n}" for n in itertools.count(1))

    @contextlib.contextmanager
    def empty(self) -> Iterator[str]:
        """Make a database without tables; yield its URL; remove it afterwards."""
        name = next(self._names)
        if self.kind == "sqlite":
            yield f"sqlite:///{self._folder / name}.db"
            return
        with _on_server(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)') as server:
            server.exec_driver_sql(f'CREATE DATABASE "{name}"')
            url = server.engine.url.set(database=name)
            yield url.render_as_string(hide_password=False)

    @contextlib.contextmanager
    def lent_app(
        self, instance: Path, *address: Any, **settings: Any
    ) -> Iterator[Flask]:
        """Make an app on a database of its own, which has its tables."""
        with self.empty() as url:
            app = serving.make_app(instance, url, *address, **settings)
            upgrade(app)
            yield app
            serving.disconnect(app)


@contextlib.contextmanager
def _on_server(clean_up: str) -> Iterator[sa.Connection]:
    """Connect to the server; run `clean_up` first, and again at the end."""
    url = make_url(os.environ[SERVER]).set(drivername="postgresql+psycopg")
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(clean_up)
        yield connection
        connection.exec_driver_sql(clean_up)
    engine.dispose()


def upgrade(app: Flask, revision: str = "head") -> None:
    """Bring the app's database to `revision`, as `flask db upgrade` does."""
    _migrate(app, "upgrade", revision)


def downgrade(app: Flask, revision: str = "base") -> None:
    """Take the app's database back, as `flask db downgrade` does."""
    _migrate(app, "downgrade", revision)


def _migrate(app: Flask, direction: str, revision: str) -> None:
    flask = app.test_cli_runner(catch_exceptions=False)
    flask.invoke(args=["db", direction, revision])
