"""Our server, on a database of its own, served by gunicorn as it always is."""

from __future__ import annotations

import base64
import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench import filling, servers
from bench.operations import Site
from bench.servers import Server
from envoy_console.config import Config

SECRET = "a secret for measurements"  # noqa: S105
TOKEN_KEY = b"a key for tokens in measurements"


@contextlib.contextmanager
def serving(
    database: str, size: int, group_sizes: list[int], url: str = "", pid: int = 0
) -> Iterator[tuple[Server, Site]]:
    """Serve a directory of `size` users from SQLite, or from the database at `url`."""
    with tempfile.TemporaryDirectory(prefix="envoy-bench-") as name:
        folder = Path(name)
        url = url or f"sqlite:///{folder / 'envoy.db'}"
        port = servers.free_port()
        site = filling.fill(_settings(folder, url, port), size, group_sizes)
        with servers.serving(
            f"Envoy Console on {database}",
            servers.gunicorn("app:app"),
            environment(url, port),
            also=[pid] if pid else [],
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
