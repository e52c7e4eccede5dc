"""Entra's traffic for a long time: memory stays flat, nothing fails, the log is pruned."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from bench import machine
from tests.faults import companies
from tests.faults.companies import Told
from tests.faults.report import Finding
from tests.faults.service import Site

PLANTED = {"hoarding": "a kilobyte kept of every answer"}

COMPANIES, A_SECOND = 6, 25  # requests, over all companies
LOGGED = 500  # requests that the wire log keeps of a company
SAMPLED_EVERY = 5.0  # seconds
GROWTH = 1.0  # MiB in ten minutes
P99 = 0.3  # seconds

# Workers are not replaced meanwhile: a new one would hide what the old one hoards.
FOR_GOOD = {"GUNICORN_CMD_ARGS": "--max-requests 0", "WIRE_LOG_KEEP": str(LOGGED)}


@dataclass(frozen=True)
class Sample:
    """The service at a moment: seconds since the start, MiB, open files, threads."""

    at: float
    memory: float
    files: int
    threads: int


def run(database: str, times: int, mutant: str = "") -> list[Finding]:
    """Provision several companies for `times` minutes."""
    with companies.site(database, COMPANIES, mutant, **FOR_GOOD) as (where, wires):
        with companies.provisioned(wires, COMPANIES / A_SECOND) as told:
            samples = _watch(where, times * 60)
        time.sleep(1)  # until the last requests are logged
        logged = _logged(where)
    return [_judged(database, times, told, samples, logged, PLANTED.get(mutant, ""))]


def _watch(where: Site, seconds: float) -> list[Sample]:
    began, samples = time.monotonic(), []
    while (at := time.monotonic() - began) < seconds:
        samples.append(_sample(where, at))
        time.sleep(SAMPLED_EVERY)
    return samples


def _sample(where: Site, at: float) -> Sample:
    workers = [Path(f"/proc/{pid}") for pid in where.service.workers()]
    return Sample(
        at,
        machine.largest_mib(where.service.pid),
        sum(len(list((worker / "fd").iterdir())) for worker in workers),
        sum(len(list((worker / "task").iterdir())) for worker in workers),
    )


def _logged(where: Site) -> int:
    """Return how many requests are logged of the company that has the most."""
    engine = sa.create_engine(where.store.url)
    query = (
        "SELECT count(*) FROM scim_exchanges WHERE company_id IS NOT NULL "
        "GROUP BY company_id ORDER BY 1 DESC"
    )
    with engine.connect() as tx:
        most = int(tx.exec_driver_sql(query).scalar() or 0)
    engine.dispose()
    return most


def _judged(
    database: str,
    minutes: int,
    told: list[Told],
    samples: list[Sample],
    logged: int,
    mutant: str,
) -> Finding:
    settled = samples[len(samples) // 4 :]
    growth = (
        600
        * statistics.linear_regression(
            [sample.at for sample in settled], [sample.memory for sample in settled]
        ).slope
    )
    answers = sum(sum(each.statuses.values()) for each in told)
    latencies = Told(latencies=[one for each in told for one in each.latencies])
    more_files = settled[-1].files - settled[0].files
    more_threads = settled[-1].threads - settled[0].threads
    broken = [said for each in told for said in each.complaints[:2]]
    for is_broken, said in (
        (growth > GROWTH, f"memory grew by {growth:.1f} MiB in ten minutes"),
        (more_files > 20, f"{more_files} more files are open"),
        (more_threads > 4, f"{more_threads} more threads"),
        (latencies.p99() > P99, f"p99 is {latencies.p99() * 1000:.0f} ms"),
        (logged > 1.5 * LOGGED, f"the log holds {logged} requests of a company"),
    ):
        if is_broken:
            broken.append(said)
    figures = (
        f"{answers:,} requests of {len(told)} companies, p99 {latencies.p99() * 1000:.0f} ms; "
        f"{settled[-1].memory:.0f} MiB, {growth:+.2f} MiB in ten minutes; "
        f"{logged} requests logged of a company that may keep {LOGGED}"
    )
    return Finding(f"{minutes} min of provisioning", database, figures, broken, mutant)
