"""Connections that are lent to a request, and kept open until the next one comes.

SQLAlchemy's pool looks after each connection that it lends and takes back; that costs a
request some fifty calls, a tenth of a look-up. A connection to SQLite needs no looking
after while all goes well: it is laid on a shelf, and whoever comes next takes the one that
was laid there last, whose pages are in memory. One to PostgreSQL may be cut at any
moment, so there all go back to the pool, as does everywhere one that failed to write.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine


class Shelf:
    """Lends the connections of one engine; at most so many rest here meanwhile."""

    def __init__(self, engine: Engine, *, resting_at_most: int) -> None:
        self._engine = engine
        self._resting_at_most = resting_at_most
        self._resting: list[Connection] = []
        self._lent: set[Connection] = set()
        sa.event.listen(engine, "engine_disposed", lambda _engine: self._clear())

    def take(self) -> Connection:
        """Return the one that was used last, or a new one."""
        try:
            connection = self._resting.pop()
        except IndexError:
            connection = self._engine.connect()
        self._lent.add(connection)
        return connection

    def lay(self, connection: Connection) -> None:
        """Take back a connection; keep it for whoever needs one next."""
        if connection not in self._lent:  # the engine was disposed of meanwhile
            connection.invalidate()
        self._lent.discard(connection)
        if connection.invalidated or len(self._resting) >= self._resting_at_most:
            connection.close()
            return
        if connection.in_transaction():
            connection.rollback()
        self._resting.append(connection)

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """Lend a connection for a transaction, as `Engine.begin` does."""
        connection = self.take()
        try:
            with connection.begin():
                yield connection
        except BaseException:
            self._lent.discard(connection)
            connection.close()
            raise
        self.lay(connection)

    def _clear(self) -> None:
        """Close all that rest here, and the files that they hold open."""
        self._lent.clear()
        resting, self._resting = self._resting, []
        for connection in resting:
            connection.invalidate()
            connection.close()
