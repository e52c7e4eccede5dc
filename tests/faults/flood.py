"""One of thirty companies floods the endpoint; the others should hardly notice."""

from __future__ import annotations

import contextlib
import threading
import time
from collections import Counter
from collections.abc import Iterator

from tests.faults import companies
from tests.faults.companies import Told
from tests.faults.report import Finding
from tests.faults.wire import Wire

PLANTED = {"unpaced": "no SCIM_RATE"}

COMPANIES, PAUSE = 30, 1.0  # seconds between two requests of a company
CONNECTIONS = 8  # of the one that floods
RATE = "200"  # requests a second of a token, as it is set by default
SLOWER = 2.0


def run(database: str, times: int, mutant: str = "") -> list[Finding]:
    """Provision 29 companies for `times` seconds without a flood, and again with one."""
    rate = "0" if mutant else RATE
    with companies.site(database, COMPANIES, SCIM_RATE=rate) as (_, wires):
        calm = _provision(wires[1:], times, first=0)
        with _flooding(wires[0]) as flood:
            busy = _provision(wires[1:], times, first=1_000_000)
    slower = busy.p99() / calm.p99()
    broken = [*calm.complaints[:2], *busy.complaints[:2]]
    if slower > SLOWER:
        broken.append(f"p99 of the others rose {slower:.1f} times")
    figures = (
        f"p99 of the others {slower:.1f} times as high as without; the flood sent "
        f"{sum(flood.values()):,} requests in {times} s, of which {flood[429]:,} were "
        f"put off (429)"
    )
    fault = f"one company of {COMPANIES} floods by {CONNECTIONS} connections"
    return [Finding(fault, database, figures, broken, PLANTED.get(mutant, ""))]


def _provision(wires: list[Wire], seconds: int, first: int) -> Told:
    with companies.provisioned(wires, PAUSE, first) as told:
        time.sleep(seconds)
    return Told(
        latencies=[took for each in told for took in each.latencies],
        complaints=[said for each in told for said in each.complaints],
    )


@contextlib.contextmanager
def _flooding(wire: Wire) -> Iterator[Counter[int]]:
    """Ask for users without a pause meanwhile."""
    answers: Counter[int] = Counter()
    over = threading.Event()

    def flood() -> None:
        while not over.is_set():
            answers[wire.ask("GET", "/Users?count=1").status] += 1

    threads = [threading.Thread(target=flood) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    try:
        yield answers
    finally:
        over.set()
        for thread in threads:
            thread.join()
