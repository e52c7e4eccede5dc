"""Copy a live SQLite database to a file that can be opened in its place.

Copying the file itself would miss what is still in the write-ahead log, so SQLite
writes the copy (`VACUUM INTO`) from one moment's view, while the server goes on.
"""

from __future__ import annotations

import os
from pathlib import Path

from sqlalchemy.engine import Engine

from envoy_console.models.engine import sqlite

POSTGRESQL = """\
This database is on PostgreSQL: back it up with its own tools, while the server goes on:

  pg_dump --format=custom --file=FILE "$DATABASE_URL"

docs/deploy.md says how to be able to go back to any moment."""


class BackupError(Exception):
    """The copy could not be made; the text says what to do."""


def write_to(engine: Engine, target: Path) -> None:
    """Write a checked copy of the database to `target`, which must not exist yet."""
    if engine.dialect.name != "sqlite":
        raise BackupError(POSTGRESQL)
    if target.exists():
        raise BackupError(f"{target} exists already. Name a new file.")
    unfinished = target.with_name(f"{target.name}.unfinished")
    try:
        unfinished.unlink(missing_ok=True)
        _copy(engine, unfinished)
        check(unfinished)
        sync(unfinished)
        unfinished.rename(target)
        sync(target.parent)
    except (sqlite.Error, OSError) as error:
        raise BackupError(f"{target} could not be written: {error}.") from error
    finally:
        unfinished.unlink(missing_ok=True)


def _copy(engine: Engine, target: Path) -> None:
    with engine.connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None  # noqa: S101
        raw.rollback()  # VACUUM wants no transaction around it
        raw.execute("VACUUM INTO ?", (str(target),))


def check(target: Path) -> None:
    """Raise BackupError unless the file is a sound database with tables in it."""
    copy = sqlite.connect(target)
    try:
        verdict = copy.execute("PRAGMA integrity_check").fetchone()[0]
        tables = copy.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    finally:
        copy.close()
    if verdict != "ok":
        raise BackupError(f"The copy is not sound ({verdict}). Try again.")
    if not tables:
        raise BackupError("The database is empty. Is DATABASE_URL the right one?")


def sync(path: Path) -> None:
    """Have the file, or the folder's list of files, reach the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
