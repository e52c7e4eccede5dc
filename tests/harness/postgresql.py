"""A throw-away PostgreSQL server, for as long as the tests run."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import psycopg

START_WITHIN = 30

# Nothing here has to survive a power cut.
SETTINGS = ("listen_addresses=", "fsync=off", "full_page_writes=off")


def find_binaries() -> Path | None:
    """Return the folder of the newest PostgreSQL server on this machine, if any."""
    if initdb := shutil.which("initdb"):
        return Path(initdb).resolve().parent
    debian = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(debian, key=lambda found: float(found.parts[-3]), default=None)
    return newest and newest.parent


class PostgreSQLServer:
    """A server in a folder of its own that can be stopped and started again there."""

    def __init__(
        self, binaries: Path, folder: Path, settings: Sequence[str] = SETTINGS
    ) -> None:
        self.url = f"postgresql+psycopg://postgres@/postgres?host={folder}"
        self._folder, self._owner = folder, _owner()
        if self._owner:
            shutil.chown(folder, self._owner)
        _initialise(binaries, folder, self._owner)
        self._command = [binaries / "postgres", "-D", "data", "-k", folder]
        self._command += [word for setting in settings for word in ("-c", setting)]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        with (self._folder / "server.log").open("w") as log:
            self._process = subprocess.Popen(
                self._command, cwd=self._folder, user=self._owner, stderr=log
            )
        _wait_until_ready(self._process, self._folder)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop it: SIGINT ends what is under way, SIGQUIT drops it as a crash does."""
        assert self._process is not None
        self._process.send_signal(how)
        self._process.wait(START_WITHIN)


@contextlib.contextmanager
def running(
    binaries: Path, settings: Sequence[str] = SETTINGS
) -> Iterator[PostgreSQLServer]:
    """Run a server in a temporary folder; both are gone in the end."""
    folder = Path(tempfile.mkdtemp(prefix="envoy-pg-"))
    try:
        server = PostgreSQLServer(binaries, folder, settings)
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def cluster(binaries: Path, settings: Sequence[str] = SETTINGS) -> Iterator[str]:
    """As `running`, for those who only need its URL."""
    with running(binaries, settings) as server:
        yield server.url


def _owner() -> str | None:
    """Return whom the server runs as: it refuses to run as root."""
    if os.getuid() != 0:
        return None
    names = {user.pw_name for user in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _initialise(binaries: Path, folder: Path, owner: str | None) -> None:
    """Make the database files, sorted by a language so that we notice where it shows."""
    command: list[str | Path] = [
        binaries / "initdb",
        "--pgdata=data",
        "--username=postgres",
    ]
    command += ["--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C.UTF-8"]
    command += ["--locale-provider=icu", "--icu-locale=en"]
    subprocess.run(
        command, cwd=folder, user=owner, check=True, stdout=subprocess.DEVNULL
    )


def _wait_until_ready(server: subprocess.Popen[bytes], folder: Path) -> None:
    deadline = time.monotonic() + START_WITHIN
    while True:
        try:
            psycopg.connect(host=str(folder), user="postgres").close()
            return
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError((folder / "server.log").read_text()) from None
            time.sleep(0.05)
