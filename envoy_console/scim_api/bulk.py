"""`/Bulk` (RFC 7644 §3.7): many operations in one request and one transaction.

Nothing is answered before all that succeeded is committed.
"""

from __future__ import annotations

import time
from collections.abc import Collection

from flask import Response
from sqlalchemy.engine import Connection

from envoy_console import config
from envoy_console.directory import one_at_a_time
from envoy_console.models.transactions import write
from envoy_console.scim import bulk
from envoy_console.scim.bulk import Result
from envoy_console.scim_api import exchanges, wire
from envoy_console.scim_api.blueprint import bp
from envoy_console.scim_api.bulk_run import BulkRun

MAX_OPERATIONS = 1_000


@bp.post("/Bulk")
def carry_out_operations() -> Response:
    """RFC 7644 §3.7."""
    exchange = exchanges.current()
    asked = bulk.read_request(
        wire.read_body(), exchange.dialect, max_operations=MAX_OPERATIONS
    )
    # others wait for half of a write's time; they must not wait in vain
    at_most = config.current().write_deadline.total_seconds() * 3 / 8

    def work(tx: Connection) -> list[Result]:
        # two that create the same users in another order would wait for each other
        one_at_a_time.enter(tx, exchanges.company_id())
        return BulkRun(tx, time.monotonic() + at_most).results_of(asked)

    results = write(work)
    exchange.detail = _summary(results)
    return wire.scim_response(bulk.response(results))


def _summary(results: Collection[Result]) -> str | None:
    """Return what the wire log says of the operations that failed."""
    failed = [(r.operation.number, r.error.detail) for r in results if r.error]
    if not failed:
        return None
    number, detail = min(failed)
    return (
        f"{len(failed)} of {len(results)} operations failed. "
        f"Operations[{number}]: {detail}"
    )
