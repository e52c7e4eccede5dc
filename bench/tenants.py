"""A company whose tenant is full of people, the app that provisions them, and a worker.

`python -m bench.tenants INSTANCE DATABASE_URL PORT` is that worker: the product's own,
but with an instance folder of the bench, for the checkout's may hold somebody's queue.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.engine import Connection

from bench import filling, ours, servers
from envoy_console import create_app, queue, tasks
from envoy_console.config import Config
from envoy_console.directory import companies
from envoy_console.entra import applications, jobs, tenants
from envoy_console.entra.jobs import Status
from envoy_console.models import EntraLinkedMember, seals
from envoy_console.models.base import now, table
from envoy_console.models.traffic import ScimExchange
from envoy_console.models.transactions import read, write

exchanges = table(ScimExchange)
members = table(EntraLinkedMember)

NAME, ACTOR = "Envoy", "dana@contoso.example"
THREADS = 4  # as `flask worker` has them


@dataclass(frozen=True, slots=True)
class Tenant:
    """The tenant and its job, seen from outside while a worker works on it."""

    flask: Flask
    company_id: str
    app_id: str

    def start_cycle(self, *, anew: bool) -> str | None:
        """Have the worker run a cycle, an initial one if `anew`; return the former."""
        former = self.cycle()
        with self.flask.app_context():
            write(lambda tx: self._ask(tx, anew))
            queue.ring(queue.ADVANCE, self.app_id)
        return former and str(former.id)

    def status(self) -> Status:
        """Return how the job is doing."""
        with self.flask.app_context(), read() as tx:
            return jobs.status(tx, self.app_id)

    def cycle(self) -> Any | None:
        """Return the latest cycle."""
        return self.status().cycle

    def members_told(self) -> int:
        """Return how many members of groups the target was told of."""
        mine = members.c.app_id == self.app_id
        return self._number(sa.select(sa.func.count()).where(mine))

    def last_request(self) -> int:
        """Return the number of the latest request in the wire log."""
        return self._number(sa.select(sa.func.max(exchanges.c.number)))

    def writes_since(self, number: int) -> int:
        """Return how many requests after that one were to change something.

        The log keeps the latest ten thousand.
        """
        is_write = sa.and_(exchanges.c.number > number, exchanges.c.method != "GET")
        return self._number(sa.select(sa.func.count(sa.case((is_write, 1)))))

    def _number(self, query: sa.Select[Any]) -> int:
        with self.flask.app_context(), read() as tx:
            return int(tx.execute(query).scalar() or 0)

    def _ask(self, tx: Connection, anew: bool) -> None:
        if anew:
            jobs.restart(tx, self.app_id)
        jobs.run_now(tx, self.app_id)


def found(settings: Config, size: int, teams: int) -> Tenant:
    """Make the tables, a company with a token, and a tenant of `size` users."""
    flask = create_app(settings)
    with flask.app_context():
        filling.command(flask, "db", "upgrade")
        filling.command(flask, "company", "create", filling.COMPANY, "--admin", ACTOR)
        token = filling.command(flask, "token", "issue", "--company", filling.COMPANY)
        filling.command(flask, "entra", "populate", str(size), "--groups", str(teams))
        with read() as tx:
            company_id = companies.by_name(tx, filling.COMPANY).id
        app_id = write(lambda tx: connect(tx, settings, company_id, token.strip()))
        if not settings.is_sqlite:
            write(lambda tx: tx.execute(sa.text("ANALYZE")))
    return Tenant(flask, company_id, app_id)


def connect(tx: Connection, settings: Config, company_id: str, token: str) -> str:
    """Have an app that provisions everybody to our own endpoint; return its id."""
    tenants.set_clock(tx, company_id, speed=1, pace=0)
    app_id = applications.create(tx, company_id, "envoy", NAME, actor=ACTOR)
    tx.execute(
        applications.apps.update()
        .where(applications.apps.c.id == app_id)
        .values(
            mode="automatic",
            scope="all",
            tenant_url=settings.scim_url,
            secret=seals.seal(seals.ENTRA_TOKEN, app_id, token),
            saved_at=now(),
        )
    )
    return app_id


@contextlib.contextmanager
def worker(settings: Config) -> Iterator[int]:
    """Run the worker; yield its process id once it is up."""
    values = [str(settings.instance), settings.database_url, str(settings.port)]
    with subprocess.Popen(  # noqa: S603  # our own command
        [sys.executable, "-m", "bench.tenants", *values],
        cwd=servers.ROOT,
        stdout=subprocess.PIPE,
    ) as process:
        try:
            cast(IO[bytes], process.stdout).readline()
            yield process.pid
        finally:
            process.terminate()


def main(instance: str, database_url: str, port: str) -> None:
    """Be the worker."""
    app = create_app(ours.settings(Path(instance), database_url, int(port)))
    print("ready", flush=True)  # noqa: T201
    with app.app_context():
        tasks.run(THREADS)


if __name__ == "__main__":
    main(*sys.argv[1:])
