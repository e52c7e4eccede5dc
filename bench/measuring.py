"""Measurements: CPU of the server per request, and how long a client waits.

What a request costs depends on what else the machine does just then, by a factor of
two on a shared one. So hello and the server under measurement take turns, a fraction
of a second each, and what is kept is the multiple of hello: of all the turns' the
median, so that a neighbour who is loud for a second does not count. After each turn the
server's CPU is read when its wire log has come to rest, so that work put off is counted.
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice, repeat

from bench import client, machine
from bench.client import Outcome
from bench.operations import Operation, Site
from bench.servers import Server

WARM_UP = 20
AT_REST = 0.4  # the wire log waits for a quarter of a second
HELLO = b"GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n"


class WrongAnswerError(Exception):
    """A server answers quickly, but not what it was asked."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How long to look: so many turns, each of so many seconds."""

    turns: int
    seconds: float


@dataclass(slots=True)
class Load:
    """A stream of requests to a server, and what has become of them."""

    server: Server
    requests: Iterator[bytes]
    connections: int
    outcome: Outcome = field(default_factory=Outcome)

    def warm_up(self) -> None:
        """Send a few requests that do not count."""
        self._send(islice(self.requests, WARM_UP))
        time.sleep(AT_REST)

    def turn(self, seconds: float) -> float:
        """Send for so many seconds; return the CPU microseconds per request."""
        before = machine.cpu_seconds(*self.server.pids)
        outcome = self._send(self.requests, seconds)
        time.sleep(AT_REST)
        used = machine.cpu_seconds(*self.server.pids) - before
        self.outcome += outcome
        return used / len(outcome.latencies) * 1_000_000

    def _send(self, requests: Iterator[bytes], seconds: float = 60.0) -> Outcome:
        return client.run(
            self.server.address,
            requests,
            connections=self.connections,
            seconds=seconds,
        )


@dataclass(frozen=True, slots=True)
class Result:
    """What one operation cost on one server with so many connections."""

    operation: Operation
    connections: int
    cost: float
    multiple: float
    outcome: Outcome

    @property
    def p50(self) -> float:
        """What half of the requests waited at most, in milliseconds."""
        return statistics.median(self.outcome.latencies) * 1000

    @property
    def p99(self) -> float:
        ordered = sorted(self.outcome.latencies)
        return ordered[int(len(ordered) * 0.99)] * 1000

    @property
    def requests(self) -> int:
        return len(self.outcome.latencies)

    @property
    def refused(self) -> int:
        statuses = self.outcome.statuses
        return sum(count for status, count in statuses.items() if status >= 300)

    def __str__(self) -> str:
        return (
            f"{self.operation.name:42}{self.connections:2} × {self.cost:8,.0f} µs "
            f"{self.multiple:6.2f} × hello   p50 {self.p50:7.2f}   p99 {self.p99:7.2f} ms"
            f"   {self.requests} requests, {self.refused or 'none'} refused"
        )


def measure(
    server: Server,
    site: Site,
    hello: Server,
    operation: Operation,
    connections: int,
    effort: Effort,
) -> Result:
    """Return what `operation` costs beside hello. May raise WrongAnswerError."""
    _look_at_one(server, site, operation)
    greetings = Load(hello, repeat(HELLO), connections)
    asked = Load(server, operation.stream(site), connections)
    for load in (greetings, asked):
        load.warm_up()
    greeted, costs = [], []
    for _ in range(effort.turns):
        greeted.append(greetings.turn(effort.seconds))
        costs.append(asked.turn(effort.seconds))
    multiples = [cost / least for cost, least in zip(costs, greeted, strict=True)]
    return Result(
        operation,
        connections,
        statistics.median(costs),
        statistics.median(multiples),
        asked.outcome,
    )


def _look_at_one(server: Server, site: Site, operation: Operation) -> None:
    """Raise WrongAnswerError unless the operation finds what it must find."""
    if operation.finds is None:
        return
    one = client.run(server.address, islice(operation.stream(site), 1), keep=True)
    if json.loads(one.bodies[0]).get("totalResults") != operation.finds:
        said = one.bodies[0][:300].decode(errors="replace")
        raise WrongAnswerError(f"{server.name}, {operation.name}: {said}")
