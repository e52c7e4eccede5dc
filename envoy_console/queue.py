"""The doorbell of the worker: what a page wants done that takes HTTP, or time.

Everything the worker needs stands in the database; a ring only says that there is
something to do, so one that gets lost delays work and loses none.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable
from typing import Any

from flask import current_app
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

TEST_CONNECTION, ADVANCE, PROVISION = "test_connection", "advance", "provision"
SCENARIO, CHECK = "scenario", "check_endpoint"
UNREACHABLE = (RedisError, sqlite3.Error, OSError)


def ring(task: str, key: str) -> None:
    """Have the worker run `task` for `key`; call it after the transaction is over."""
    tell(lambda: current_app.extensions["envoy_console.tasks"][task](key))


def tell(put: Callable[[], Any]) -> bool:
    """Put something into the queue; False when it cannot be reached."""
    try:
        put()
    except UNREACHABLE as error:
        log.warning(
            "The queue of the worker cannot be reached; the worker looks into the "
            "database once a minute, and does then what waits. %s",
            error,
        )
        return False
    return True


def is_reachable() -> bool:
    """Tell whether the worker could be told anything just now."""
    try:
        current_app.extensions["envoy_console.huey"].pending_count()
    except UNREACHABLE:
        return False
    return True
