"""Thirty companies are provisioned at once by the simulator, one of them far bigger.

The real worker works off all the cycles against the real gunicorn. Afterwards each
company's directory has to be its own tenant, neither more nor less, and the small ones
may hardly have noticed the big one.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask

from bench.tenants import Tenant, connect
from envoy_console import config, create_app
from envoy_console.config import Config
from envoy_console.directory import bearers
from envoy_console.entra import populate, tenants
from envoy_console.models import Employee, heartbeat
from envoy_console.models.base import now, table
from envoy_console.models.entra_tenant import EntraGroup, EntraMembership, EntraUser
from envoy_console.models.transactions import read, write
from tests.faults import companies
from tests.faults.report import Finding
from tests.faults.service import Service
from tests.faults.wire import Wire
from tests.harness import serving

PLANTED = {
    "one_at_a_time": "a worker stays with a job to its end",
    "mixed_up": "a request is taken for the company's that asked before",
}

USERS, TEAMS = 20, 2  # of a small company
BIGGER = 40  # users of the big one for each company that there is
RATE = "200"  # requests a second of a token, as it is set by default
SLOWER = 2.0
WITHIN = 900.0  # seconds
PAGE = 200

users, groups = table(EntraUser), table(EntraGroup)
memberships, employees = table(EntraMembership), table(Employee)


@dataclass(frozen=True)
class Company:
    """A company with its tenant, and a wire to its directory."""

    wire: Wire
    tenant: Tenant

    def ended_at(self) -> datetime | None:
        """Return when the cycle of the tenant ended, if it has."""
        cycle = self.tenant.cycle()
        return cycle and cycle.ended_at


def run(database: str, times: int, mutant: str = "") -> list[Finding]:
    """Provision `times` - 1 small companies, then as many others beside a big one."""
    small, size = times - 1, BIGGER * times
    with (
        companies.site(database, times + small, mutant, SCIM_RATE=RATE) as (at, wires),
        _app(at.service) as app,
    ):
        sizes = [size, *[USERS] * 2 * small]
        made = [
            _founded(app, wire, number, users)
            for number, (wire, users) in enumerate(zip(wires, sizes, strict=True))
        ]
        with at.service.working():
            _wait_until(lambda: _has_worker(app))
            alone = max(_seconds(made[times:]))
            big, *others = _seconds(made[:times])
        broken = [*_differences(app, made)]
    beside = max(others)
    if beside >= big:
        broken.append("a small company was not done before the big one")
    if beside > SLOWER * alone:
        broken.append(f"a small company took {beside / alone:.1f} times as long")
    figures = (
        f"the {size:,} users of the big one took {big:.1f} s; the slowest of the others, "
        f"of {USERS} users each, was done after {beside:.1f} s, without the big one after "
        f"{alone:.1f} s; {len(made)} directories compared with their tenants"
    )
    fault = f"{times} companies are provisioned at once, one of them far bigger"
    return [Finding(fault, database, figures, broken[:4], PLANTED.get(mutant, ""))]


@contextlib.contextmanager
def _app(service: Service) -> Iterator[Flask]:
    """Lend the app that is served, in this process."""
    folder = Path(service.variables["FAULTS_FOLDER"])
    app = create_app(Config.from_env(folder, service.variables))
    yield app
    serving.disconnect(app)


def _founded(app: Flask, wire: Wire, number: int, size: int) -> Company:
    """Fill the tenant of a company with people, and connect it with the directory."""

    def work(tx: sa.Connection) -> Tenant:
        company_id = bearers.find(tx, wire.token).company_id
        tenants.found(tx, company_id, name=f"Contoso {number}")
        populate.add(tx, company_id, size, teams=TEAMS, seed=number)
        app_id = connect(tx, config.current(), company_id, wire.token)
        return Tenant(app, company_id, app_id)

    with app.app_context():
        return Company(wire, write(work))


def _seconds(made: Sequence[Company]) -> list[float]:
    """Start all cycles at once; return after how many seconds each was over."""
    began = now()
    for company in made:
        company.tenant.start_cycle(anew=False)
    _wait_until(lambda: all(company.ended_at() for company in made))
    return [(at - began).total_seconds() for each in made if (at := each.ended_at())]


def _has_worker(app: Flask) -> bool:
    with app.app_context(), read() as tx:
        return heartbeat.seconds_since_beat(tx) is not None


def _wait_until(claim: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WITHIN
    while not claim():
        if time.monotonic() > deadline:
            raise TimeoutError("the worker does not start, or the cycles do not end")
        time.sleep(0.2)


def _differences(app: Flask, made: Sequence[Company]) -> Iterator[str]:
    """Yield in what the directories are not as their tenants."""
    with app.app_context(), read() as tx:
        for number, company in enumerate(made):
            wanted = _tenant(tx, company.tenant.company_id)
            for kind, mine in _directory(company.wire).items():
                wrong = len(set(mine) ^ wanted[kind])
                if wrong or len(mine) != len(wanted[kind]):
                    yield f"{wrong} {kind} of company {number} differ from its tenant"
        kept = tx.execute(sa.select(sa.func.count()).select_from(employees)).scalar()
        people = tx.execute(sa.select(sa.func.count()).select_from(users)).scalar()
        if kept != people:
            yield f"{kept} employees in all, of {people} users"


def _tenant(tx: sa.Connection, company_id: str) -> dict[str, set[Any]]:
    """Return who is in a tenant, and who is in which group."""
    people = tx.execute(
        sa.select(users.c.id, users.c.user_principal_name, users.c.display_name).where(
            users.c.company_id == company_id
        )
    ).all()
    joined = memberships.join(groups, groups.c.id == memberships.c.group_id)
    members = tx.execute(
        sa.select(groups.c.display_name, memberships.c.user_id)
        .select_from(joined)
        .where(memberships.c.company_id == company_id)
    )
    names = {person.id: person.user_principal_name for person in people}
    return {
        "users": {(p.user_principal_name, p.display_name) for p in people},
        "members": {(group, names[user_id]) for group, user_id in members},
    }


def _directory(wire: Wire) -> dict[str, list[Any]]:
    """Return the same of the directory, as the company's own token sees it."""
    people = [*_listed(wire, "/Users")]
    names = {person["id"]: person["userName"] for person in people}
    return {
        "users": [(p["userName"], p["displayName"]) for p in people],
        "members": [
            (group["displayName"], names.get(member["value"], "somebody else"))
            for group in _listed(wire, "/Groups")
            for member in group.get("members", [])
        ],
    }


def _listed(wire: Wire, path: str) -> Iterator[dict[str, Any]]:
    start, total = 1, 1
    while start <= total:
        page = wire.ask("GET", f"{path}?startIndex={start}&count={PAGE}").json
        yield from page["Resources"]
        start, total = start + PAGE, page["totalResults"]
