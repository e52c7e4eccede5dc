"""The database is restarted, or somebody else holds what a writer needs."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator

import psycopg
from sqlalchemy.engine import make_url

from envoy_console.models.engine import sqlite
from tests.faults.outage import PLANTED, endure
from tests.faults.report import Finding
from tests.faults.service import Site, site
from tests.faults.stores import POSTGRESQL

RESTARTED, LOCKED = "database restarted", "write lock held by another process"
HELD_FOR = 10.0  # seconds, longer than a write tries

__all__ = ["PLANTED", "run"]


def run(database: str, times: int, mutant: str = "") -> list[Finding]:
    """Restart the server `times` times, where there is one; then hold the lock."""
    found = []
    if database == POSTGRESQL:
        found.append(restarts(database, times, mutant))
    found.append(lock(database, mutant=mutant))
    return found


def restarts(database: str, times: int, mutant: str = "") -> Finding:
    """Restart the database server under load."""
    with site(database, mutant) as where:
        name = f"{RESTARTED} {times} ×"
        return endure(
            name, where, _restarted, times=times, reads_go_on=False, mutant=mutant
        )


def lock(database: str, seconds: float = HELD_FOR, mutant: str = "") -> Finding:
    """Hold what every write needs, from a process that is not the service."""
    with site(database, mutant) as where:
        return endure(
            f"{LOCKED} for {seconds:g} s",
            where,
            lambda where: _held(where, seconds),
            reads_go_on=True,
            mutant=mutant,
        )


@contextlib.contextmanager
def _restarted(where: Site) -> Iterator[None]:
    assert where.store.server
    where.store.server.stop()
    time.sleep(0.5)
    where.store.server.start()
    yield


@contextlib.contextmanager
def _held(where: Site, seconds: float) -> Iterator[None]:
    url = make_url(where.store.url)
    if where.store.server:
        with psycopg.connect(host=str(url.query["host"]), user="postgres") as other:
            other.execute("LOCK TABLE employees, groups IN SHARE ROW EXCLUSIVE MODE")
            time.sleep(seconds)
    else:
        with contextlib.closing(sqlite.connect(url.database, timeout=20)) as other:
            other.execute("BEGIN IMMEDIATE")
            time.sleep(seconds)
            other.rollback()
    yield
