"""The worker: `flask --app app worker` does what takes HTTP or time.

The database says what there is to do; the queue only says that there is something. So
nothing is lost with a queue, and a worker that starts looks into the database first.
The queue is a SQLite file, or Redis where REDIS_URL is set.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from huey import Huey, SqliteHuey, crontab
from huey.serializer import SignedSerializer

from envoy_console import config, heap, queue, redis_queue
from envoy_console.config import Config
from envoy_console.directory import audit_chain, people_drafts, tidying, tokens
from envoy_console.entra import (
    cycle,
    jobs,
    mail,
    on_demand,
    on_demand_runs,
    trials,
    users,
)
from envoy_console.entra import tidying as entra_tidying
from envoy_console.entra.endpoint_check import records
from envoy_console.models import heartbeat
from envoy_console.models.base import now
from envoy_console.models.transactions import read, write
from envoy_console.scenarios import bringing, finishing

log = logging.getLogger(__name__)

NAME = "envoy-console"

FORGETTING = (
    tidying.forget_exchanges,
    entra_tidying.forget_runs,
    entra_tidying.forget_logs,
    entra_tidying.forget_mails,
    entra_tidying.forget_checks,
)
FORGOTTEN_AT_ONCE = 500
FORGETTING_FOR = 20.0  # seconds of each minute


def add_commands(app: Flask) -> None:
    """Add the command to `flask`."""
    app.cli.add_command(worker_command)


class Queue:
    """The queue of `app`, and the tasks that can be rung for."""

    def __init__(self, app: Flask) -> None:
        self.huey = _queue(app)
        self.tasks = _tasks(app, self.huey)


def tick() -> None:
    """Ring for all that waits and nobody does: after a start, and as a net."""
    write(heartbeat.beat)
    with read() as tx:
        due, tried = jobs.due(tx), trials.waiting(tx)
        begun, checks = bringing.waiting(tx), records.due(tx)
    for app_id in due:
        queue.ring(queue.ADVANCE, app_id)
    for app_id in tried:
        queue.ring(queue.TEST_CONNECTION, app_id)
    for company_id in begun:
        queue.ring(queue.SCENARIO, company_id)
    for run_id in write(on_demand_runs.ask_again):
        queue.ring(queue.PROVISION, run_id)
    for check_id in checks:
        queue.ring(queue.CHECK, check_id)


def forget_old_logs() -> None:
    """Remove what is older than LOG_DAYS, few rows at a time so that nobody waits long;
    what is left after a while is for the next time.
    """
    days, ends = config.current().log_days, time.monotonic() + FORGETTING_FOR
    if not days:
        return
    before = now() - timedelta(days=days)
    for forget in FORGETTING:
        removed = FORGOTTEN_AT_ONCE
        while removed == FORGOTTEN_AT_ONCE and time.monotonic() < ends:
            removed = write(partial(forget, before=before, most=FORGOTTEN_AT_ONCE))


@click.command("worker")
@click.option("--threads", default=4, show_default=True, help="Jobs side by side.")
@with_appcontext
def worker_command(threads: int) -> None:
    """Run provisioning cycles, connection tests, provisioning on demand and checks."""
    run(threads)


def run(threads: int) -> None:
    """Serve the queue of the current app until told to stop."""
    heap.share()
    huey: Huey = current_app.extensions["envoy_console.queue"]().huey
    tick()
    consumer = huey.create_consumer(
        workers=threads, max_delay=0.25, scheduler_interval=1
    )
    consumer.run()


def _queue(app: Flask) -> Huey:
    settings: Config = app.extensions["envoy_console.config"]

    def look_again() -> None:
        with app.app_context():
            tick()

    # what is read of a queue is unpickled, which runs whatever it says: only our own is
    signed = SignedSerializer(settings.secret_key, salt=NAME)
    if settings.redis_url:
        return redis_queue.make(
            NAME, settings.redis_url, serializer=signed, on_return=look_again
        )
    file = settings.instance / "queue.db"
    return SqliteHuey(NAME, filename=str(file), results=False, serializer=signed)


def _tasks(app: Flask, huey: Huey) -> dict[str, Callable[[str], Any]]:
    def test_connection(app_id: str) -> None:
        with app.app_context():
            trials.run(app_id)

    def provision(run_id: str) -> None:
        with app.app_context():
            on_demand.run(run_id)

    def scenario(company_id: str) -> None:
        with app.app_context():
            finishing.go_on(company_id)

    def check_endpoint(check_id: str) -> None:
        # the libraries behind it take a second and 30 MB, which only a check is worth
        from envoy_console.entra.endpoint_check import running  # noqa: PLC0415

        with app.app_context():
            if running.run(check_id):
                write(lambda tx: tokens.end_check(tx, check_id))

    def advance(app_id: str) -> None:
        with app.app_context():
            # a cycle that is under way does not wait for a queue that is away
            while (seconds := cycle.advance(app_id)) is not None:
                if queue.tell(lambda: again.schedule((app_id,), delay=seconds)):
                    return
                if seconds > 0:
                    return

    def look_around() -> None:
        with app.app_context():
            tick()
            mail.deliver()
            write(users.purge_expired)
            write(people_drafts.purge_expired)
            forget_old_logs()

    def tell_heads() -> None:
        with app.app_context(), read() as tx:
            for head in audit_chain.moved_since(tx, now() - timedelta(hours=1)):
                log.warning(
                    "audit log of %s: %d:%s", head.name, head.length, head.hash.hex()
                )

    again = huey.task(name=queue.ADVANCE)(advance)
    huey.periodic_task(crontab(), name="look_around")(look_around)
    huey.periodic_task(crontab(minute="0"), name="tell_heads")(tell_heads)
    return {
        queue.TEST_CONNECTION: huey.task(name=queue.TEST_CONNECTION)(test_connection),
        queue.PROVISION: huey.task(name=queue.PROVISION)(provision),
        queue.SCENARIO: huey.task(name=queue.SCENARIO)(scenario),
        queue.CHECK: huey.task(name=queue.CHECK)(check_endpoint),
        queue.ADVANCE: again,
    }
