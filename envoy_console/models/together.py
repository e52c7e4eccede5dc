"""Writes of one process that wait for the same turn share a transaction, and its commit.

SQLite has one writer, and half of what it waits for is the disk. Whoever comes while
nobody of this process writes leads: it waits for the turn, carries out its own work, and
then that of others who have come meanwhile, each so that it can be undone alone. Nobody
is told that something was done before it is on the disk.
"""

from __future__ import annotations

import copy
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager
from contextvars import copy_context
from typing import Any

from sqlalchemy.engine import Connection
from sqlalchemy.exc import InterfaceError, InternalError, OperationalError

# nobody is carried out behind so many others, or in a transaction as old as this
OTHERS_AT_MOST = 7
YOUNG = 0.05  # seconds

# what the database raises when it cannot go on, whoever asks
FAILURES = (OperationalError, InterfaceError, InternalError)

Work = Callable[[Connection], Any]
# lends a connection whose transaction begins within so many seconds, and is committed
Transaction = Callable[[float], AbstractContextManager[Connection]]


class UnknownOutcomeError(OperationalError):
    """The database failed while it committed: the write may be stored, or not."""


class Together:
    """Who of this process wants to write to one database."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._state = threading.Lock()  # over the two below
        self._is_led = False
        self._waiting: deque[Part] = deque()

    def write(self, work: Work, seconds: float) -> Any:
        """Return what `work` returns, once it is committed.

        Raises what it raises, and OperationalError when the transaction cannot begin in
        time, or fails.
        """
        part, deadline = Part(work), time.monotonic() + seconds
        try:
            if not self._is_first(part):
                self._wait(part, seconds)
            if part.leads:
                self._lead(part, max(deadline - time.monotonic(), 0))
        finally:
            if part.leads:
                self._pass_on()
        return part.outcome()

    def _is_first(self, part: Part) -> bool:
        with self._state:
            if self._is_led:
                self._waiting.append(part)
            else:
                self._is_led = part.leads = True
        return part.leads

    def _wait(self, part: Part, seconds: float) -> None:
        """Wait until the part was carried out, or has to lead."""
        try:
            if part.called.wait(seconds):
                return
        except BaseException:  # the process was told to end
            if not self._gave_up(part):
                part.called.wait()
            raise
        if self._gave_up(part):
            reason = TimeoutError("others of this process are writing")
            raise OperationalError("waiting for a turn to write", None, reason)
        part.called.wait()

    def _gave_up(self, part: Part) -> bool:
        """Leave the line; False when it is too late for that."""
        with self._state:
            if part not in self._waiting:
                return False
            self._waiting.remove(part)
            return True

    def _lead(self, part: Part, seconds: float) -> None:
        parts = [part]
        try:
            with self._transaction(seconds) as tx:
                begun = time.monotonic()
                part.carry_out(tx)
                while time.monotonic() - begun < YOUNG and self._joined(parts):
                    parts[-1].try_out(tx)
            for each in parts:
                each.settle()
        except Exception as error:
            # also for who failed before: they may have seen what is not there any more
            part.settle(error)
            for each in parts[1:]:
                each.settle(copy.copy(error))
        finally:
            for each in parts[1:]:
                each.called.set()

    def _joined(self, parts: list[Part]) -> bool:
        """Take one more along, if somebody is waiting."""
        with self._state:
            if not self._waiting or len(parts) > OTHERS_AT_MOST:
                return False
            parts.append(self._waiting.popleft())
            return True

    def _pass_on(self) -> None:
        """Have the next one lead, if there is one."""
        with self._state:
            self._is_led = bool(self._waiting)
            if self._is_led:
                following = self._waiting.popleft()
                following.leads = True
                following.called.set()


class Part:
    """What one thread wants to have done, and what came of it."""

    def __init__(self, work: Work) -> None:
        self.leads = False
        self.called = threading.Event()
        self._work = work
        self._context = copy_context()  # what Flask knows of the request goes with it
        self._result: Any = None
        self._error: Exception | None = None
        self._is_settled = False

    def carry_out(self, tx: Connection) -> None:
        """Do it; raise what it raises."""
        self._result = self._context.run(self._work, tx)

    def try_out(self, tx: Connection) -> None:
        """Do it, and undo it alone if it fails; raise what concerns all the others."""
        tx.exec_driver_sql("SAVEPOINT part")
        try:
            self.carry_out(tx)
        except FAILURES:
            raise
        except Exception as error:
            self._error = error
            tx.exec_driver_sql("ROLLBACK TO SAVEPOINT part")
        tx.exec_driver_sql("RELEASE SAVEPOINT part")

    def settle(self, error: Exception | None = None) -> None:
        """Note what came of the transaction."""
        self._error = error or self._error
        self._is_settled = True

    def outcome(self) -> Any:
        """Return or raise what came of it."""
        if not self._is_settled:  # the leader was told to end
            reason = InterruptedError("the writer was interrupted")
            raise UnknownOutcomeError("COMMIT", None, reason)
        error, self._error = self._error, None
        if error is None:
            return self._result
        try:
            raise error
        finally:
            del error  # which knows this frame, and so would keep all that it knows
