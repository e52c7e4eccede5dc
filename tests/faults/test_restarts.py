"""A new version is put in place while requests go on."""

from tests.faults import restarts


def test_a_reload_fails_no_request(database, found):
    assert found(restarts.hang_ups, database, 2).broken == []


def test_a_migration_that_adds_fails_no_request(database, found):
    assert found(restarts.migration, database).broken == []
