"""The server that people run: gunicorn, in a process of its own."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
LISTENING = re.compile(r"Listening at: (http://\S+)")
AT_MOST = 60


def environment(database_url: str, **variables: str) -> dict[str, str]:
    """Return what a server needs; its port is whichever is free."""
    return {
        "DATABASE_URL": database_url,
        "SECRET_KEY": "a secret for tests",
        "TOKEN_KEY": "A" * 43,
        "PORT": "0",
        "WEB_CONCURRENCY": "2",
        **variables,
    }


@contextlib.contextmanager
def running(variables: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """Start gunicorn, whose log can be read line by line."""
    with subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "app:app"],
        cwd=ROOT,
        env={**os.environ, **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        too_long = threading.Timer(AT_MOST, process.kill)
        too_long.start()
        yield process
        too_long.cancel()
        process.kill()


def address(process: subprocess.Popen[str]) -> str:
    """Wait until the server listens; return its URL."""
    return lines_until(process, LISTENING)[1]


def lines_until(
    process: subprocess.Popen[str], wanted: str | re.Pattern[str]
) -> re.Match[str]:
    """Read the log up to a line that shows `wanted`."""
    assert process.stdout is not None
    for line in process.stdout:
        if found := re.search(wanted, line):
            return found
    raise AssertionError(f"gunicorn ended without saying {wanted}")
