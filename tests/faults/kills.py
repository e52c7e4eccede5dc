"""Kill -9 under write load: nothing acknowledged is lost, nothing is half there."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable

from tests.faults import load
from tests.faults.history import unlike
from tests.faults.judging import judge
from tests.faults.report import Finding, broken, figures
from tests.faults.service import Site, site
from tests.faults.stores import POSTGRESQL

FAULT = "kill -9"
PLANTED = {
    "hasty": "acknowledges before the commit",
    "piecemeal": "commits before all of it is written",
}
BACK_WITHIN = 5.0


def run(database: str, times: int, mutant: str = "") -> list[Finding]:
    """Kill `times` times: a worker, the whole service, or its database."""
    victims: list[Callable[[Site], str]] = [_worker, _service]
    if database == POSTGRESQL:
        victims += [_backend, _database, _everything]
    killed: Counter[str] = Counter()
    slowest = 0.0
    with site(database, mutant) as where:
        with load.running(where.wire) as history:
            for number in range(times):
                time.sleep(random.uniform(0.2, 0.6))
                killed[victims[number % len(victims)](where)] += 1
                slowest = max(slowest, where.seconds_until_it_answers())
            time.sleep(0.5)
        where.service.stop()
        verdict = judge(where.store.url, history)
    wrong = broken(verdict)
    if slowest > BACK_WITHIN:
        wrong.append(f"it took {slowest:.1f} s to answer again")
    if strange := unlike(history.writes, 200, 201, 204, 409, 503, load.CUT):
        wrong.append(f"{strange} answers like none that a client can do with")
    named = ", ".join(f"{count} × {victim}" for victim, count in killed.items())
    told = f"{named}; {figures(verdict)}; answers again after {slowest:.1f} s at most"
    return [Finding(FAULT, database, told, wrong, PLANTED.get(mutant, ""))]


def _worker(where: Site) -> str:
    where.service.kill_worker()
    return "worker"


def _service(where: Site) -> str:
    where.service.kill()
    where.service.start()
    return "gunicorn with its workers"


def _backend(where: Site) -> str:
    where.store.kill_backend()
    return "PostgreSQL backend"


def _database(where: Site) -> str:
    where.store.crash()
    return "PostgreSQL"


def _everything(where: Site) -> str:
    where.service.kill()
    where.store.crash()
    where.service.start()
    return "both"
