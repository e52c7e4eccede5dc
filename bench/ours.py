"""Our server, on a database of its own, served by gunicorn as it always is."""

from __future__ import annotations

import base64
import contextlib
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from sqlalchemy.engine import make_url

from bench import filling, servers
from bench.operations import Site
from bench.servers import Server, UnavailableError
from envoy_console.config import Config
from tests.harness import postgresql

SECRET = "a secret for measurements"  # noqa: S105
DURABLE = ("listen_addresses=",)  # fsync stays on, as in production
TOKEN_KEY = b"a key for tokens in measurements"


@contextlib.contextmanager
def on_sqlite(size: int, group_sizes: list[int]) -> Iterator[tuple[Server, Site]]:
    """Serve a directory of `size` users from a SQLite file."""
    with (
        tempfile.TemporaryDirectory(prefix="envoy-bench-") as folder,
        _serving(f"sqlite:///{folder}/envoy.db", size, group_sizes) as served,
    ):
        yield served


@contextlib.contextmanager
def on_postgresql(size: int, group_sizes: list[int]) -> Iterator[tuple[Server, Site]]:
    """Serve it from a PostgreSQL server of our own, whose CPU counts as ours."""
    binaries = postgresql.find_binaries()
    if binaries is None:
        raise UnavailableError("there is no PostgreSQL server on this machine")
    with postgresql.cluster(binaries, DURABLE) as url:
        pid_file = Path(str(make_url(url).query["host"])) / "data" / "postmaster.pid"
        postmaster = int(pid_file.read_text().split()[0])
        with _serving(url, size, group_sizes, also=[postmaster]) as served:
            yield served


DATABASES = {"ours, SQLite": on_sqlite, "ours, PostgreSQL": on_postgresql}


@contextlib.contextmanager
def _serving(
    url: str, size: int, group_sizes: list[int], also: Sequence[int] = ()
) -> Iterator[tuple[Server, Site]]:
    port = servers.free_port()
    with tempfile.TemporaryDirectory(prefix="envoy-bench-") as folder:
        site = filling.fill(_settings(Path(folder), url, port), size, group_sizes)
    with servers.serving(
        "Envoy Console",
        servers.gunicorn("app:app"),
        environment(url, port),
        also=also,
    ) as server:
        yield server, site


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
    }


def _settings(folder: Path, url: str, port: int) -> Config:
    return Config(
        instance=folder,
        secret_key=SECRET,
        token_key=TOKEN_KEY,
        database_url=url,
        port=port,
        external_url=f"http://localhost:{port}",
    )
