"""Writes of one process that wait for the same turn share a transaction, and its commit.

SQLite has one writer, and half of what it waits for is the disk. Whoever comes while
nobody of this process writes leads: it waits for the turn, and carries out its own work
and that of all who have come meanwhile, each so that it can be undone alone. Nobody is
told that something was done before it is on the disk.
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
from sqlalchemy.exc import OperationalError

# whoever leads waits for no more than so many others
OTHERS_AT_MOST = 7

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
        if not self._is_first(part):
            self._wait(part, seconds)
        if part.leads:
            try:
                self._lead(part, max(deadline - time.monotonic(), 0))
            finally:
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
            if part.is_called(seconds):
                return
        except BaseException:  # the process was told to end
            if not self._gave_up(part):
                part.is_called()
                if part.leads:
                    self._pass_on()
            raise
        if self._gave_up(part):
            reason = TimeoutError("others of this process are writing")
            raise OperationalError("waiting for a turn to write", None, reason)
        part.is_called()

    def _gave_up(self, part: Part) -> bool:
        """Leave the line; False when it is too late for that."""
        with self._state:
            if part not in self._waiting:
                return False
            self._waiting.remove(part)
            return True

    def _lead(self, part: Part, seconds: float) -> None:
        others: list[Part] = []
        try:
            with self._transaction(seconds) as tx:
                others += self._others()
                if others:
                    for each in (part, *others):
                        each.try_out(tx)
                else:
                    part.carry_out(tx)
        except Exception as error:
            for each in others:
                each.fail(copy.copy(error))
            part.fail(error)
        except BaseException as error:  # the process was told to end
            for each in others:
                each.fail(UnknownOutcomeError("COMMIT", None, error))
            raise
        finally:
            for each in others:
                each.call()

    def _others(self) -> list[Part]:
        with self._state:
            count = min(len(self._waiting), OTHERS_AT_MOST)
            return [self._waiting.popleft() for _ in range(count)]

    def _pass_on(self) -> None:
        """Have the next one lead, if there is one."""
        with self._state:
            self._is_led = bool(self._waiting)
            if self._is_led:
                following = self._waiting.popleft()
                following.leads = True
                following.call()


class Part:
    """What one thread wants to have done, and what came of it."""

    def __init__(self, work: Work) -> None:
        self.leads = False
        self._work = work
        self._context = copy_context()  # what Flask knows of the request goes with it
        self._result: Any = None
        self._error: Exception | None = None
        self._called = threading.Lock()
        self._called.acquire()

    def carry_out(self, tx: Connection) -> None:
        """Do it; raise what it raises."""
        self._result = self._context.run(self._work, tx)

    def try_out(self, tx: Connection) -> None:
        """Do it, and undo it alone if it fails.

        Raises OperationalError when the database has given up the whole transaction.
        """
        tx.exec_driver_sql("SAVEPOINT part")
        try:
            self.carry_out(tx)
        except Exception as error:
            self._error = error
            tx.exec_driver_sql("ROLLBACK TO SAVEPOINT part")
        tx.exec_driver_sql("RELEASE SAVEPOINT part")

    def fail(self, error: Exception) -> None:
        """Note that the transaction failed; whoever failed before has an own reason."""
        self._error = self._error or error

    def call(self) -> None:
        """Have its thread go on."""
        self._called.release()

    def is_called(self, seconds: float = -1) -> bool:
        """Wait to be called, for at most so many seconds if that is not negative."""
        return self._called.acquire(timeout=seconds)

    def outcome(self) -> Any:
        """Return or raise what came of it."""
        if self._error is not None:
            raise self._error
        return self._result
