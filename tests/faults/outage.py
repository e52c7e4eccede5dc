"""A service that goes on while something below it is out of order.

Whatever the fault, a client may be told to come again, and nothing worse: 2xx, or 503
with Retry-After. Once the fault is over, the service heals by itself.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager

from tests.faults import load
from tests.faults.history import unlike
from tests.faults.judging import judge
from tests.faults.report import Finding, broken, figures
from tests.faults.service import Site

Fault = Callable[[Site], AbstractContextManager[None]]

BACK_WITHIN = 5.0  # seconds after the fault is over
REFUSED_WITHIN = 10.0  # a write tries for 8 seconds; the machine may be busy
PLANTED = {"unforgiving": "answers 500 when the database fails"}


def endure(
    name: str,
    where: Site,
    fault: Fault,
    *,
    times: int = 1,
    reads_go_on: bool,
    is_killed: bool = False,
    back_within: float | None = None,
    mutant: str = "",
) -> Finding:
    """Let `fault` happen under load, `times` times, and tell what became of it.

    A service that the fault kills may leave requests without an answer.
    """
    cut = (load.CUT,) if is_killed else ()
    slowest = 0.0
    with load.running(where.wire) as history:
        for _ in range(times):
            time.sleep(1)
            with fault(where):
                pass
            slowest = max(slowest, where.seconds_until_it_writes())
        time.sleep(0.5)
    where.service.stop()
    verdict = judge(where.store.url, history)
    wrong = broken(verdict)
    if strange := unlike(history.writes, 200, 201, 204, 409, 503, *cut):
        wrong.append(f"{strange} writes answered neither 2xx nor 503")
    if strange := unlike(history.reads, 200, *(() if reads_go_on else (503,)), *cut):
        wrong.append(f"{strange} of {history.reads.total()} reads failed")
    if history.slowest_refusal > REFUSED_WITHIN:
        wrong.append(f"a write was refused after {history.slowest_refusal:.1f} s")
    if slowest > (back_within or BACK_WITHIN):
        wrong.append(f"it took {slowest:.1f} s to heal")
    told = (
        f"{history.writes[503]} writes and {history.reads[503]} of "
        f"{history.reads.total()} reads answered 503; {figures(verdict)}; heals within "
        f"{slowest:.1f} s"
    )
    return Finding(name, where.store.kind, told, wrong, PLANTED.get(mutant, ""))
