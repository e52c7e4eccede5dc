"""The disk is full, fails, or lets nothing be written."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
from sqlalchemy.engine import make_url

from tests.faults import shim, stores
from tests.faults.outage import PLANTED, endure
from tests.faults.report import Finding
from tests.faults.service import Site, found, serving_found, serving_from
from tests.faults.stores import SQLITE, NotHereError, Store

SIZE = {SQLITE: "16m", stores.POSTGRESQL: "48m"}
ROOM = 64 * 1024  # bytes that a full disk has left, so that it fills up under load
FULL_FOR = 3.0  # seconds
REPLACED_WITHIN = 30.0  # seconds that new workers may take on a busy machine

__all__ = ["PLANTED", "run"]


def run(database: str, times: int, mutant: str = "") -> list[Finding]:
    """Fill the disk `times` times; on SQLite, let it fail and refuse as well."""
    findings = [full(database, times, mutant)]
    if database == SQLITE:
        findings.append(failing(errno.EIO, "disk fails (EIO)", mutant))
        findings.append(failing(errno.EROFS, "disk turns read-only (EROFS)", mutant))
        findings.append(read_only(mutant))
    return findings


def full(database: str, times: int, mutant: str = "") -> Finding:
    """Let the disk of the database fill up, and make room again."""
    with _folder() as folder, _small_disk(folder / "disk", SIZE[database]) as disk:
        ballast = disk / "ballast"

        @contextlib.contextmanager
        def filled(_: Site) -> Iterator[None]:
            _fill(ballast)
            time.sleep(FULL_FOR)
            ballast.unlink()
            yield

        with (
            _stored_on(disk, database, folder) as store,
            serving_from(store, folder, mutant) as where,
        ):
            name = f"disk full {times} ×"
            return endure(
                name, where, filled, times=times, reads_go_on=True, mutant=mutant
            )


def failing(error: int, name: str, mutant: str = "") -> Finding:
    """Let every write to the disk of a SQLite database fail with `error`."""
    with _folder() as folder:
        live, broken = folder / "live", folder / "broken"
        live.mkdir()
        variables = shim.environment(folder, live, broken=broken)

        @contextlib.contextmanager
        def failing(_: Site) -> Iterator[None]:
            broken.write_text(str(error))
            time.sleep(FULL_FOR)
            broken.unlink()
            yield

        with (
            stores.opened(SQLITE, live) as store,
            serving_from(store, folder, mutant, **variables) as where,
        ):
            return endure(name, where, failing, reads_go_on=True, mutant=mutant)


def read_only(mutant: str = "") -> Finding:
    """Start the service again while the folder of its database cannot be written."""
    with (
        _folder() as folder,
        _small_disk(folder / "disk", SIZE[SQLITE]) as disk,
        _second_view(disk, folder / "view") as view,
        stores.opened(SQLITE, view) as store,
    ):

        @contextlib.contextmanager
        def locked(where: Site) -> Iterator[None]:
            where.service.kill()
            _remount(view, "ro")
            where.service.start()
            where.seconds_until_it_answers()
            time.sleep(FULL_FOR)
            _remount(view, "rw")
            yield

        token = found(f"sqlite:///{disk}/envoy.db", folder)
        with serving_found(store, folder, token, mutant) as where:
            return endure(
                "started on a read-only disk",
                where,
                locked,
                reads_go_on=True,
                is_killed=True,
                back_within=REPLACED_WITHIN,
                mutant=mutant,
            )


def _fill(ballast: Path) -> None:
    """Write until the disk is full, then give back what is to be left."""
    with ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while file.write(b"\0" * ROOM):
            pass
    os.truncate(ballast, ballast.stat().st_size - ROOM)


@contextlib.contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="envoy-faults-") as folder:
        yield Path(folder)


@contextlib.contextmanager
def _small_disk(folder: Path, size: str) -> Iterator[Path]:
    """Mount a file system of `size` in memory."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "envoy-faults", str(folder)]
    if os.getuid() != 0 or subprocess.run(mount, check=False).returncode:
        raise NotHereError("only root may mount a small disk")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


@contextlib.contextmanager
def _second_view(disk: Path, folder: Path) -> Iterator[Path]:
    """Show the disk in another folder, which can be made read-only by itself."""
    folder.mkdir()
    subprocess.run(["mount", "--bind", disk, folder], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def _remount(folder: Path, how: str) -> None:
    """Remount it once those who were killed have let go of their files."""
    command = ["mount", "-o", f"remount,bind,{how}", str(folder)]
    for _ in range(20):
        if subprocess.run(command, check=False, capture_output=True).returncode == 0:
            return
        time.sleep(0.1)
    raise RuntimeError(f"{folder} cannot be remounted")


@contextlib.contextmanager
def _stored_on(disk: Path, database: str, folder: Path) -> Iterator[Store]:
    """Have the data on `disk`: the SQLite file, or a tablespace of PostgreSQL.

    PostgreSQL's own log of changes stays elsewhere: a server that cannot write it stops.
    """
    with stores.opened(database, disk) as store:
        if database == SQLITE:
            yield store
            return
        space = disk / "tablespace"
        space.mkdir()
        folder.chmod(0o755)
        host = str(make_url(store.url).query["host"])
        shutil.chown(space, Path(host).owner())
        with psycopg.connect(host=host, user="postgres", autocommit=True) as server:
            server.execute(f"CREATE TABLESPACE small LOCATION '{space}'")
            server.execute("CREATE DATABASE envoy TABLESPACE small")
        url = make_url(store.url).set(database="envoy")
        yield Store(database, url.render_as_string(hide_password=False), store.server)
