"""Companies provisioned at once: a few of them, with few people."""

import pytest

from tests.faults import provisioning


@pytest.fixture(autouse=True)
def few_people(monkeypatch):
    monkeypatch.setattr(provisioning, "USERS", 5)
    monkeypatch.setattr(provisioning, "SLOWER", 1000)  # only `make faults` looks at it


def test_each_directory_is_its_own_tenant_and_the_small_are_done_first(database, found):
    [finding] = found(provisioning.run, database, 4)

    assert finding.broken == []
