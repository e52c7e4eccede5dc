"""The queue in Redis: it may die at any moment, since the database knows what waits."""

import logging
import socket
import time

import pytest

from envoy_console import queue
from envoy_console.entra import (
    jobs,
    on_demand_runs,
    provisioning_settings,
    tenants,
    trials,
)
from envoy_console.entra.provisioning_settings import Credentials
from envoy_console.models.base import now
from tests.entra.test_worker import wait_until
from tests.entra.world import own_url
from tests.harness import redis, serving, worker

ABSENT = "there is no redis-server (Debian: apt-get install redis-server)"


@pytest.fixture
def queue_server(tmp_path):
    binary = redis.find_binary()
    if binary is None:
        pytest.skip(ABSENT)
    with redis.running(binary, tmp_path) as server:
        yield server


@pytest.fixture
def listener():
    with socket.create_server((serving.HOST, 0)) as listener:
        yield listener


@pytest.fixture
def app(databases, listener, queue_server, tmp_path):
    """The app whose queue is in Redis."""
    port = listener.getsockname()[1]
    with databases.lent_app(tmp_path, port, queue_server.url) as app:
        yield app


@pytest.fixture
def server(app, listener):
    with serving.serve(app, listener):
        yield f"http://localhost:{listener.getsockname()[1]}"


@pytest.fixture
def people(world, envoy):
    """people(30) -> so many users, all of them assigned."""

    def make(number):
        names = tuple(world.user(f"person{n}") for n in range(number))
        envoy.assign(users=names)
        return names

    return make


def ring_for_a_cycle(app, world, envoy):
    world.do(lambda tx: jobs.start(tx, envoy.id))
    with app.app_context():
        queue.ring(queue.ADVANCE, envoy.id)


def is_completed(envoy):
    cycle = envoy.status.cycle
    return cycle is not None and cycle.state == "completed"


def start(console, envoy):
    """Press Start provisioning, as an administrator does."""
    overview = f"/entra/apps/{envoy.id}/provisioning"
    return console.submit(overview, "#start form")


def provision_on_demand(console, envoy, user_id):
    """Select somebody and press Provision."""
    page = f"/entra/apps/{envoy.id}/on-demand?kind=User&id={user_id}"
    console.submit(page, "form:has([name=kind])")


def try_credentials(world, envoy, token):
    credentials = Credentials(own_url(world.app), token)
    world.do(
        lambda tx: provisioning_settings.begin_test(
            tx, envoy.row, credentials, actor="dana@contoso.example"
        )
    )


def test_a_worker_tests_provisions_and_runs_cycles(
    app, console, world, envoy, scim, token, people
):
    ada = people(20)[0]
    try_credentials(world, envoy, token)
    with worker.running(app):
        with app.app_context():
            queue.ring(queue.TEST_CONNECTION, envoy.id)
        wait_until(lambda: envoy.row.last_test["ok"])
        provision_on_demand(console, envoy, ada)
        wait_until(lambda: scim.get("/Users").json()["totalResults"] == 1)
        ring_for_a_cycle(app, world, envoy)
        wait_until(lambda: is_completed(envoy))

    assert scim.get("/Users").json()["totalResults"] == 20


def test_two_workers_do_nothing_twice(app, console, world, envoy, wire_log, people):
    people(40)

    with worker.running(app), worker.running(app):
        for _ in range(3):
            ring_for_a_cycle(app, world, envoy)
        wait_until(lambda: is_completed(envoy))

    assert len(wire_log.every("POST")) == 40
    assert len(envoy.entries()) == 40


def test_a_cycle_does_not_need_the_queue_to_end(
    app, queue_server, world, envoy, wire_log, people
):
    people(60)
    world.do(lambda tx: tenants.set_clock(tx, world.company.id, speed=60, pace=10))

    with worker.running(app):
        ring_for_a_cycle(app, world, envoy)
        wait_until(lambda: envoy.status.cycle and envoy.status.cycle.done_users > 5)
        queue_server.kill()
        wait_until(lambda: is_completed(envoy))

    assert len(wire_log.every("POST")) == 60


def test_what_was_asked_for_while_redis_was_away_is_done_when_it_is_back(
    app, queue_server, console, world, envoy, scim, people
):
    people(5)

    with worker.running(app):
        queue_server.kill()
        page = start(console, envoy)
        assert "A cycle starts now." in page.text
        queue_server.start()
        wait_until(lambda: is_completed(envoy), seconds=20)

    assert scim.get("/Users").json()["totalResults"] == 5


def test_a_worker_that_starts_before_redis_finds_its_work_later(
    app, queue_server, world, envoy, people
):
    people(5)
    world.do(lambda tx: jobs.start(tx, envoy.id))
    queue_server.kill()

    with worker.running(app):
        time.sleep(2)
        queue_server.start()
        wait_until(lambda: is_completed(envoy), seconds=20)


@pytest.mark.parametrize("harm", ["kill", "freeze"])
def test_pages_answer_soon_and_the_log_says_why_nothing_happens(
    queue_server, console, envoy, people, caplog, harm
):
    ada = people(1)[0]
    getattr(queue_server, harm)()

    began = time.monotonic()
    with caplog.at_level(logging.WARNING):
        provision_on_demand(console, envoy, ada)

    assert time.monotonic() - began < 15  # Redis itself would be waited for forever
    assert "The queue of the worker cannot be reached" in caplog.text


def test_readyz_names_a_queue_that_is_away(queue_server, stranger):
    assert stranger.http.get("/readyz").status_code == 200

    queue_server.kill()

    answer = stranger.http.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["problems"] == [
        "The queue of the worker cannot be reached: see REDIS_URL."
    ]


def test_what_no_worker_heard_of_is_asked_again_once(world, envoy, token):
    ada = world.user("ada")
    envoy.assign(users=(ada,))
    app = envoy.row
    run_id = world.do(lambda tx: on_demand_runs.ask(tx, app, "User", ada, ()))
    assert world.do(on_demand_runs.ask_again) == []

    runs = on_demand_runs.runs
    long_ago = now() - 2 * on_demand_runs.AGAIN_AFTER
    world.do(lambda tx: tx.execute(runs.update().values(at=long_ago)))

    assert world.do(on_demand_runs.ask_again) == [run_id]
    assert world.do(on_demand_runs.ask_again) == []


def test_credentials_that_no_worker_heard_of_are_tried_in_the_end(
    app, world, envoy, token
):
    try_credentials(world, envoy, token)
    assert world.ask(trials.waiting) == []

    long_ago = now() - 2 * trials.AGAIN_AFTER
    envoy.configure(last_test={**envoy.row.last_test, "at": long_ago.isoformat()})
    assert world.ask(trials.waiting) == [envoy.id]

    with worker.running(app):
        wait_until(lambda: envoy.row.last_test["ok"])
    assert world.ask(trials.waiting) == []
