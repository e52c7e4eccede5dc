"""Whole provisioning cycles: our worker brings a tenant to our endpoint.

Microsoft reckons the length of a cycle by users, groups and members together ("How long
will it take to provision users?"), so that the rate is told with members too.

Worker, gunicorn and database are the real ones. What they use is read from /proc, and
how many requests were made from the numbers of the wire log, which never go back.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from bench import machine, ours, report, servers, tenants
from bench.ours import Database
from bench.servers import UnavailableError
from bench.tenants import Tenant

MARKS = "<!-- cycles, measured by make bench -->", "<!-- end of the cycles -->"
TEAMS = 100
RATE = 200  # objects a second
FLAT = 5  # MiB that the worker may grow by after the first tenth
WITHIN = 3600.0  # seconds for a cycle
AT_REST = 0.5  # the wire log waits for a quarter of a second
INITIAL, UNCHANGED, RESTARTED = "initial", "without changes", "initial, restarted"


@dataclass(frozen=True, slots=True)
class Used:
    """What the processes had used at some moment."""

    requests: int
    server_cpu: float
    worker_cpu: float


@dataclass(frozen=True, slots=True)
class Result:
    """A cycle, and what it took. Memory is the worker's: when a tenth was done, and
    at most from then on.
    """

    database: str
    users: int
    kind: str
    cycle: Any
    used: Used
    members: int  # that the target was told of
    writes: int
    early_mib: float
    peak_mib: float

    @property
    def objects(self) -> int:
        return int(self.cycle.planned_users + self.cycle.planned_groups)

    @property
    def seconds(self) -> float:
        took: float = (self.cycle.ended_at - self.cycle.started_at).total_seconds()
        return took


def run(sizes: Sequence[int], only: str) -> Iterator[Result]:
    """Run the cycles of tenants of these sizes, on each database."""
    for name, lent in ours.DATABASES.items():
        for size in sizes if only in f"ours, {name}" else ():
            click.echo(f"ours, {name}, cycles of {size:,} users …", err=True)
            try:
                with lent() as base:
                    yield from _run(name, base, size)
            except UnavailableError as error:
                click.secho(f"  SKIPPED: {error}", fg="red", err=True)


def _run(name: str, base: Database, size: int) -> Iterator[Result]:
    port = servers.free_port()
    with tempfile.TemporaryDirectory(prefix="envoy-bench-") as folder:
        settings = ours.settings(Path(folder), base.url, port)
        tenant = tenants.found(settings, size, TEAMS)
        with ours.serving(base, port) as server, tenants.worker(settings) as worker:
            for kind in (INITIAL, UNCHANGED, RESTARTED):
                result = _measured(tenant, kind, name, size, server.pids, worker)
                click.echo(f"  {' · '.join(_row(result))}", err=True)
                yield result


def _measured(
    tenant: Tenant,
    kind: str,
    name: str,
    size: int,
    server: Sequence[int],
    worker: int,
) -> Result:
    before = _used(tenant, server, worker)
    told_before = tenant.members_told()
    former = tenant.start_cycle(anew=kind == RESTARTED)
    memory = list(_watched(tenant, former, worker))
    time.sleep(AT_REST)
    after = _used(tenant, server, worker)
    return Result(
        name,
        size,
        kind,
        tenant.cycle(),
        Used(
            after.requests - before.requests,
            after.server_cpu - before.server_cpu,
            after.worker_cpu - before.worker_cpu,
        ),
        tenant.members_told() - told_before,
        tenant.writes_since(before.requests),
        early_mib=memory[0],
        peak_mib=max(memory),
    )


def _used(tenant: Tenant, server: Sequence[int], worker: int) -> Used:
    return Used(
        tenant.last_request(), machine.cpu_seconds(*server), machine.cpu_seconds(worker)
    )


def _watched(tenant: Tenant, former: str | None, worker: int) -> Iterator[float]:
    """Yield how large the worker is, from a tenth of the cycle to its end."""
    deadline = time.monotonic() + WITHIN
    while time.monotonic() < deadline:
        time.sleep(0.2)
        status = tenant.status()
        if status.cycle is None or status.cycle.id == former:
            continue
        if status.percent >= 10:
            yield machine.largest_mib(worker)
        if not status.is_running:
            return
    raise TimeoutError("the cycle does not end")


def page(results: Sequence[Result]) -> str:
    """Return the tables of all cycles with the circumstances they ran in."""
    parts = [report.circumstances()]
    for name in dict.fromkeys(result.database for result in results):
        mine = [result for result in results if result.database == name]
        parts += [f"### Cycles: ours, {name}", report.table(HEAD, map(_row, mine))]
    return "\n\n".join(parts)


HEAD = (
    "users",
    "cycle",
    "objects",
    "members",
    "seconds",
    f"objects/s, target ≥ {RATE}",
    f"with members, target ≥ {RATE}",
    "requests",
    "requests per object",
    "CPU of the server, s",
    "CPU of the worker, s",
    "memory of the worker, MiB",
    "writes",
    "failures",
)


def _row(result: Result) -> list[str]:
    used = result.used
    return [
        f"{result.users:,}",
        result.kind,
        f"{result.objects:,}",
        f"{result.members:,}",
        f"{result.seconds:.1f}",
        _rate(result, result.objects),
        _rate(result, result.members and result.objects + result.members),
        f"{used.requests:,}",
        f"{used.requests / result.objects:.1f}" if result.objects else "–",
        f"{used.server_cpu:.1f}",
        f"{used.worker_cpu:.1f}",
        _memory(result),
        _writes(result),
        f"{report.mark(not _failures(result))} {_failures(result)}",
    ]


def _rate(result: Result, handled: int) -> str:
    if not handled:
        return "–"
    rate = handled / result.seconds
    return f"{report.mark(rate >= RATE)} {rate:,.0f}"


def _memory(result: Result) -> str:
    is_flat = result.peak_mib - result.early_mib <= FLAT
    return f"{report.mark(is_flat)} {result.early_mib:.0f} → {result.peak_mib:.0f}"


def _writes(result: Result) -> str:
    if result.kind == INITIAL:
        return "–"  # the log keeps no more than the latest of them
    return f"{report.mark(not result.writes)} {result.writes:,}"


def _failures(result: Result) -> int:
    return int(result.cycle.failures + result.cycle.reference_failures)
