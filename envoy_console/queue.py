"""The doorbell of the worker: what a page wants done that takes HTTP, or time.

Everything the worker needs stands in the database; a ring only says that there is
something to do, so one that gets lost delays work and loses none.
"""

from __future__ import annotations

from flask import current_app

TEST_CONNECTION, ADVANCE, PROVISION = "test_connection", "advance", "provision"
CHECK = "check_endpoint"


def ring(task: str, key: str) -> None:
    """Have the worker run `task` for `key`; call it after the transaction is over."""
    current_app.extensions["envoy_console.tasks"][task](key)
