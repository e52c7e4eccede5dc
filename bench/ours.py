"""Our server, on a database of its own, served by gunicorn as it always is."""

from __future__ import annotations

import base64
import contextlib
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import make_url

from bench import filling, servers
from bench.operations import Site
from bench.servers import Server, UnavailableError
from envoy_console.config import Config
from tests.harness import postgresql as clusters

SECRET = "a secret for measurements"  # noqa: S105
DURABLE = ("listen_addresses=",)  # fsync stays on, as in production
TOKEN_KEY = b"a key for tokens in measurements"


@dataclass(frozen=True, slots=True)
class Database:
    """Where it is, and the processes of its server, if it has any."""

    url: str
    pids: tuple[int, ...] = ()


@contextlib.contextmanager
def on_sqlite(size: int, group_sizes: list[int]) -> Iterator[tuple[Server, Site]]:
    """Serve a directory of `size` users from a SQLite file."""
    with sqlite() as base, _serving(base, size, group_sizes) as served:
        yield served


@contextlib.contextmanager
def on_postgresql(size: int, group_sizes: list[int]) -> Iterator[tuple[Server, Site]]:
    """Serve it from a PostgreSQL server of our own."""
    with postgresql() as base, _serving(base, size, group_sizes) as served:
        yield served


@contextlib.contextmanager
def sqlite() -> Iterator[Database]:
    """Lend a file that is not there yet."""
    with tempfile.TemporaryDirectory(prefix="envoy-bench-") as folder:
        yield Database(f"sqlite:///{folder}/envoy.db")


@contextlib.contextmanager
def postgresql() -> Iterator[Database]:
    """Lend an empty database of a server of our own, whose CPU counts as ours."""
    binaries = clusters.find_binaries()
    if binaries is None:
        raise UnavailableError("there is no PostgreSQL server on this machine")
    with clusters.cluster(binaries, DURABLE) as url:
        pid_file = Path(str(make_url(url).query["host"])) / "data" / "postmaster.pid"
        yield Database(url, (int(pid_file.read_text().split()[0]),))


CONTESTANTS = {"ours, SQLite": on_sqlite, "ours, PostgreSQL": on_postgresql}
DATABASES = {"SQLite": sqlite, "PostgreSQL": postgresql}


@contextlib.contextmanager
def _serving(
    base: Database, size: int, group_sizes: list[int]
) -> Iterator[tuple[Server, Site]]:
    port = servers.free_port()
    with tempfile.TemporaryDirectory(prefix="envoy-bench-") as folder:
        site = filling.fill(settings(Path(folder), base.url, port), size, group_sizes)
    with serving(base, port) as server:
        yield server, site


def serving(base: Database, port: int) -> AbstractContextManager[Server]:
    """Serve the product over a database."""
    command, variables = servers.gunicorn("app:app"), environment(base.url, port)
    return servers.serving("Envoy Console", command, variables, also=base.pids)


@contextlib.contextmanager
def hello() -> Iterator[Server]:
    """Serve the yardstick with the same settings."""
    with servers.serving(
        "hello",
        servers.gunicorn("bench.hello:app"),
        environment("sqlite://", servers.free_port()),
    ) as server:
        yield server


def environment(url: str, port: int) -> dict[str, str]:
    """Return the environment for gunicorn.conf.py and the app."""
    return {
        "DATABASE_URL": url,
        "SECRET_KEY": SECRET,
        "TOKEN_KEY": base64.urlsafe_b64encode(TOKEN_KEY).decode(),
        "PORT": str(port),
        "SCIM_RATE": "0",
    }


def settings(folder: Path, url: str, port: int) -> Config:
    """Return the same for an app in this process."""
    return Config(
        instance=folder,
        secret_key=SECRET,
        token_key=TOKEN_KEY,
        database_url=url,
        port=port,
        external_url=f"http://localhost:{port}",
    )
