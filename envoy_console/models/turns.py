"""Writers to one SQLite file take turns, across threads and processes.

SQLite has one writer. Whoever finds it busy would sleep ever longer between looks,
and the unlucky would wait for a tenth of a second while others go first; here they
wait in the line that the system keeps before a locked file. Nobody can wait there for
a limited time, so that a thread of its own does, for whoever of this process is next.
"""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import OperationalError


class Turns:
    """The line before one database file; `path` is the lock file beside it."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._mine = threading.Lock()
        self._place: Place | None = None

    @contextmanager
    def taken(self, seconds: float) -> Iterator[None]:
        """Hold the turn; raise OperationalError when it does not come in time."""
        deadline = time.monotonic() + seconds
        if not self._mine.acquire(timeout=seconds):
            raise self._too_late()
        try:
            place = self._opened()
            if not place.taken(deadline - time.monotonic()):
                raise self._too_late()
            try:
                yield
            finally:
                place.leave()
        finally:
            self._mine.release()

    def _opened(self) -> Place:
        if self._place is None:
            try:
                descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
            except OSError as error:
                raise OperationalError("opening the lock file", None, error) from error
            self._place = Place(descriptor)
        return self._place

    def _too_late(self) -> OperationalError:
        reason = TimeoutError("another writer holds the database")
        return OperationalError("waiting for a turn to write", None, reason)


class Place:
    """This process in the line of all processes. For one taker at a time.

    Who gives up goes away; the thread that stands in the line stays in it, for the
    next one who comes, and lets others pass if nobody has.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._state = threading.Lock()  # over the two below
        self._is_in_line = False
        self._is_wanted = False
        self._sent = _signal()
        self._called = _signal()
        self._stander: threading.Thread | None = None

    def taken(self, seconds: float) -> bool:
        """Take the turn; False when it does not come in time."""
        with self._state:
            if not self._is_in_line:
                if self._took_at_once():
                    return True
                self._send()
            self._is_wanted = True
        try:
            if self._called.acquire(timeout=max(seconds, 0)):
                return True
        except BaseException:  # the process was told to end
            if self._gave_up_too_late():
                self.leave()
            raise
        return self._gave_up_too_late()

    def leave(self) -> None:
        """Let the next one pass."""
        fcntl.flock(self._descriptor, fcntl.LOCK_UN)

    def _took_at_once(self) -> bool:
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _gave_up_too_late(self) -> bool:
        """Give up; True when the turn came at that very moment."""
        with self._state:
            self._is_wanted = False
            return self._called.acquire(blocking=False)

    def _send(self) -> None:
        if self._stander is None:
            # a daemon, since nobody can end its wait when the process is to end
            stander = threading.Thread(target=self._stand, name="turns", daemon=True)
            try:
                stander.start()
            except RuntimeError as error:  # there are too many, or the process ends
                raise OperationalError("standing in line", None, error) from error
            self._stander = stander
        self._is_in_line = True
        self._sent.release()

    def _stand(self) -> None:
        while self._sent.acquire():
            has_turn = self._waited()
            with self._state:
                self._is_in_line = False
                if has_turn and self._is_wanted:
                    self._is_wanted = False
                    self._called.release()
                elif has_turn:
                    self.leave()

    def _waited(self) -> bool:
        """Wait for as long as it takes; False when the system cannot lock the file."""
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX)
        except OSError:  # whoever is waiting will be told that it took too long
            return False
        return True


def _signal() -> threading.Lock:
    """Return a lock that one thread waits for, until another one releases it."""
    lock = threading.Lock()
    lock.acquire()
    return lock
