"""Tables of what was measured, in Markdown, which is also what is printed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bench import machine
from bench.measuring import Result

MARKS = "<!-- measured by make bench -->", "<!-- end of what was measured -->"
SPREAD = 10  # p99 may be at most so many times p50, with eight connections
MEMORY = 90  # MiB
LOADING = 5000  # users a second
GROWTH = 1.2  # a larger directory may cost at most so many times a small one


@dataclass(frozen=True, slots=True)
class Run:
    """All results of one server with one size of directory."""

    server: str
    size: int
    is_ours: bool
    results: Sequence[Result]
    worker_mib: float
    loaded_in: float | None

    def find(self, operation: str, connections: int = 1) -> Result | None:
        """Return the result of an operation, if it was measured."""
        return next(
            (
                result
                for result in self.results
                if result.operation.name == operation
                and result.connections == connections
            ),
            None,
        )


def page(runs: Sequence[Run]) -> str:
    """Return all tables with the circumstances in which they were made."""
    smallest = min((run.size for run in runs), default=0)
    first = [run for run in runs if run.size == smallest]
    mine = [run for run in first if run.is_ours]
    parts = [
        circumstances(),
        f"### CPU per request, {smallest:,} users, 1 connection",
        costs(first),
        "### How long a client waits: p50 / p99 in milliseconds",
        waits(mine),
    ]
    for run in mine:
        larger = [one for one in runs if one.server == run.server]
        if len(larger) > 1:
            parts += [f"### Larger directories: {run.server}", growth(larger)]
    return "\n\n".join([*parts, "### Memory and bulk load", sizes(runs)])


def circumstances() -> str:
    """Return when and where something was measured."""
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    return f"{today} · {machine.description()} · {machine.versions()}"


def write_into(target: Path, text: str, marks: tuple[str, str] = MARKS) -> None:
    """Put the tables between the two marks of a page."""
    begin, end = marks
    before, _, rest = target.read_text().partition(begin)
    _, _, after = rest.partition(end)
    target.write_text(f"{before}{begin}\n\n{text}\n{end}{after}")


def costs(runs: Sequence[Run]) -> str:
    """Return what a request costs on each server, as a multiple of hello."""
    head = ["operation", "target", *(run.server for run in runs)]
    rows = []
    for name, limit in _operations(runs):
        cells = [_cost(run, name, limit) for run in runs]
        rows.append([name, f"≤ {limit:g}" if limit else "", *cells])
    return table(head, rows)


def waits(runs: Sequence[Run]) -> str:
    """Return how long our clients wait: p50 / p99 in milliseconds."""
    head = ["operation"]
    for run in runs:
        head += [f"{run.server}, 1 connection", "8 connections"]
    rows = []
    for name, _ in _operations(runs):
        cells = [_wait(run.find(name, count)) for run in runs for count in (1, 8)]
        rows.append([name, *cells])
    return table(head, rows)


def growth(runs: Sequence[Run]) -> str:
    """Return what a request costs in directories of several sizes."""
    smallest = runs[0]
    head = ["operation", *(f"{run.size:,} users" for run in runs)]
    rows = []
    for name, _ in _operations(runs):
        rows.append(
            [name, *(_grown(run.find(name), smallest.find(name)) for run in runs)]
        )
    return table(head, rows)


def sizes(runs: Iterable[Run]) -> str:
    """Return how large the largest process has become, and how fast users went in."""
    head = ["server", "users", "largest process", "bulk load, target ≥ 5,000 users/s"]
    rows = [[run.server, f"{run.size:,}", _memory(run), _load(run)] for run in runs]
    return table(head, rows)


def _operations(runs: Sequence[Run]) -> list[tuple[str, float | None]]:
    """Return every operation in the order of measuring, with its target."""
    found = {r.operation.name: r.operation.limit for run in runs for r in run.results}
    return list(found.items())


def _cost(run: Run, name: str, limit: float | None) -> str:
    result = run.find(name)
    if result is None:
        return "–"
    if result.refused:
        return f"refused {result.refused} of {result.requests}"
    text = f"{result.multiple:.1f} × ({result.cost:,.0f} µs)"
    return f"{mark(result.multiple <= limit)} {text}" if run.is_ours and limit else text


def _wait(result: Result | None) -> str:
    if result is None:
        return "–"
    text = f"{result.p50:.1f} / {result.p99:.1f}"
    if result.connections == 1:
        return text
    return f"{mark(result.p99 <= SPREAD * result.p50)} {text}"


def _grown(result: Result | None, smallest: Result | None) -> str:
    if result is None:
        return "–"
    text = f"{result.multiple:.1f} ×"
    if smallest is None or smallest is result:
        return text
    factor = result.multiple / smallest.multiple
    return f"{mark(factor <= GROWTH)} {text}, {factor:.2f} of the smallest"


def _memory(run: Run) -> str:
    text = f"{run.worker_mib:.0f} MiB"
    return f"{mark(run.worker_mib <= MEMORY)} {text}" if run.is_ours else text


def _load(run: Run) -> str:
    if run.loaded_in is None:
        return "–"
    rate = run.size / run.loaded_in
    return f"{mark(rate >= LOADING)} {rate:,.0f} users/s"


def mark(is_reached: bool) -> str:
    """Return how it is shown whether a target was reached."""
    return "✅" if is_reached else "❌"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table in Markdown that is also readable as text."""
    lines = [list(head), *map(list, rows)]
    widths = [max(len(line[n]) for line in lines) for n in range(len(head))]

    def pad(line: Sequence[str]) -> str:
        return " | ".join(map(str.ljust, line, widths))

    ruler = "|".join("-" * (width + 2) for width in widths)
    body = "\n".join(f"| {pad(line)} |" for line in lines[1:])
    return f"| {pad(head)} |\n|{ruler}|\n{body}"
