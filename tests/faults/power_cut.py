"""The power goes: of SQLite's files only what had been synced is there afterwards.

A model, and a harsh one: whatever was not synced is gone, file by file. It knows no torn
pages, no reordered writes and no folder that forgets a name. PostgreSQL's own tests look
after PostgreSQL.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from pathlib import Path

from tests.faults import load, shim, stores
from tests.faults.judging import Verdict, judge
from tests.faults.report import Finding, broken, figures
from tests.faults.service import found, serving_found
from tests.faults.stores import SQLITE, NotHereError

FAULT = "power cut (model)"
PLANTED = {"careless": "synchronous=OFF"}
BUSY_FOR, QUIET_FOR = 4.0, 1.5  # seconds of load before the cut


def run(database: str, times: int, mutant: str = "") -> list[Finding]:
    """Cut the power `times` times, after much load and after little in turn."""
    if database != SQLITE:
        raise NotHereError("the model knows SQLite's files only")
    total = Verdict()
    for number in range(times):
        busy = number % 2 == 0
        total += cut(BUSY_FOR if busy else QUIET_FOR, 4 if busy else 1, mutant)
    name = f"{FAULT} {times} ×"
    said = broken(total)
    return [Finding(name, database, figures(total), said, PLANTED.get(mutant, ""))]


def cut(seconds: float, writers: int, mutant: str = "") -> Verdict:
    """Write for so long, cut the power, and look at what is left."""
    with tempfile.TemporaryDirectory(prefix="envoy-faults-") as name:
        folder = Path(name)
        live, shadow = folder / "live", folder / "shadow"
        live.mkdir()
        with stores.opened(SQLITE, live) as store:
            token = found(store.url, folder)
            shutil.copytree(live, shadow)  # what was there before is on the disk
            variables = shim.environment(folder, live, shadow=shadow)
            with serving_found(store, folder, token, mutant, **variables) as where:
                with load.running(where.wire, writers) as history:
                    time.sleep(seconds)
                    where.service.kill()
                return judge(f"sqlite:///{shadow}/envoy.db", history)
