"""`pytest --database=postgresql` runs the tests that keep data on PostgreSQL."""

from __future__ import annotations

import os

import pytest

from tests.harness.databases import postgresql_server

NO_POSTGRESQL = """
NO POSTGRESQL: its half of the tests did not run. Install a server (Debian:
apt-get install postgresql) or name one in TEST_DATABASE_URL."""


def pytest_addoption(parser):
    parser.addoption(
        "--database",
        choices=("sqlite", "postgresql"),
        default="sqlite",
        help="where data is kept; postgresql runs only the tests that keep any",
    )


def pytest_configure(config):
    """Start a server, once for all workers. CI must have one."""
    if config.option.database == "sqlite" or hasattr(config, "workerinput"):
        return
    server = postgresql_server()
    if not server.__enter__():
        pytest.exit(NO_POSTGRESQL, returncode=1 if os.environ.get("CI") else 0)
    config.add_cleanup(lambda: server.__exit__(None, None, None))


def pytest_collection_modifyitems(config, items):
    """On PostgreSQL, leave out what does not touch it and what a browser does."""
    if config.option.database == "sqlite":
        return
    kept = [i for i in items if "databases" in i.fixturenames and not _is_journey(i)]
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = kept


def _is_journey(item):
    return item.get_closest_marker("browser") is not None
