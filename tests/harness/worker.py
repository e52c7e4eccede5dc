"""The worker as a process of its own, for the app that is being tested.

`python -m tests.harness.worker INSTANCE DATABASE_URL PORT REDIS_URL` is what runs in it.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from flask import Flask

from envoy_console import tasks
from tests.harness import serving

ROOT = Path(__file__).parents[2]


@contextlib.contextmanager
def running(app: Flask) -> Iterator[subprocess.Popen[bytes]]:
    """Run a worker over the database of `app`; it is killed in the end."""
    settings = app.extensions["envoy_console.config"]
    command = [sys.executable, "-m", "tests.harness.worker"]
    values = [str(settings.instance), settings.database_url, str(settings.port)]
    values.append(settings.redis_url)
    with subprocess.Popen([*command, *values], cwd=ROOT) as process:
        try:
            yield process
        finally:
            process.kill()


def wait_until(claim: Callable[[], Any], seconds: float = 60) -> None:
    """Wait for what a worker does; fail when it takes too long."""
    ends = time.monotonic() + seconds
    while not claim():
        assert time.monotonic() < ends, "that took too long"
        time.sleep(0.05)


def main(instance: str, database_url: str, port: str, redis_url: str) -> None:
    """Be the worker."""
    app = serving.make_app(Path(instance), database_url, int(port), redis_url)
    with app.app_context():
        tasks.run(threads=2)


if __name__ == "__main__":
    main(*sys.argv[1:])
