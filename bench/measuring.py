"""Measurements: CPU of the server per request, and how long a client waits.

What a request costs depends on what else the machine does just then, by a factor of
two on a shared one. So every slice of requests is preceded by a slice of hellos, its
cost is given as a multiple of theirs, and the median of several such rounds is kept.
"""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice, repeat

from bench import client, machine
from bench.operations import Operation, Site
from bench.servers import Server

WARM_UP = 20
HELLO = b"GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n"


class WrongAnswerError(Exception):
    """A server answers quickly, but not what it was asked."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How long to look: rounds, and seconds of each slice."""

    rounds: int
    seconds: float


@dataclass(slots=True)
class Result:
    """What one operation cost on one server with so many connections."""

    operation: Operation
    connections: int
    cpu_us: list[float] = field(default_factory=list)
    multiples: list[float] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)
    refused: int = 0

    def __str__(self) -> str:
        return (
            f"{self.operation.name:42}{self.connections:2} × {self.cost:8,.0f} µs "
            f"{self.multiple:6.2f} × hello   p50 {self.p50:7.2f}   p99 {self.p99:7.2f} ms"
            f"   {self.refused or 'none'} refused"
        )

    @property
    def cost(self) -> float:
        """CPU microseconds per request."""
        return statistics.median(self.cpu_us)

    @property
    def multiple(self) -> float:
        """The same, as a multiple of what hello cost."""
        return statistics.median(self.multiples)

    @property
    def p50(self) -> float:
        """What half of the requests waited at most, in milliseconds."""
        return statistics.median(self.latencies) * 1000

    @property
    def p99(self) -> float:
        ordered = sorted(self.latencies)
        return ordered[int(len(ordered) * 0.99)] * 1000


def measure(
    server: Server,
    site: Site,
    hello: Server,
    operation: Operation,
    connections: int,
    effort: Effort,
) -> Result:
    """Return what `operation` costs, in rounds of hellos and requests."""
    result = Result(operation, connections)
    _warm_up(server, operation, operation.stream(site), connections)
    for _ in range(effort.rounds):
        greetings = _slice(hello, repeat(HELLO), connections, effort.seconds / 2)
        asked = _slice(server, operation.stream(site), connections, effort.seconds)
        if asked is None or greetings is None:
            break
        result.cpu_us.append(asked.cpu_us)
        result.multiples.append(asked.cpu_us / greetings.cpu_us)
        result.latencies += asked.outcome.latencies
        result.refused += asked.refused
    return result


@dataclass(frozen=True, slots=True)
class _Slice:
    outcome: client.Outcome
    cpu_us: float

    @property
    def refused(self) -> int:
        statuses = self.outcome.statuses
        return sum(count for status, count in statuses.items() if status >= 300)


def _slice(
    server: Server, requests: Iterator[bytes], connections: int, seconds: float
) -> _Slice | None:
    """Send requests for so long; None when there were none to send."""
    before = machine.cpu_seconds(*server.pids)
    outcome = client.run(
        server.address, requests, connections=connections, seconds=seconds
    )
    used = machine.cpu_seconds(*server.pids) - before
    sent = len(outcome.latencies)
    return _Slice(outcome, used / sent * 1_000_000) if sent else None


def _warm_up(
    server: Server, operation: Operation, requests: Iterator[bytes], connections: int
) -> None:
    """Send a few requests that do not count, and look at the first answer."""
    first = client.run(server.address, islice(requests, 1), keep=True)
    client.run(server.address, islice(requests, WARM_UP), connections=connections)
    if operation.finds is None:
        return
    found = json.loads(first.bodies[0]).get("totalResults")
    if found != operation.finds:
        said = first.bodies[0][:300].decode(errors="replace")
        raise WrongAnswerError(f"{server.name}, {operation.name}: {said}")
