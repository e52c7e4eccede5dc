"""Where a run keeps its data: a database that can be broken, of either kind."""

from __future__ import annotations

import contextlib
import os
import random
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
from sqlalchemy.engine import make_url

from tests.harness import postgresql
from tests.harness.postgresql import PostgreSQLServer

SQLITE, POSTGRESQL = "SQLite", "PostgreSQL"
DURABLE = ("listen_addresses=",)  # fsync stays on, as in production


class NotHereError(Exception):
    """This machine lacks what the check needs; the text says what."""


@dataclass(frozen=True)
class Store:
    """A database, and its server where it has one."""

    kind: str
    url: str
    server: PostgreSQLServer | None = None

    def crash(self) -> None:
        """Let its server drop everything and start again. A SQLite file has none."""
        if self.server:
            self.server.stop(signal.SIGQUIT)
            self.server.start()

    def kill_backend(self) -> bool:
        """Kill the process that serves one connection; False where there is none."""
        if self.server is None:
            return False
        host = str(make_url(self.url).query["host"])
        with psycopg.connect(host=host, user="postgres") as connection:
            found = connection.execute(
                "SELECT pid FROM pg_stat_activity "
                "WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
            ).fetchall()
        if found:
            os.kill(random.choice(found)[0], signal.SIGKILL)
        return bool(found)


@contextlib.contextmanager
def opened(kind: str, folder: Path) -> Iterator[Store]:
    """Lend an empty database: a file in `folder`, or a server of our own."""
    if kind == SQLITE:
        yield Store(kind, f"sqlite:///{folder}/envoy.db")
        return
    binaries = postgresql.find_binaries()
    if binaries is None:
        raise NotHereError(
            "there is no PostgreSQL server (Debian: apt-get install postgresql)"
        )
    with postgresql.running(binaries, DURABLE) as server:
        yield Store(kind, server.url, server)
