"""Kill -9 at any moment."""

from tests.faults import kills


def test_what_was_acknowledged_survives_kill_9_whole(database, found):
    [finding] = found(kills.run, database, 4)

    assert finding.broken == []
