"""The wire log is written in batches, by a thread of its own.

A request only puts its exchange into a queue, so that a read stays a read. The rows
of the last quarter of a second may be lost in a crash; directory data and history,
which are written with the change itself, are not.
"""

from __future__ import annotations

import atexit
import logging
import queue
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa
from blinker import Signal
from flask import Flask, current_app
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DataError, IntegrityError

from envoy_console.directory import tidying
from envoy_console.models import (
    Company,
    Employee,
    Group,
    Integration,
    OAuthClient,
    ScimExchange,
    ScimExchangeQuirk,
    ScimToken,
)
from envoy_console.models.base import table
from envoy_console.models.transactions import UNAVAILABLE, savepoint, write_with, writer

exchanges = table(ScimExchange)
exchange_quirks = table(ScimExchangeQuirk)
employees = table(Employee)
groups = table(Group)
integrations = table(Integration)
tokens = table(ScimToken)
clients = table(OAuthClient)
companies = table(Company)

logger = logging.getLogger(__name__)

FLUSH_EVERY = 0.25
BATCH = 200
WAITING_AT_MOST = 2_000
PRUNE_EVERY = 50
PATIENCE = 30.0

saved = Signal("The log that has written a batch, and how many are `waiting`.")
lost = Signal("The log that has a gap, and of how many `requests`.")


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer, already redacted; the columns of `scim_exchanges`."""

    id: str
    company_id: str | None
    integration_id: str | None
    token_id: str | None
    token_hint: str | None
    client_id: str | None
    source: str
    at: datetime
    duration_us: int
    method: str
    path: str
    status: int
    resource_type: str | None
    resource_id: str | None
    sought_key: str | None
    replay_of: str | None
    quirks: list[str]
    injected: bool
    detail: str | None
    request_headers: dict[str, str]
    request_body: str
    response_headers: dict[str, str]
    response_body: str


Watcher = Callable[[Connection, list[Exchange]], None]

COLUMNS = [f.name for f in fields(Exchange) if f.name in exchanges.c]


class ExchangeLog:
    """The queue and the thread behind it; the thread starts with the first exchange."""

    def __init__(self, kept: int) -> None:
        self._kept = kept
        self._waiting: queue.Queue[Exchange | threading.Event] = queue.Queue(
            WAITING_AT_MOST
        )
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None
        self._batches = 0
        self.watchers: list[Watcher] = []

    def add(self, exchange: Exchange) -> None:
        """Queue an exchange; when the database cannot keep up, the log has a gap."""
        self.start()
        try:
            self._waiting.put_nowait(exchange)
        except queue.Full:
            lost.send(self, requests=1)

    def start(self) -> None:
        """Start the thread, if need be; needs an app, unlike adding thereafter."""
        if self._thread is None or not self._thread.is_alive():
            self._start(writer())

    def flush(self, seconds: float = 5.0) -> None:
        """Wait until everything queued so far is in the database."""
        if self._thread is not None and self._thread.is_alive():
            written = threading.Event()
            self._waiting.put(written)
            written.wait(seconds)

    def _start(self, engine: Engine) -> None:
        with self._starting:
            if self._thread is None or not self._thread.is_alive():
                atexit.register(self.flush)
                self._thread = threading.Thread(
                    target=self._run, args=(engine,), name="exchange-log", daemon=True
                )
                self._thread.start()

    def _run(self, engine: Engine) -> None:
        while True:
            batch = self._gather()
            rows = [item for item in batch if isinstance(item, Exchange)]
            if rows:
                self._save(engine, rows)
                saved.send(self, waiting=self._waiting.qsize())
            for item in batch:
                if isinstance(item, threading.Event):
                    item.set()

    def _gather(self) -> list[Exchange | threading.Event]:
        batch = [self._waiting.get()]
        if isinstance(batch[0], Exchange) and self._waiting.qsize() < BATCH:
            time.sleep(FLUSH_EVERY)
        while len(batch) < BATCH and not self._waiting.empty():
            batch.append(self._waiting.get())
        return batch

    def _save(self, engine: Engine, rows: list[Exchange]) -> None:
        self._batches += 1
        try:
            self._write(engine, rows)
        except Exception as error:
            # a gap in the log is acceptable; a dead log thread is not
            is_news = not isinstance(error, UNAVAILABLE)
            logger.warning(
                "the wire log has a gap of %s requests", len(rows), exc_info=is_news
            )
            lost.send(self, requests=len(rows))
        if self._batches % PRUNE_EVERY == 1:
            self._tidy(engine)

    def _tidy(self, engine: Engine) -> None:
        try:
            write_with(
                engine, lambda tx: tidying.tidy(tx, self._kept), seconds=PATIENCE
            )
        except Exception:
            logger.exception("what is past its time is still there")

    def _write(self, engine: Engine, rows: list[Exchange]) -> None:
        """Write the rows; one that the database cannot take goes without the others."""
        try:
            write_with(engine, lambda tx: self._keep(tx, rows), seconds=PATIENCE)
        except (DataError, IntegrityError):
            if len(rows) == 1:
                raise
            for row in rows:
                self._save(engine, [row])

    def _keep(self, tx: Connection, rows: list[Exchange]) -> None:
        _insert(tx, rows)
        for watch in self.watchers:
            _show(tx, rows, watch)


def init_app(app: Flask) -> None:
    """Give the app its log; nothing starts before the first exchange."""
    settings = app.extensions["envoy_console.config"]
    app.extensions["envoy_console.exchange_log"] = ExchangeLog(settings.exchanges_kept)


def watch(app: Flask, watcher: Watcher) -> None:
    """Show `watcher` each batch of exchanges, in the transaction that keeps them."""
    log: ExchangeLog = app.extensions["envoy_console.exchange_log"]
    log.watchers.append(watcher)


def current() -> ExchangeLog:
    """Return the log of the app that is being served."""
    return cast(ExchangeLog, current_app.extensions["envoy_console.exchange_log"])


def _show(tx: Connection, rows: list[Exchange], watcher: Watcher) -> None:
    """Let a watcher see the rows; whatever comes of it, they are kept."""
    try:
        with savepoint(tx):
            watcher(tx, rows)
    except Exception:
        logger.exception("a watcher of the wire log failed")


def _insert(tx: Connection, rows: list[Exchange]) -> None:
    only = _only_company(tx) if any(row.company_id is None for row in rows) else None
    tx.execute(exchanges.insert(), [_columns(row, only) for row in rows])
    _insert_quirks(tx, rows)
    _count(tx, rows)
    _adopt(tx, rows)


def _insert_quirks(tx: Connection, rows: list[Exchange]) -> None:
    found = [
        {"the_id": row.id, "the_name": name} for row in rows for name in row.quirks
    ]
    if found:
        tx.execute(_INSERT_QUIRK, found)


# a request that was judged has a company; the number is the database's to give
_INSERT_QUIRK = exchange_quirks.insert().from_select(
    ["number", "name", "company_id"],
    sa.select(
        exchanges.c.number,
        sa.bindparam("the_name", type_=sa.String).label("name"),
        exchanges.c.company_id,
    ).where(
        exchanges.c.id == sa.bindparam("the_id"), exchanges.c.company_id.is_not(None)
    ),
)


def _columns(row: Exchange, only_company: str | None) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in COLUMNS}
    values["company_id"] = row.company_id or only_company
    return values


def _only_company(tx: Connection) -> str | None:
    """Return the company of a server that has just one.

    A wrong token belongs to nobody; but where there is one company, its admin is the
    one who is wondering why the connection fails.
    """
    ids = tx.execute(sa.select(companies.c.id).limit(2)).scalars().all()
    return ids[0] if len(ids) == 1 else None


def _count(tx: Connection, rows: list[Exchange]) -> None:
    """Keep the integrations' counters, and the last use of tokens and OAuth clients."""
    known = [row for row in rows if row.integration_id is not None]
    asked = Counter(row.integration_id for row in known)
    rejected = Counter(row.integration_id for row in known if row.status >= 400)
    last = {row.integration_id: row for row in known}
    for integration_id, count in sorted(asked.items(), key=str):
        tx.execute(
            integrations.update()
            .where(integrations.c.id == integration_id)
            .values(
                request_count=integrations.c.request_count + count,
                rejected_count=integrations.c.rejected_count + rejected[integration_id],
                last_request_at=last[integration_id].at,
            )
        )
    used = {row.token_id: row for row in known if row.token_id and row.status != 401}
    # clients before tokens, as everybody locks them
    active = {row.client_id: row.at for row in used.values() if row.client_id}
    for client_id, at in sorted(active.items()):
        mine = clients.c.id == client_id
        tx.execute(clients.update().where(mine).values(last_used_at=at))
    for token_id, row in sorted(used.items(), key=str):
        mine = tokens.c.id == token_id
        values = {"last_used_at": row.at, "last_used_from": row.source}
        tx.execute(tokens.update().where(mine).values(values))


def _adopt(tx: Connection, rows: list[Exchange]) -> None:
    """Mark those as synced again whom a newly installed integration has looked up.

    A client that finds nothing to change only reads, and a read writes nothing. What
    the fault card answered was no look-up.
    """
    seen: dict[str, set[str]] = {}
    for row in rows:
        is_read = row.status == 200 and not row.injected
        if row.integration_id and row.resource_id and is_read:
            seen.setdefault(row.integration_id, set()).add(row.resource_id)
    for integration_id, ids in sorted(seen.items()):
        for resources in (employees, groups):
            tx.execute(_adopting(resources, integration_id, ids))


def _adopting(resources: sa.Table, integration_id: str, ids: set[str]) -> sa.Update:
    is_installed = sa.exists().where(
        integrations.c.id == integration_id,
        integrations.c.company_id == resources.c.company_id,
        integrations.c.uninstalled_at.is_(None),
    )
    # asked in a way that no index answers: a database without statistics would rather
    # read all rows that no integration looks after than look up these few ids
    is_orphan = sa.func.coalesce(resources.c.integration_id, "") == ""
    adopting = resources.update().where(
        resources.c.id.in_(ids), is_orphan, resources.c.source == "scim", is_installed
    )
    return adopting.values(integration_id=integration_id)
