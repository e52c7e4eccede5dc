"""Connections to SQLite that are kept open from one request to the next.

SQLAlchemy's pool looks after each connection that it lends and takes back; that costs a
request some fifty calls, a tenth of a look-up. One that ended well needs no looking
after: it is laid on a shelf, and whoever comes next takes the one that was laid there
last, whose pages are in memory. One that failed goes back to the pool.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

RESTING_AT_MOST = 8


class Shelf:
    """The connections of one engine that nobody uses at the moment."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._resting: list[Connection] = []
        sa.event.listen(engine, "engine_disposed", lambda _engine: self.clear())

    def take(self) -> Connection:
        """Return the one that was used last, or a new one."""
        try:
            return self._resting.pop()
        except IndexError:
            return self._engine.connect()

    def lay(self, connection: Connection) -> None:
        """Keep a connection for whoever needs one next."""
        if connection.in_transaction():
            connection.rollback()
        if connection.invalidated or len(self._resting) >= RESTING_AT_MOST:
            connection.close()
        else:
            self._resting.append(connection)

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """Lend a connection for a transaction, as `Engine.begin` does."""
        connection = self.take()
        try:
            with connection.begin():
                yield connection
        except BaseException:
            connection.close()
            raise
        self.lay(connection)

    def clear(self) -> None:
        """Close all that rest here, and the files that they hold open."""
        while self._resting:
            connection = self._resting.pop()
            connection.invalidate()
            connection.close()
