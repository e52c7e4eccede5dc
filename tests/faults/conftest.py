"""Small runs of the programs here. Their large ones: `make faults`."""

import pytest

from tests.faults import disk, kills, outage, restarts
from tests.faults.stores import POSTGRESQL, SQLITE, NotHereError


@pytest.fixture(autouse=True)
def patience(monkeypatch):
    """The machine may be busy with other tests: only `make faults` looks at the clock."""
    monkeypatch.setattr(kills, "BACK_WITHIN", 60)
    monkeypatch.setattr(outage, "BACK_WITHIN", 60)
    monkeypatch.setattr(outage, "REFUSED_WITHIN", 60)
    monkeypatch.setattr(disk, "FULL_FOR", 1.5)
    monkeypatch.setattr(restarts, "BETWEEN", 1.5)


@pytest.fixture
def database(databases):
    """The kind of database that the tests run on; each run has one of its own."""
    return SQLITE if databases.kind == "sqlite" else POSTGRESQL


@pytest.fixture
def on_sqlite(database):
    if database != SQLITE:
        pytest.skip("this is about SQLite's files")


@pytest.fixture
def found():
    """found(kills.run, …) -> what it found, or a skip where it cannot run."""

    def run(check, *arguments):
        try:
            return check(*arguments)
        except NotHereError as error:
            pytest.skip(str(error))

    return run
