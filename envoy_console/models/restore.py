"""Put a copy of a SQLite database in the place of the present one, which is kept.

Nobody may have the database open meanwhile. SQLite's own locks tell: a connection to a
database in WAL mode holds one for as long as it is open, idle or not, and it ends with
the process, however that ends. Locking the same bytes works on a broken file, too.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy.engine import Engine

from envoy_console.extensions import MIGRATIONS
from envoy_console.models import backup
from envoy_console.models.backup import BackupError
from envoy_console.models.base import now
from envoy_console.models.engine import sqlite

POSTGRESQL = """\
This database is on PostgreSQL: restore it with its own tools. Stop the server and the
worker, then

  pg_restore --clean --if-exists --no-owner --single-transaction \\
    --dbname="$DATABASE_URL" FILE

where FILE was made by

  pg_dump --format=custom --file=FILE "$DATABASE_URL"

and `flask --app app db upgrade` afterwards. docs/deploy.md says how to go back to a
moment between two backups."""

# how many bytes every reader locks, and from where (SQLite: "File Locking", os.h)
READERS = (510, 0x40000002)

IN_USE = """\
A server, a worker or a command has {file} open. Stop them (with systemd: `systemctl stop
envoy-console`, and the worker's unit), then restore."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What was done: where the former database is, and what the copy still needs."""

    former: Path | None
    needs_upgrade: bool


def restore(engine: Engine, source: Path) -> Restored:
    """Put a copy of `source` in the place of the database of `engine`.

    Raises BackupError, with nothing changed, when that must not be.
    """
    if engine.dialect.name != "sqlite":
        raise BackupError(POSTGRESQL)
    engine.dispose()  # we are not to be found in our own way
    place = Path(engine.url.database or "")
    if source.resolve() == place.resolve():
        raise BackupError(f"{source} is the database itself. Name a copy of it.")
    arriving = place.with_name(f"{place.name}.arriving")
    try:
        arriving.unlink(missing_ok=True)
        _fetch(source, arriving)
        needs_upgrade = _needs_upgrade(arriving, source)
        with _alone(place):
            former = _set_aside(place)
            arriving.rename(place)
        backup.sync(place.parent)
    except (sqlite.Error, OSError) as error:
        raise BackupError(f"{source} could not be restored: {error}.") from error
    finally:
        arriving.unlink(missing_ok=True)
    return Restored(former, needs_upgrade)


def _fetch(source: Path, target: Path) -> None:
    """Copy the database `source`, with what its write-ahead log holds, and check it."""
    if not source.is_file():
        raise BackupError(f"There is no file {source}.")
    opened = sqlite.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True)
    try:
        opened.execute("VACUUM INTO ?", (str(target),))
    except sqlite.DatabaseError as error:
        raise BackupError(f"{source} is not a sound SQLite file ({error}).") from error
    finally:
        opened.close()
    backup.check(target)
    backup.sync(target)


def _needs_upgrade(copy: Path, source: Path) -> bool:
    """Tell whether the tables are older than ours; newer ones must not be restored."""
    opened = sqlite.connect(copy)
    try:
        (revision,) = opened.execute(
            "SELECT version_num FROM alembic_version"
        ).fetchone()
    except (sqlite.Error, TypeError):
        raise BackupError(f"{source} is not a database of Envoy Console.") from None
    finally:
        opened.close()
    known = ScriptDirectory(str(MIGRATIONS))
    try:
        known.get_revision(revision)
    except CommandError:
        raise BackupError(
            f"{source} was made by a version of Envoy Console that is newer than this "
            f"one (its tables are at {revision}). Install that version, then restore."
        ) from None
    return bool(revision != known.get_current_head())


@contextmanager
def _alone(place: Path) -> Iterator[None]:
    """Keep everybody else out of the present database, sound or not."""
    if not place.exists():
        yield
        return
    with place.open("r+b") as present:
        try:
            fcntl.lockf(present, fcntl.LOCK_EX | fcntl.LOCK_NB, *READERS)
        except OSError as error:
            raise BackupError(IN_USE.format(file=place)) from error
        yield


def _set_aside(place: Path) -> Path | None:
    """Rename the present database, and what stands in its write-ahead log."""
    former = place.with_name(f"{place.name}.before-{now():%Y%m%dT%H%M%S.%fZ}")
    for suffix in ("", "-wal", "-shm"):
        part = place.with_name(place.name + suffix)
        if part.exists():
            part.rename(former.with_name(former.name + suffix))
    return former if former.exists() else None
