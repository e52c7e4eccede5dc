"""`read()` and `write(work)`: the only two ways to the database.

What a request changes is one transaction. `write` runs the whole unit of work again when the
database asks for it (a lock that timed out, a serialization failure), so `work`
must be a function of the connection alone. On SQLite a writer says BEGIN IMMEDIATE:
a transaction that reads first and writes later would fail at once with
SQLITE_BUSY_SNAPSHOT, which no busy timeout helps against.
"""

from __future__ import annotations

import os
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TypeVar, cast

import sqlalchemy as sa
from blinker import Signal
from flask import Flask
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError, InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from envoy_console import config, here
from envoy_console.extensions import db
from envoy_console.models.engine import prepare_sqlite, sqlite
from envoy_console.models.shelf import Shelf
from envoy_console.models.turns import Turns

T = TypeVar("T")
Work = Callable[[Connection], T]

# serialization failure, deadlock, lock not available
RETRIED_SQLSTATES = frozenset({"40001", "40P01", "55P03"})
RETRIES = 3
# connections to SQLite that a process keeps open between requests
RESTING_AT_MOST = 8
READ_ONLY = "25006"

# what a database raises that is away, full, broken or busy
UNAVAILABLE = (OperationalError, InterfaceError, PoolTimeoutError)


_outlived = threading.Event()


class UnknownOutcomeError(OperationalError):
    """The database failed while it committed: the write may be stored, or not."""


retried = Signal("The engine whose transaction is about to be run again.")


def init_app(app: Flask) -> None:
    """Prepare the reading and the writing engine of `app`; neither connects yet."""
    with app.app_context():
        engine: Engine = db.engine
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", prepare_sqlite)
        # a statement that reads is a transaction by itself; a BEGIN and a ROLLBACK
        # around it are a fifth of a look-up's cost
        shelf = Shelf(engine, resting_at_most=RESTING_AT_MOST)
        turns = Turns(f"{engine.url.database}.lock")
        reader = engine.execution_options(shelf=shelf)
        writer = engine.execution_options(shelf=shelf, turns=turns)
    else:
        reader = engine.execution_options(isolation_level="AUTOCOMMIT")
        reader = reader.execution_options(shelf=Shelf(reader, resting_at_most=0))
        writer = engine.execution_options(shelf=Shelf(engine, resting_at_most=0))
    app.extensions["envoy_console.engines"] = (reader, writer)
    app.teardown_appcontext(give_back)


def read() -> AbstractContextManager[Connection]:
    """Lend a connection for reading; all of one request read through the same."""
    g = here.g()
    reader: Connection | None = g.get("reader")
    if reader is None or reader.invalidated:
        reader = g.reader = _shelf(streamer()).take()
    return nullcontext(reader)


def give_back(_error: BaseException | None = None) -> None:
    """Return the connection that the request reads through."""
    reader: Connection | None = here.g().pop("reader", None)
    if reader is not None:
        _shelf(streamer()).lay(reader)


def write(work: Work[T]) -> T:
    """Run `work` in one transaction and return what it returned, once committed."""
    give_back()  # nobody holds one connection while waiting for another
    return write_with(writer(), work, config.current().write_deadline.total_seconds())


def writer() -> Engine:
    """Return the writing engine, for threads that outlive the request."""
    return _engines()[1]


def streamer() -> Engine:
    """Return the reading engine, for answers that are written after the request."""
    return _engines()[0]


def has_outlived_itself() -> bool:
    """Tell whether a new process could write to the database, and this one cannot."""
    return _outlived.is_set()


def write_with(engine: Engine, work: Work[T], seconds: float) -> T:
    """As `write`, outside a request: on `engine`, for at most `seconds`."""
    deadline = time.monotonic() + seconds
    turns: Turns | None = engine.get_execution_options().get("turns")
    for attempt in range(RETRIES + 1):
        try:
            with _turn(turns, seconds):
                return _committed(engine, work)
        except DBAPIError as error:
            pause = random.uniform(0.5, 1.5) * 0.02 * 4**attempt  # noqa: S311
            out_of_time = time.monotonic() + pause > deadline
            if attempt == RETRIES or out_of_time or not _is_transient(error):
                raise
            retried.send(engine)
            time.sleep(pause)
    raise AssertionError("the last attempt returned or raised")


def _committed(engine: Engine, work: Work[T]) -> T:
    """Run `work` and commit; tell a commit that failed from work that failed."""
    is_done = False
    try:
        with _shelf(engine).begin() as connection:
            say_begin(connection)
            result = work(connection)
            is_done = True
        return result
    except (OperationalError, InterfaceError, InternalError) as error:
        cause = error.orig or error
        if _is_read_only(error):
            _connect_anew(engine)
            raise OperationalError(error.statement, None, cause) from error
        if is_done and not _is_transient(error):
            raise UnknownOutcomeError("COMMIT", None, cause) from error
        raise


@contextmanager
def savepoint(tx: Connection) -> Iterator[None]:
    """Undo what is done inside when it fails, and nothing of what was done before.

    `begin_nested` does the same, but makes adding an employee twice as dear, and has
    another name each time, which is another statement to the driver.
    """
    tx.exec_driver_sql("SAVEPOINT operation")
    try:
        yield
    except Exception:
        tx.exec_driver_sql("ROLLBACK TO SAVEPOINT operation")
        raise
    finally:
        tx.exec_driver_sql("RELEASE SAVEPOINT operation")


def _turn(turns: Turns | None, seconds: float) -> AbstractContextManager[None]:
    return turns.taken(seconds / 2) if turns else nullcontext()


def _shelf(engine: Engine) -> Shelf:
    return cast(Shelf, engine.get_execution_options()["shelf"])


def _engines() -> tuple[Engine, Engine]:
    engines = here.app().extensions["envoy_console.engines"]
    return cast(tuple[Engine, Engine], engines)


def say_begin(connection: Connection) -> None:
    """Begin a write on SQLite; an event that did it would slow every statement."""
    if connection.dialect.name != "sqlite":
        return
    try:
        # on the cursor, so that the statement counts of a request are its own
        connection.connection.cursor().execute("BEGIN IMMEDIATE")
    except sqlite.OperationalError as error:
        raise OperationalError("BEGIN IMMEDIATE", None, error) from error


def _is_read_only(error: DBAPIError) -> bool:
    if getattr(error.orig, "sqlstate", None) == READ_ONLY:
        return True  # a standby, or a primary that was told to write nothing
    return "readonly database" in str(error.orig)


def _connect_anew(engine: Engine) -> None:
    """Close connections that were made while nothing could be written.

    They stay read-only for good, even when the database can be written again. With
    SQLite so does every new one until the process has closed them all, which a busy
    process may never have: it needs a successor.
    """
    engine.dispose()
    file = engine.url.database
    if engine.dialect.name == "sqlite" and file and os.access(file, os.W_OK):
        _outlived.set()


def _is_transient(error: DBAPIError) -> bool:
    if getattr(error.orig, "sqlstate", None) in RETRIED_SQLSTATES:
        return True
    return "database is locked" in str(error.orig)
