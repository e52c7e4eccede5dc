"""Home: how the company is doing in one sentence, and the next thing to do."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.engine import Connection

from envoy_console.console import standing
from envoy_console.console.blueprint import bp
from envoy_console.console.charts import requests_per_minute
from envoy_console.console.refusals import meaning
from envoy_console.console.standing import Situation
from envoy_console.console.tips import TIPS
from envoy_console.directory import (
    browse,
    clients,
    faults,
    headcount,
    history,
    integrations,
    tokens,
    traffic,
    wire_log,
)
from envoy_console.models.transactions import read
from envoy_console.web import simulator
from envoy_console.web.identity import me

CHART_MINUTES = 30


@bp.get("/")
def home() -> ResponseReturnValue:
    """Show the state, the next step, how busy it is, and what happened last."""
    company_id = me().company_id
    with read() as tx:
        situation = _situation(tx, company_id)
        changes = history.newest(tx, company_id, limit=6)
        present = browse.present(tx, company_id, (row.subject_id for row in changes))
        requests = wire_log.page(tx, company_id, limit=6)
        refused = traffic.refused(tx, company_id)
        minutes = traffic.last_minutes(tx, company_id, CHART_MINUTES)
    state = standing.judge(situation)
    return render_template(
        "console/home.html",
        state=state,
        tips=TIPS[state.tips],
        integration=situation.integration,
        job=situation.job,
        counts=situation.counts,
        changes=changes,
        present=present,
        requests=requests,
        refused=refused,
        meaning=meaning,
        chart=requests_per_minute(minutes),
    )


def _situation(tx: Connection, company_id: str) -> Situation:
    integration = integrations.find(tx, company_id)
    return Situation(
        integration=integration,
        tokens=tokens.live(tx, integration.id) if integration else [],
        client=clients.live(tx, integration.id) if integration else None,
        fault=faults.on(integration),
        job=simulator.job(tx, company_id),
        counts=headcount.of(tx, company_id),
    )
