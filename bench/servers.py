"""Starting a server on a free port, waiting until it answers, and stopping it."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench import client

ROOT = Path(__file__).resolve().parent.parent
START_WITHIN = 60.0


class UnavailableError(Exception):
    """A server that was to be measured is not on this machine, or does not start."""


@dataclass(frozen=True, slots=True)
class Server:
    """A server under measurement and the processes whose CPU counts as its own."""

    name: str
    address: client.Address
    pids: tuple[int, ...]


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def gunicorn(app: str) -> list[str]:
    """Return the command that serves `app` as the product is served."""
    settings = str(ROOT / "gunicorn.conf.py")
    return [sys.executable, "-m", "gunicorn", "--config", settings, app]


@contextlib.contextmanager
def serving(
    name: str,
    command: Sequence[str],
    environment: Mapping[str, str],
    *,
    also: Sequence[int] = (),
    folder: Path = ROOT,
) -> Iterator[Server]:
    """Run `command`, which listens on $PORT; its output is shown if it does not start."""
    port = int(environment["PORT"])
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(  # noqa: S603  # our own command
            command,
            cwd=folder,
            env={**os.environ, **environment},
            stdout=subprocess.DEVNULL,
            stderr=log,
            start_new_session=True,
        )
        try:
            if not _opens(process, port):
                log.seek(0)
                said = log.read().decode(errors="replace")[-2000:]
                raise UnavailableError(f"{name} did not start:\n{said}")
            yield Server(name, ("127.0.0.1", port), (process.pid, *also))
        finally:
            _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    process.wait()


def _opens(process: subprocess.Popen[bytes], port: int) -> bool:
    """Wait until `process` takes connections; False if it ends or takes too long."""
    deadline = time.monotonic() + START_WITHIN
    while process.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return True
        time.sleep(0.05)
    return False
