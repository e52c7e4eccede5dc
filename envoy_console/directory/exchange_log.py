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
from collections.abc import Callable
from typing import cast

from blinker import Signal
from flask import Flask
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DataError, IntegrityError

from envoy_console import here
from envoy_console.directory import exchange_rows, tidying
from envoy_console.directory.exchange_rows import Exchange
from envoy_console.models.transactions import UNAVAILABLE, savepoint, write_with, writer

logger = logging.getLogger(__name__)

FLUSH_EVERY = 0.25
# how often, within that time, the thread looks whether there is enough for a batch
LOOKS = 5
BATCH = 200
# characters of bodies: 200 long ones took more memory than all that a request needs
HEAVY = 524_288
WAITING_AT_MOST = 2_000
# seconds between two looks for what is past its time
TIDY_EVERY = 15.0
PATIENCE = 30.0

saved = Signal("The log that has written a batch, and how many are `waiting`.")
lost = Signal("The log that has a gap, and of how many `requests`.")

Watcher = Callable[[Connection, list[Exchange]], None]


class ExchangeLog:
    """The queue and the thread behind it; the thread starts with the first exchange."""

    def __init__(self, kept: int) -> None:
        self._kept = kept
        self._waiting: queue.SimpleQueue[Exchange | threading.Event] = (
            queue.SimpleQueue()
        )
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None
        self._tidied_at = -TIDY_EVERY
        self.watchers: list[Watcher] = []

    def add(self, exchange: Exchange) -> None:
        """Queue an exchange; when the database cannot keep up, the log has a gap."""
        self.start()
        if self._waiting.qsize() < WAITING_AT_MOST:
            self._waiting.put(exchange)
        else:
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
        """Return what comes in a quarter of a second, or sooner when that is enough."""
        batch = [self._waiting.get()]
        weight = _weight(batch[0])
        for look in range(LOOKS + 1):
            while _has_room(batch, weight) and not self._waiting.empty():
                batch.append(self._waiting.get())
                weight += _weight(batch[-1])
            if look == LOOKS or not _has_room(batch, weight):
                break
            time.sleep(FLUSH_EVERY / LOOKS)
        return batch

    def _save(self, engine: Engine, rows: list[Exchange]) -> None:
        try:
            self._write(engine, rows)
        except Exception as error:
            # a gap in the log is acceptable; a dead log thread is not
            is_news = not isinstance(error, UNAVAILABLE)
            logger.warning(
                "the wire log has a gap of %s requests", len(rows), exc_info=is_news
            )
            lost.send(self, requests=len(rows))
        if time.monotonic() - self._tidied_at >= TIDY_EVERY:
            self._tidied_at = time.monotonic()
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
        kept = exchange_rows.insert(tx, rows)
        for watch in self.watchers:
            _show(tx, kept, watch)


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
    return cast(ExchangeLog, here.app().extensions["envoy_console.exchange_log"])


def _weight(item: Exchange | threading.Event) -> int:
    """Return how much of a batch something is: all of it, if somebody waits for it."""
    if isinstance(item, threading.Event):
        return HEAVY
    return len(item.request_body) + len(item.response_body)


def _has_room(batch: list[Exchange | threading.Event], weight: int) -> bool:
    return len(batch) < BATCH and weight < HEAVY


def _show(tx: Connection, rows: list[Exchange], watcher: Watcher) -> None:
    """Let a watcher see the rows; whatever comes of it, they are kept."""
    try:
        with savepoint(tx):
            watcher(tx, rows)
    except Exception:
        logger.exception("a watcher of the wire log failed")
