"""`/metrics` for Prometheus: there where METRICS_TOKEN is set, and only for its bearer.

What happens is counted in each process (`counting`), in files that gunicorn's workers
share (`slots`); what stands in the database is asked when Prometheus does (`standing`).
No label names a person, a company or an address.
"""

from __future__ import annotations

import secrets

from flask import Blueprint, Flask, Response, current_app, request
from flask.typing import ResponseReturnValue

from envoy_console import config
from envoy_console.directory import throttle
from envoy_console.directory.throttle import ThrottledError
from envoy_console.models.transactions import write

bp = Blueprint("metrics", __name__)


def init_app(app: Flask) -> None:
    """Count, and open the door, if there is a token for it."""
    if not app.extensions["envoy_console.config"].metrics_token:
        return
    # the library takes 50 ms to import, which only whoever counts should spend
    from envoy_console.metrics import counting  # noqa: PLC0415

    counting.init_app(app)
    app.register_blueprint(bp)


@bp.get("/metrics")
def scrape() -> ResponseReturnValue:
    """Answer in Prometheus's text format."""
    if not _is_ours(request.headers.get("Authorization", "")):
        return _refused()
    text: bytes = current_app.extensions["envoy_console.metrics"].exposition()
    return Response(text, content_type="text/plain; version=0.0.4; charset=utf-8")


@bp.errorhandler(ThrottledError)
def slow_down(error: ThrottledError) -> ResponseReturnValue:
    """Answer whoever keeps sending wrong tokens."""
    wait = str(round(error.retry_after.total_seconds()) or 1)
    return _plain(str(error), 429, {"Retry-After": wait})


def _is_ours(header: str) -> bool:
    scheme, _, token = header.partition(" ")
    known = config.current().metrics_token
    given = token.strip().encode()
    return scheme.lower() == "bearer" and secrets.compare_digest(given, known.encode())


def _refused() -> Response:
    """Count a wrong token, so that guessing is slow; a right one needs no database."""
    key = f"metrics-source:{throttle.sender(request.remote_addr or '')}"
    write(lambda tx: throttle.admit(tx, key, free=throttle.FREE_PER_ACCOUNT))
    challenge = {"WWW-Authenticate": 'Bearer realm="metrics"'}
    return _plain("Send METRICS_TOKEN as “Authorization: Bearer …”.", 401, challenge)


def _plain(text: str, status: int, headers: dict[str, str]) -> Response:
    kind = "text/plain; charset=utf-8"
    return Response(f"{text}\n", status, headers, content_type=kind)
