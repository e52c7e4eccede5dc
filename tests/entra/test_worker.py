"""The worker: a process that may die at any moment."""

import collections

import pytest

from envoy_console.entra import jobs, tenants
from envoy_console.entra.side_by_side import AT_ONCE
from tests.harness import worker
from tests.harness.worker import wait_until


def done(envoy):
    cycle = envoy.status.cycle
    return cycle.done_users if cycle else 0


@pytest.mark.parametrize("people", [60, 230], ids=["one by one", "side by side"])
def test_a_cycle_survives_kill_9_of_its_worker(
    app, world, envoy, scim, wire_log, people
):
    names = [world.user(f"person{number}") for number in range(people)]
    envoy.assign(users=tuple(names))
    world.do(lambda tx: jobs.start(tx, envoy.id))

    for reached in (10, 30):
        with worker.running(app) as process:
            wait_until(lambda at_least=reached: done(envoy) >= at_least)
            process.kill()
        let_the_lease_end(world, envoy)
    with worker.running(app):
        wait_until(lambda: envoy.status.cycle.state == "completed")

    assert scim.get("/Users").json()["totalResults"] == people
    assert {entry.status for entry in envoy.entries()} <= {"success", "skipped"}
    assert len({entry.source_id for entry in envoy.entries()}) == people
    posted = collections.Counter(row.request_body for row in wire_log.every("POST"))
    assert max(posted.values()) == 1


def test_a_worker_that_is_told_to_stop_does_so_in_the_middle_of_a_large_cycle(
    app, world, envoy, scim
):
    envoy.assign(users=tuple(world.user(f"person{number}") for number in range(230)))
    world.do(lambda tx: jobs.start(tx, envoy.id))

    with worker.running(app) as process:
        wait_until(lambda: done(envoy) >= 10)
        process.terminate()
        process.wait(30)

    assert done(envoy) < 230
    linked = {entry.target_id for entry in envoy.entries()}
    there = {user["id"] for user in scim.get("/Users?count=1000").json()["Resources"]}
    assert linked <= there
    assert len(there - linked) <= AT_ONCE


def let_the_lease_end(world, envoy):
    """What half a minute does, if nobody works on the job."""
    world.do(
        lambda tx: tx.execute(
            jobs.jobs.update()
            .where(jobs.jobs.c.app_id == envoy.id)
            .values(leased_until=None, lease=None)
        )
    )


def test_two_workers_never_run_one_job_at_once(app, world, envoy, wire_log):
    names = [world.user(f"person{number}") for number in range(40)]
    envoy.assign(users=tuple(names))
    world.do(lambda tx: jobs.start(tx, envoy.id))

    with worker.running(app), worker.running(app):
        wait_until(
            lambda: envoy.status.cycle and envoy.status.cycle.state == "completed"
        )

    assert len(wire_log.every("POST")) == 40
    assert len(envoy.entries()) == 40


def test_a_restart_ends_the_cycle_that_a_worker_is_in_the_middle_of(
    app, world, envoy, wire_log
):
    names = [world.user(f"person{number}") for number in range(40)]
    envoy.assign(users=tuple(names))
    world.do(lambda tx: tenants.set_clock(tx, world.company.id, speed=60, pace=10))
    world.do(lambda tx: jobs.start(tx, envoy.id))

    with worker.running(app):
        wait_until(lambda: done(envoy) >= 5)
        former = envoy.status.cycle.id
        world.do(lambda tx: jobs.restart(tx, envoy.id))
        wait_until(lambda: envoy.status.cycle.id != former, seconds=3)
        wait_until(lambda: envoy.status.cycle.state == "completed")

    assert len(envoy.entries()) == 40
    assert len(wire_log.every("POST")) == 40
