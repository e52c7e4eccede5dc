"""The power goes: what had not been synced is lost."""

from tests.faults import power_cut

QUIET = (1.0, 2)  # seconds, writers


def test_what_was_acknowledged_survives_a_power_cut(on_sqlite, found):
    verdict = found(power_cut.cut, *QUIET)

    assert verdict.acknowledged
    assert verdict.complaints == []


def test_a_database_that_does_not_sync_loses_everything(on_sqlite, found):
    assert found(power_cut.cut, *QUIET, "careless").lost
