"""The worker's part of a scenario: the credentials are tested, then the first cycle runs."""

from __future__ import annotations

from sqlalchemy.engine import Connection

from envoy_console import queue
from envoy_console.directory.actors import Actor
from envoy_console.entra import trials
from envoy_console.models.transactions import read, write
from envoy_console.scenarios.bringing import (
    app_of,
    is_refused,
    keep,
    locked,
    unfinished,
)
from envoy_console.scenarios.catalogue import SCENARIOS
from envoy_console.scenarios.stages import Site
from envoy_console.tutorial import marks


def go_on(company_id: str) -> None:
    """Do what is left of a company's scenario: the worker's part."""
    with read() as tx:
        is_waiting, app = unfinished(tx, company_id), app_of(tx, company_id)
    if not is_waiting:
        return
    if app is None:  # somebody has deleted or renamed it
        write(lambda tx: keep(tx, company_id, None))
        return
    trials.run(app.id)
    if write(lambda tx: _finish(tx, company_id, app.id)):
        queue.ring(queue.ADVANCE, app.id)


def _finish(tx: Connection, company_id: str, app_id: str) -> bool:
    """Take the last stages if the credentials were accepted; tell whether a job is due.

    Where they were refused, the scenario waits until somebody has corrected them.
    """
    if unfinished(tx, company_id) is None:
        return False  # the company was deleted, say
    company = locked(tx, company_id)
    app = app_of(tx, company_id)
    if company.scenario is None or app is None or app.id != app_id:
        return False  # done by another thread, or overtaken by another scenario
    if is_refused(app):
        return False
    keep(tx, company_id, None)
    if app.saved_at is None:
        return False
    site = Site(Actor(company_id, "Scenario", "local"), company.name, app)
    scenario = SCENARIOS[company.scenario]
    for stage in scenario.then:
        stage(tx, site)
    marks.skip_to(tx, company_id, scenario.begins)
    return True
