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


@contextlib.contextmanager
def cluster(binaries: Path, settings: Sequence[str] = SETTINGS) -> Iterator[str]:
    """Run a server in a temporary folder; yield its URL."""
    owner = _owner()
    folder = Path(tempfile.mkdtemp(prefix="envoy-pg-"))
    if owner:
        shutil.chown(folder, owner)
    try:
        _initialise(binaries, folder, owner)
        with _serving(binaries, folder, owner, settings):
            yield f"postgresql+psycopg://postgres@/postgres?host={folder}"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


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


@contextlib.contextmanager
def _serving(
    binaries: Path, folder: Path, owner: str | None, settings: Sequence[str]
) -> Iterator[None]:
    command: list[str | Path] = [binaries / "postgres", "-D", "data", "-k", folder]
    command += [word for setting in settings for word in ("-c", setting)]
    with (folder / "server.log").open("w") as log:
        server = subprocess.Popen(command, cwd=folder, user=owner, stderr=log)
    try:
        _wait_until_ready(server, folder)
        yield
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(START_WITHIN)


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
