"""The doorbell of the worker: what a page wants done that takes HTTP, or time.

Everything the worker needs stands in the database; a ring only says that there is
something to do, so one that gets lost delays work and loses none. A web process
imports the worker's tasks when it rings first: what the SCIM endpoint alone needs is
two thirds of their memory.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any

from flask import Flask, current_app

from envoy_console import config

log = logging.getLogger(__name__)

TEST_CONNECTION, ADVANCE, PROVISION = "test_connection", "advance", "provision"
SCENARIO, CHECK = "scenario", "check_endpoint"


def init_app(app: Flask) -> None:
    """Give the app its queue, which is there when first somebody rings."""
    app.extensions["envoy_console.queue"] = cache(
        lambda: import_module("envoy_console.tasks").Queue(app)
    )


def ring(task: str, key: str) -> None:
    """Have the worker run `task` for `key`; call it after the transaction is over."""
    tell(lambda: _of_app().tasks[task](key))


def tell(put: Callable[[], Any]) -> bool:
    """Put something into the queue; False when it cannot be reached."""
    try:
        put()
    except _unreachable() as error:
        log.warning(
            "The queue of the worker cannot be reached; the worker looks into the "
            "database once a minute, and does then what waits. %s",
            error,
        )
        return False
    return True


def is_reachable() -> bool:
    """Tell whether the worker could be told anything just now."""
    if not config.current().redis_url:
        return True
    try:
        _of_app().huey.pending_count()
    except _unreachable():
        return False
    return True


def _of_app() -> Any:
    return current_app.extensions["envoy_console.queue"]()


def _unreachable() -> tuple[type[Exception], ...]:
    """Return what a queue raises; asked only once something was raised."""
    import sqlite3  # noqa: PLC0415

    from redis.exceptions import RedisError  # noqa: PLC0415

    return (RedisError, sqlite3.Error, OSError)
