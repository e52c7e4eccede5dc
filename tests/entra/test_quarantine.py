"""Failures: escrow, retries, quarantine, and how a job comes out of it."""

from datetime import timedelta

import pytest

from envoy_console.directory.faults import Kind
from envoy_console.entra import audit, clock, escrows, jobs, notifications, quarantine
from envoy_console.entra.quarantine import REAL, TRAINING
from envoy_console.models.base import now


@pytest.mark.parametrize(
    ("failures", "successes", "verdict"),
    [
        (45_000, 0, quarantine.BASE),
        (30_000, 5_000, quarantine.PROPORTION),
        (20_000, 100_000, None),
        (4_000, 0, None),
    ],
)
def test_real_thresholds_give_the_verdicts_that_the_documentation_gives(
    failures, successes, verdict
):
    given = quarantine.reason(
        REAL, failures=failures, reference_failures=0, successes=successes
    )

    assert given == verdict


def test_in_training_five_failures_are_enough():
    few = {"reference_failures": 0, "successes": 3}

    assert quarantine.reason(TRAINING, failures=4, **few) is None
    assert quarantine.reason(TRAINING, failures=5, **few) == quarantine.PROPORTION


@pytest.fixture
def crowd(world, envoy):
    people = [world.user(f"p{number}") for number in range(8)]
    envoy.assign(users=tuple(people))
    return people


def test_too_many_failures_quarantine_the_job_and_tell_somebody(
    world, envoy, crowd, switch_on
):
    envoy.configure(notifies=True, notification_email="ops@contoso.example")
    switch_on(Kind.BROKEN, writes_only=True)

    envoy.cycle()

    status = envoy.status
    assert status.state == "Quarantine"
    assert status.job.quarantine_reason == "EncounteredEscrowProportionThreshold"
    assert status.cycle.failures == 5
    (mail,) = world.ask(lambda tx: notifications.page(tx, world.company.id)).rows
    assert mail.recipient == "ops@contoso.example"
    assert status.job.next_run_at is not None


def test_a_quarantined_job_heals_with_its_next_good_cycle(
    app, world, envoy, crowd, switch_on, scim
):
    switch_on(Kind.BROKEN, writes_only=True, requests=5)
    envoy.cycle()

    envoy.cycle()

    assert envoy.status.state == "Active"
    assert scim.get("/Users").json()["totalResults"] == 8


def test_an_object_that_failed_is_tried_again_and_then_forgotten(
    world, envoy, switch_on, scim
):
    ada, bob = world.user("ada"), world.user("bob")
    envoy.assign(users=(ada, bob))
    switch_on(Kind.BROKEN, writes_only=True, requests=1)

    assert sorted(envoy.cycle().values()) == [
        ("create", "failure"),
        ("create", "success"),
    ]
    escrow = escrows.escrows
    world.do(lambda tx: tx.execute(escrow.update().values(retry_at=envoy.row.saved_at)))

    assert list(envoy.cycle().values()) == [("create", "success")]
    assert scim.get("/Users").json()["totalResults"] == 2
    assert envoy.cycle() == {}


def test_a_busy_target_is_given_the_seconds_it_asks_for(world, envoy, switch_on, scim):
    envoy.assign(users=(world.user("ada"),))
    switch_on(Kind.THROTTLED, writes_only=True, seconds=1, requests=1)

    assert list(envoy.cycle().values()) == [("create", "success")]


@pytest.mark.parametrize("kind", [Kind.UNAUTHORIZED, Kind.WEB_PAGE, Kind.BROKEN])
def test_a_failed_probe_is_never_taken_for_nobody(
    world, envoy, switch_on, scim, wire_log, kind
):
    envoy.assign(users=(world.user("ada"),))
    switch_on(kind)

    envoy.cycle()

    assert envoy.status.state == "Quarantine"
    assert wire_log.every("POST") == []


def test_garbage_for_one_object_does_not_stop_the_others(
    world, envoy, crowd, switch_on, scim
):
    switch_on(Kind.WEB_PAGE, writes_only=True, requests=1)

    outcomes = envoy.cycle()

    assert (
        sorted(status for _, status in outcomes.values())
        == ["failure"] + ["success"] * 7
    )


def test_a_restart_begins_anew_but_keeps_the_links(world, envoy, crowd, scim, wire_log):
    envoy.cycle()
    created = len(wire_log.every("POST"))

    world.do(lambda tx: jobs.restart(tx, envoy.id))
    outcomes = envoy.cycle()

    assert envoy.status.cycle.kind == "initial"
    assert set(outcomes.values()) == {("other", "skipped")}
    assert len(wire_log.every("POST")) == created


def test_a_stopped_job_finishes_its_cycle_and_rests(world, envoy, crowd):
    world.do(lambda tx: jobs.start(tx, envoy.id))
    world.do(lambda tx: jobs.stop(tx, envoy.id))
    envoy.go_on()

    assert envoy.status.state == "NotRun"
    assert envoy.status.job.next_run_at is None


def test_the_log_counts_how_often_an_object_was_retried(world, envoy, switch_on):
    envoy.assign(users=(world.user("ada"),))
    switch_on(Kind.BROKEN, writes_only=True, requests=2)
    escrow = escrows.escrows

    envoy.cycle()
    first = envoy.entries()[0].reason
    world.do(lambda tx: tx.execute(escrow.update().values(retry_at=envoy.row.saved_at)))
    envoy.cycle()

    assert "This operation was retried 0 times." in first
    assert "This operation was retried 1 times." in envoy.entries()[0].reason


def test_provisioning_is_set_to_off_after_28_days_in_quarantine(
    world, envoy, switch_on
):
    envoy.assign(users=(world.user("ada"),))
    switch_on(Kind.UNAUTHORIZED)
    envoy.cycle()
    long_ago = now() - clock.real(quarantine.DISABLED_AFTER, 60) - timedelta(minutes=1)
    world.do(lambda tx: jobs.update(tx, envoy.id, quarantined_at=long_ago))

    envoy.cycle()

    assert envoy.row.is_on is False
    assert envoy.status.job.next_run_at is None
    assert "more than 28 days" in envoy.status.job.quarantine_message
    latest = world.ask(lambda tx: audit.page(tx, world.company.id))[0]
    assert latest.activity == "Disable/pause provisioning configuration"


def test_members_that_fail_are_counted_apart_from_objects(world, envoy, switch_on):
    ada = world.user("ada")
    team = world.group("Team", ada)
    envoy.assign(groups=(team,))
    envoy.cycle()
    world.leave(team, ada)
    switch_on(Kind.BROKEN, writes_only=True)

    envoy.cycle()

    cycle = envoy.status.cycle
    assert (cycle.failures, cycle.reference_failures) == (0, 1)


def test_a_deletion_that_failed_and_is_not_wanted_any_more_is_not_tried_again(
    world, envoy, switch_on, wire_log
):
    ada = world.user("ada")
    envoy.assign(users=(ada,))
    envoy.configure(prevents_deletion=True, deletion_threshold=10)
    envoy.cycle()
    world.edit(ada, account_enabled=False)
    switch_on(Kind.BROKEN, writes_only=True, requests=1)
    assert envoy.cycle() == {"Ada": ("disable", "failure")}

    world.edit(ada, account_enabled=True)
    envoy.cycle()
    past = {"retry_at": envoy.row.saved_at}
    world.do(lambda tx: tx.execute(escrows.escrows.update().values(**past)))

    assert envoy.cycle() == {}


def test_an_object_that_fails_for_28_days_is_given_up_until_it_changes(
    world, envoy, switch_on
):
    ada = world.user("ada")
    envoy.assign(users=(ada,))
    switch_on(Kind.BROKEN, writes_only=True, requests=2)
    envoy.cycle()
    month = clock.real(quarantine.DISABLED_AFTER, 60) + timedelta(minutes=1)
    past = {"first_failed_at": now() - month, "retry_at": now()}
    world.do(lambda tx: tx.execute(escrows.escrows.update().values(**past)))

    assert envoy.cycle() == {"Ada": ("create", "failure")}
    assert "has failed for 28 days" in envoy.entries()[0].reason
    assert world.ask(lambda tx: escrows.find(tx, envoy.id, "User", ada)) is None
    assert envoy.cycle() == {}

    world.edit(ada, attributes={"jobTitle": "Captain"})
    assert envoy.cycle() == {"Ada": ("create", "success")}
