"""Provision on demand: one user, or one group with up to five members, at once.

Always in the legacy dialect: the flag of the Tenant URL has no effect here (spec §1.5).
Nothing is put into escrow and the cycle's watermark stays.
"""

from __future__ import annotations

import time
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from envoy_console.entra import (
    connection_test,
    jobs,
    links,
    provisioning_log,
    references,
    results,
    setup,
    source,
)
from envoy_console.entra.engine import Engine
from envoy_console.entra.outcomes import Outcome
from envoy_console.entra.payloads import Dialect
from envoy_console.entra.setup import Setup
from envoy_console.entra.urls import RefusedError
from envoy_console.models import EntraOnDemand
from envoy_console.models.base import now, table
from envoy_console.models.transactions import read, write

runs = table(EntraOnDemand)


def run(run_id: str) -> None:
    """Do what the run asks for and keep what came of it; a run is done once only."""
    with read() as tx:
        asked = tx.execute(sa.select(runs).where(runs.c.id == run_id)).first()
        if asked is None or asked.done_at is not None:
            return
    with jobs.unless_deleted(asked.app_id):
        _run(asked)


def _run(asked: Any) -> None:
    with read() as tx:
        described = setup.read(tx, asked.app_id)
    try:
        with described.connected(dialect=Dialect.LEGACY) as engine:
            tested = connection_test.check_connection(
                engine.client, described.app.name, **described.probed
            )
            if not tested.ok:
                write(lambda tx: _done(tx, asked, connection=asdict(tested)))
                return
            engine.client.take_request_ids()
            _provision(described, engine.without_deferring(), asked)
    except RefusedError as error:
        refused = connection_test.refused(described.app.name, str(error))
        write(lambda tx: _done(tx, asked, connection=asdict(refused)))


def _provision(described: Setup, engine: Engine, asked: Any) -> None:
    began = time.monotonic()
    with read() as tx:
        found = source.read(tx, described.app, asked.kind, asked.source_id)
        link = links.find(tx, described.app.id, asked.source_id)
    outcome = engine.provision(asked.kind, asked.source_id, found, link)
    members = None
    if asked.kind == "Group" and outcome.error is None:
        members = _tell_members(described, engine, asked, outcome)
    taken = int((time.monotonic() - began) * 1000)
    request_ids = engine.client.take_request_ids()

    def keep(tx: Connection) -> None:
        results.remember(tx, described.app, outcome)
        if members:
            results.remember(tx, described.app, members)
        log_id = provisioning_log.keep(
            tx,
            described.app,
            results.entry(
                described,
                outcome,
                cycle_id=None,
                duration_ms=taken,
                request_ids=request_ids,
            ),
        )
        _done(tx, asked, log_id=log_id)

    write(keep)


def _tell_members(
    described: Setup, engine: Engine, asked: Any, outcome: Outcome
) -> Outcome | None:
    """Tell the target of the chosen members that it knows already."""
    path = described.members_path
    if path is None or not asked.member_ids or outcome.target_id is None:
        return None
    write(lambda tx: results.remember(tx, described.app, outcome))
    with read() as tx:
        link = links.find(tx, described.app.id, asked.source_id)
        found = references.members(
            tx, described.app.id, asked.source_id, list(asked.member_ids)
        )
    if link is None or not found.size:
        return None
    told = references.tell_members(engine, path, link, found)
    outcome.steps += told.steps
    outcome.modified += told.modified
    outcome.status, outcome.error = told.status, told.error
    if outcome.action == "other":
        outcome.action = told.action
    return told


def _done(tx: Connection, asked: Any, **values: Any) -> None:
    tx.execute(
        runs.update().where(runs.c.id == asked.id).values(done_at=now(), **values)
    )
