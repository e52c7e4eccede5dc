"""Bring a company to a scenario: at once as far as goes without HTTP.

The worker does the rest (finishing.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from envoy_console import queue
from envoy_console.directory import audit, companies
from envoy_console.directory.actors import Actor
from envoy_console.entra import applications, jobs, tenants
from envoy_console.models import Company
from envoy_console.models.base import now, table
from envoy_console.scenarios.catalogue import SCENARIOS, Scenario
from envoy_console.scenarios.stages import APP, Site, settle
from envoy_console.tutorial import marks

rows = table(Company)

BROUGHT = "brought the company to the scenario"

# a worker that runs has tested the credentials by then
PATIENCE = timedelta(seconds=30)


def bring(tx: Connection, actor: Actor, scenario: Scenario) -> None:
    """Reset the actor's company and bring it to `scenario`, as far as goes without HTTP.

    Call `ring` after the transaction: the worker does the rest, if there is any.
    """
    company = locked(tx, actor.company_id)
    companies.reset(tx, company.id)
    tenants.reset(tx, company.id)
    site = Site(actor, company.name)
    for stage in (settle, *scenario.stages):
        stage(tx, site)
    marks.skip_to(tx, company.id, scenario.reached)
    keep(tx, company.id, scenario.key if scenario.needs_worker else None)
    audit.record(tx, actor, BROUGHT, scenario.title)


def ring(company_id: str, scenario: Scenario) -> None:
    """Wake the worker, where a scenario needs it."""
    if scenario.needs_worker:
        queue.ring(queue.SCENARIO, company_id)


def last_begun(tx: Connection, company_id: str) -> Any | None:
    """Return when a scenario was begun last, by whom, and its title as `subject`."""
    return audit.latest(tx, company_id, BROUGHT)


def unfinished(tx: Connection, company_id: str) -> Scenario | None:
    """Return the scenario that the worker has not finished yet."""
    key = tx.execute(sa.select(rows.c.scenario).where(rows.c.id == company_id)).scalar()
    return SCENARIOS.get(key) if key else None


def waiting(tx: Connection) -> list[str]:
    """Return the companies whose scenario the worker has not finished yet."""
    query = sa.select(rows.c.id).where(rows.c.scenario.is_not(None))
    return list(tx.execute(query).scalars())


@dataclass(frozen=True, slots=True)
class Preparation:
    """What the worker still does: it tests the credentials, then runs the first cycle.

    `refusal` is the verdict on credentials that have to be corrected first.
    """

    app_id: str
    is_stalled: bool = False
    is_connected: bool = False
    percent: int = 0
    refusal: Mapping[str, Any] | None = None


def preparation(tx: Connection, company_id: str) -> Preparation | None:
    """Return how far the worker is with a company's scenario; None: it is all there."""
    app = app_of(tx, company_id)
    if app is None:
        return None
    if unfinished(tx, company_id):
        refusal = app.last_test if is_refused(app) else None
        return Preparation(app.id, is_stalled=_is_stalled(app), refusal=refusal)
    status = jobs.status(tx, app.id)
    is_first = status.cycle is None or (
        status.is_running and status.cycle.kind == "initial"
    )
    if status.state != "Active" or not is_first:
        return None
    return Preparation(app.id, is_connected=True, percent=status.percent)


def app_of(tx: Connection, company_id: str) -> Any | None:
    """Return the application that scenarios work with, if it is there."""
    mine = applications.every(tx, company_id)
    return next((app for app in mine if app.name == APP), None)


def is_refused(app: Any) -> bool:
    """Tell whether the target has refused the credentials."""
    is_refused = app.last_test is not None and app.last_test["ok"] is False
    return is_refused and app.saved_at is None


def _is_stalled(app: Any) -> bool:
    if app.last_test is None:  # somebody has pressed Discard
        return False
    asked = datetime.fromisoformat(app.last_test["at"])
    return now() - asked > PATIENCE


def locked(tx: Connection, company_id: str) -> Any:
    """Return the company's row, which nobody else changes until we are done."""
    query = sa.select(rows).where(rows.c.id == company_id).with_for_update()
    return tx.execute(query).one()


def keep(tx: Connection, company_id: str, key: str | None) -> None:
    """Remember which scenario the worker has still to finish."""
    tx.execute(rows.update().where(rows.c.id == company_id).values(scenario=key))
