"""A disk that is full, or cannot be written."""

from tests.faults import disk


def test_a_full_disk_is_503_for_writes_until_there_is_room(database, found):
    assert found(disk.full, database, 1).broken == []


def test_a_service_started_on_a_read_only_disk_heals_by_itself(on_sqlite, found):
    assert found(disk.read_only).broken == []
