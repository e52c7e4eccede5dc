"""Writers to one SQLite file take turns, across threads and processes.

SQLite has one writer. Whoever finds it busy would sleep ever longer between looks,
and the unlucky would wait for a tenth of a second while others go first; here they
wait beside a lock file and look every millisecond.
"""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import OperationalError

LOOK_EVERY = 0.001


class Turns:
    """The queue before one database file; `path` is the lock file beside it."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._mine = threading.Lock()
        self._descriptor: int | None = None

    @contextmanager
    def taken(self, seconds: float) -> Iterator[None]:
        """Hold the turn; raise OperationalError when it does not come in time."""
        deadline = time.monotonic() + seconds
        if not self._mine.acquire(timeout=seconds):
            raise self._too_late()
        try:
            descriptor = self._opened()
            self._wait(descriptor, deadline)
            try:
                yield
            finally:
                fcntl.flock(descriptor, fcntl.LOCK_UN)
        finally:
            self._mine.release()

    def _opened(self) -> int:
        if self._descriptor is None:
            try:
                self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
            except OSError as error:
                raise OperationalError("opening the lock file", None, error) from error
        return self._descriptor

    def _wait(self, descriptor: int, deadline: float) -> None:
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise self._too_late() from None
                time.sleep(LOOK_EVERY)

    def _too_late(self) -> OperationalError:
        reason = TimeoutError("another writer holds the database")
        return OperationalError("waiting for a turn to write", None, reason)
