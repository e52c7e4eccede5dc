"""A database that goes away, or is held by somebody else."""

import pytest

from tests.faults import database as outages
from tests.faults.stores import SQLITE


def test_a_restart_of_the_database_is_503_at_worst(database, found):
    if database == SQLITE:
        pytest.skip("SQLite has no server to restart")

    assert found(outages.restarts, database, 1).broken == []


def test_reads_go_on_while_somebody_holds_the_write_lock(database, found):
    assert found(outages.lock, database, 5.0).broken == []
