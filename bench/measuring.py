"""One measurement: CPU of the server per request, and how long a client waits.

Requests per second depend on what else the machine does; CPU per request, taken as a
multiple of what "hello" costs in the same minute, holds.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from bench import client, machine
from bench.servers import Server

WARM_UP = 20


@dataclass(frozen=True, slots=True)
class Measurement:
    """What a number of equal requests cost."""

    requests: int
    cpu_us: float
    p50_ms: float
    p99_ms: float
    refused: int


def measure(
    server: Server,
    requests: Iterator[bytes],
    *,
    connections: int,
    seconds: float,
    expected: int | None = None,
) -> Measurement:
    """Send `requests` for some seconds, after a few that do not count."""
    client.run(server.address, islice(requests, WARM_UP), connections=connections)
    before = machine.cpu_seconds(*server.pids)
    outcome = client.run(
        server.address, requests, connections=connections, seconds=seconds
    )
    used = machine.cpu_seconds(*server.pids) - before
    sent = len(outcome.latencies)
    return Measurement(
        requests=sent,
        cpu_us=used / sent * 1_000_000,
        p50_ms=statistics.median(outcome.latencies) * 1000,
        p99_ms=_percentile(outcome.latencies, 0.99) * 1000,
        refused=0 if expected is None else sent - outcome.statuses[expected],
    )


def _percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]
