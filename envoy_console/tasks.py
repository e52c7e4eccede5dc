"""The worker: `flask --app app worker` does what takes HTTP or time.

The database says what there is to do; the queue only says that there is something. So
nothing is lost with a queue, and a worker that starts looks into the database first.
The queue is a SQLite file, or Redis where REDIS_URL is set.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from huey import Huey, RedisHuey, SqliteHuey, crontab

from envoy_console import queue
from envoy_console.config import Config
from envoy_console.directory import tokens
from envoy_console.entra import cycle, jobs, mail, on_demand, trials, users
from envoy_console.entra.endpoint_check import records, running
from envoy_console.models.transactions import read, write

NAME = "envoy-console"


def init_app(app: Flask) -> None:
    """Teach the app's queue its tasks."""
    huey = _queue(app.extensions["envoy_console.config"])
    app.extensions["envoy_console.huey"] = huey
    app.extensions["envoy_console.tasks"] = _tasks(app, huey)
    app.cli.add_command(worker_command)


def tick() -> None:
    """Ring for everything that is due and held by nobody: after a start, and as a net."""
    with read() as tx:
        due, waiting = jobs.due(tx), records.due(tx)
    for app_id in due:
        queue.ring(queue.ADVANCE, app_id)
    for check_id in waiting:
        queue.ring(queue.CHECK, check_id)


@click.command("worker")
@click.option("--threads", default=4, show_default=True, help="Jobs side by side.")
@with_appcontext
def worker_command(threads: int) -> None:
    """Run provisioning cycles, connection tests, provisioning on demand and checks."""
    run(threads)


def run(threads: int) -> None:
    """Serve the queue of the current app until told to stop."""
    huey: Huey = current_app.extensions["envoy_console.huey"]
    tick()
    consumer = huey.create_consumer(
        workers=threads, max_delay=0.25, scheduler_interval=1, flush_locks=True
    )
    consumer.run()


def _queue(settings: Config) -> Huey:
    if settings.redis_url:
        return RedisHuey(NAME, url=settings.redis_url, results=False)
    file = settings.instance / "queue.db"
    return SqliteHuey(NAME, filename=str(file), results=False)


def _tasks(app: Flask, huey: Huey) -> dict[str, Callable[[str], Any]]:
    def test_connection(app_id: str) -> None:
        with app.app_context():
            trials.run(app_id)

    def provision(run_id: str) -> None:
        with app.app_context():
            on_demand.run(run_id)

    def check_endpoint(check_id: str) -> None:
        with app.app_context():
            if running.run(check_id):
                write(lambda tx: tokens.end_check(tx, check_id))

    def advance(app_id: str) -> None:
        with app.app_context():
            seconds = cycle.advance(app_id)
        if seconds is not None:
            again.schedule((app_id,), delay=seconds)

    def look_around() -> None:
        with app.app_context():
            tick()
            mail.deliver()
            write(users.purge_expired)

    again = huey.task(name=queue.ADVANCE)(advance)
    huey.periodic_task(crontab(), name="look_around")(look_around)
    return {
        queue.TEST_CONNECTION: huey.task(name=queue.TEST_CONNECTION)(test_connection),
        queue.PROVISION: huey.task(name=queue.PROVISION)(provision),
        queue.CHECK: huey.task(name=queue.CHECK)(check_endpoint),
        queue.ADVANCE: again,
    }
