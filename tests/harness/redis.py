"""A throw-away Redis that can be killed and started again where it was."""

from __future__ import annotations

import contextlib
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError

HOST = "127.0.0.1"
START_WITHIN = 10


class RedisServer:
    """A server on a port of its own, which keeps nothing when it ends."""

    def __init__(self, binary: str, folder: Path) -> None:
        with socket.create_server((HOST, 0)) as listener:
            self.port = int(listener.getsockname()[1])
        self.url = f"redis://{HOST}:{self.port}/0"
        self._command = [binary, "--bind", HOST, "--port", str(self.port)]
        self._command += ["--dir", str(folder), "--save", "", "--appendonly", "no"]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        self._process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + START_WITHIN
        with Redis.from_url(self.url) as client:
            while not _answers(client):
                assert time.monotonic() < deadline, "Redis does not start"
                time.sleep(0.05)

    def kill(self) -> None:
        """Let it vanish, with what was in it."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def freeze(self) -> None:
        """Let it take connections and never answer."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)


def find_binary() -> str | None:
    """Return the Redis server of this machine, if any."""
    return shutil.which("redis-server")


@contextlib.contextmanager
def running(binary: str, folder: Path) -> Iterator[RedisServer]:
    """Run a server; it is gone in the end."""
    server = RedisServer(binary, folder)
    server.start()
    try:
        yield server
    finally:
        server.kill()


def _answers(client: Redis) -> bool:
    try:
        return bool(client.ping())
    except RedisError:
        return False
