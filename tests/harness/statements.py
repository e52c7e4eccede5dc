"""Counting the SQL statements of a piece of work."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from typing import Any

import sqlalchemy as sa
from flask import Flask

from envoy_console.extensions import db

# The wire log is written off the request path, by a thread of its own.
NOT_COUNTED = "exchange-log"


@contextlib.contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """Collect the statements that requests to `app` execute; BEGIN is not among them."""
    statements: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if threading.current_thread().name != NOT_COUNTED:
            statements.append(statement)

    with app.app_context():
        engine = db.engine
    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)


@contextlib.contextmanager
def skipping(app: Flask) -> Iterator[list[str]]:
    """Collect the statements that read rows only to skip them, by OFFSET."""
    found: list[str] = []

    def note(
        _conn: Any, _cursor: Any, statement: str, parameters: Any, *_: Any
    ) -> None:
        # SQLAlchemy always writes OFFSET for SQLite, as the last parameter
        says_zero = statement.endswith("OFFSET ?") and parameters[-1] == 0
        if threading.current_thread().name == NOT_COUNTED or says_zero:
            return
        if "OFFSET" in statement:
            found.append(statement)

    with app.app_context():
        engine = db.engine
    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)


@contextlib.contextmanager
def followed(app: Flask, fragment: str, deed: Callable[[], Any]) -> Iterator[None]:
    """Do `deed`, in a thread of its own, right after the first statement that holds
    `fragment`; fail when there is none.
    """
    is_done = threading.Event()

    def act() -> None:
        with app.app_context():
            deed()

    def note(_conn: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if fragment in statement and not is_done.is_set():
            is_done.set()
            somebody = threading.Thread(target=act)
            somebody.start()
            somebody.join()

    with app.app_context():
        engine = db.engine
    sa.event.listen(engine, "after_cursor_execute", note)
    try:
        yield
    finally:
        sa.event.remove(engine, "after_cursor_execute", note)
    assert is_done.is_set(), f"nothing was executed that holds {fragment!r}"


@contextlib.contextmanager
def budget(app: Flask, most: int) -> Iterator[None]:
    """Fail when the work inside takes more than `most` statements."""
    with counted(app) as statements:
        yield
    assert len(statements) <= most, "\n\n".join(statements)
