"""What happens in this process, counted as it happens: requests, and troubles.

A request costs two looks at the clock and three numbers written: 4 µs when it is all
that is done, some 15 µs among everything else, of a look-up's millisecond.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from flask import Flask
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from envoy_console import errors
from envoy_console.directory import exchange_log, throttle
from envoy_console.metrics.standing import Standing
from envoy_console.models import transactions

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# by the first part of the path; whatever else there is belongs to the console
AREAS = {
    "scim": "scim",
    "entra": "entra",
    "oauth": "oauth",
    "static": "static",
    "healthz": "probes",
    "readyz": "probes",
    "metrics": "probes",
}
METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})

# seconds; a look-up takes about one millisecond
BUCKETS = (
    *(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05),
    *(0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0),
)


def init_app(app: Flask) -> None:
    """Count every request to `app`, and what its database and its log tell."""
    counts = app.extensions["envoy_console.metrics"] = Counts()
    counts.listen_to(app)
    app.wsgi_app = Counted(app.wsgi_app, counts)  # type: ignore[method-assign]


class Counts:
    """The numbers of this process, and those of its siblings when they are read."""

    def __init__(self) -> None:
        own = self._registry = CollectorRegistry()
        self._requests = Counter(
            "envoy_requests",
            "Requests answered.",
            ["area", "method", "status"],
            registry=own,
        )
        self._seconds = Histogram(
            "envoy_request_duration_seconds",
            "From the first line of a request to the first of its answer.",
            ["area"],
            buckets=BUCKETS,
            registry=own,
        )
        self._log_waiting = Gauge(
            "envoy_wire_log_queue",
            "Exchanges that wait to be written, after the last batch was.",
            multiprocess_mode="livesum",
            registry=own,
        )
        self._log_lost = Counter(
            "envoy_wire_log_lost", "Exchanges that the log has not.", registry=own
        )
        self._retries = Counter(
            "envoy_database_retries",
            "Transactions run again because the database asked for it.",
            registry=own,
        )
        self._unavailable = Counter(
            "envoy_database_unavailable",
            "Requests answered 503 because the database did not serve.",
            registry=own,
        )
        self._throttled = Counter(
            "envoy_throttled_attempts",
            "Attempts at a secret that were refused unheard.",
            registry=own,
        )
        self._found: dict[tuple[str, str, str], tuple[Any, Any]] = {}

    def listen_to(self, app: Flask) -> None:
        """Count what the parts of this app signal; they hold us weakly."""
        log = app.extensions["envoy_console.exchange_log"]
        _, writer = app.extensions["envoy_console.engines"]
        exchange_log.saved.connect(self._on_saved, sender=log)
        exchange_log.lost.connect(self._on_lost, sender=log)
        errors.unavailable.connect(self._on_unavailable, sender=app)
        transactions.retried.connect(self._on_retry, sender=writer)
        throttle.refused.connect(self._on_throttled)

    def answered(self, path: str, method: str, status: str, seconds: float) -> None:
        """Count a request; `status` begins with its class."""
        area = AREAS.get(path[1:].partition("/")[0], "console")
        key = (area, method, status[:1])
        counters = self._found.get(key) or self._find(*key)
        counters[0].inc()
        counters[1].observe(seconds)

    def exposition(self) -> bytes:
        """Return all numbers in Prometheus's text format."""
        shown = self._registry
        if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
            shown = CollectorRegistry()
            MultiProcessCollector(shown)  # type: ignore[no-untyped-call]
        state = CollectorRegistry()
        state.register(Standing())
        return generate_latest(shown) + generate_latest(state)

    def _find(self, area: str, method: str, status: str) -> tuple[Any, Any]:
        """Return the counters for a kind of request; there are few kinds."""
        known = method if method in METHODS else "other"
        found = (
            self._requests.labels(area, known, f"{status}xx"),
            self._seconds.labels(area),
        )
        if known == method:  # whoever invents methods must not fill our memory
            self._found[area, method, status] = found
        return found

    def _on_saved(self, _log: Any, *, waiting: int) -> None:
        self._log_waiting.set(waiting)

    def _on_lost(self, _log: Any, *, requests: int) -> None:
        self._log_lost.inc(requests)

    def _on_retry(self, _engine: Any) -> None:
        self._retries.inc()

    def _on_unavailable(self, _app: Any) -> None:
        self._unavailable.inc()

    def _on_throttled(self, _key: Any) -> None:
        self._throttled.inc()


class Counted:
    """The app, with its requests counted; what it streams is not waited for."""

    def __init__(self, app: WSGIApplication, counts: Counts) -> None:
        self._app = app
        self._counts = counts

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        status, started = "5", time.perf_counter()

        def note(said: str, *rest: Any) -> Callable[[bytes], object]:
            nonlocal status
            status = said
            return start_response(said, *rest)

        try:
            return self._app(environ, note)
        finally:
            self._counts.answered(
                environ.get("PATH_INFO", ""),
                environ["REQUEST_METHOD"],
                status,
                time.perf_counter() - started,
            )
