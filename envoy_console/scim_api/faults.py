"""Answer as the company's fault card says, in place of the directory.

This comes after the token was recognised, since a fault belongs to a company, and
before any view, so that the directory is not touched. A slow answer is a true one,
given late.
"""

from __future__ import annotations

import threading
import time

from flask import Flask, Response, request

from envoy_console import here
from envoy_console.directory import faults
from envoy_console.directory.faults import Fault, Kind
from envoy_console.models.transactions import write
from envoy_console.scim.errors import (
    ScimError,
    TooManyRequestsError,
    UnauthorizedError,
    UniquenessError,
)
from envoy_console.scim_api import exchanges, failures, wire
from envoy_console.scim_api.blueprint import PREFIX

READING = frozenset({"GET", "HEAD", "OPTIONS"})
CREATING = frozenset({f"{PREFIX}/Users", f"{PREFIX}/Groups"})
SIGN = "Answered by the fault card"

WEB_PAGE = f"""<!doctype html>
<html lang="en">
<head><title>Sign in</title></head>
<body><h1>Sign in</h1><p>{SIGN}: a web page, where SCIM was expected.</p></body>
</html>
"""

# Each process has a few threads (WEB_THREADS); some must stay free for everybody else.
waiting = threading.BoundedSemaphore(2)


class BrokenError(ScimError):
    """A failure of ours; this one on purpose."""

    status = 500


ERRORS: dict[Kind, ScimError] = {
    Kind.UNAUTHORIZED: UnauthorizedError(f"{SIGN}: the token is not accepted."),
    Kind.UNIQUENESS: UniquenessError(f"{SIGN}: another resource has this value."),
    Kind.BROKEN: BrokenError(f"{SIGN}: something went wrong."),
}


def init_app(app: Flask) -> None:
    """Ask the fault card before every request under `/scim/`."""
    app.before_request(_ask)


def _ask() -> Response | None:
    if not exchanges.is_scim(here.request().path):
        return None
    fault = faults.on(exchanges.current().token)
    if fault is None or not _concerns(fault):
        return None
    wire.read_bytes()  # for the wire log
    return _answer(fault) if _take(fault) else None


def _concerns(fault: Fault) -> bool:
    """Tell whether the fault is for requests like this one."""
    if fault.kind is Kind.UNIQUENESS:
        return request.method == "POST" and request.path in CREATING
    return not fault.writes_only or _is_writing()


def _is_writing() -> bool:
    is_search = request.path.endswith("/.search")
    return request.method not in READING and not is_search


def _take(fault: Fault) -> bool:
    """Count the request, if the fault ends after a number of them."""
    if fault.requests_left is None:
        return True
    integration_id = exchanges.bearer().integration_id
    return write(lambda tx: faults.take(tx, integration_id, fault))


def _answer(fault: Fault) -> Response | None:
    exchange = exchanges.current()
    if fault.kind is Kind.SLOW:
        exchange.remark = _hold_up(fault.seconds)
        return None
    exchange.injected = True
    if fault.kind is Kind.WEB_PAGE:
        exchange.detail = f"{SIGN}: a web page."
        return Response(WEB_PAGE, content_type="text/html; charset=utf-8")
    if fault.kind is Kind.THROTTLED:
        said = f"{SIGN}: too many requests."
        return failures.answer(TooManyRequestsError(said, retry_after=fault.seconds))
    return failures.answer(ERRORS[fault.kind])


def _hold_up(seconds: int) -> str:
    """Wait, unless too many do already; return what the wire log says of it."""
    if not waiting.acquire(blocking=False):
        return "Not held up by the fault card: two other requests were waiting."
    try:
        time.sleep(seconds)
    finally:
        waiting.release()
    return f"Held up for {seconds} s by the fault card."
