"""Scenarios: bring the company to where a lesson begins."""

from __future__ import annotations

from flask import abort, flash, render_template, url_for
from flask.typing import ResponseReturnValue

from envoy_console.console.blueprint import bp
from envoy_console.directory import headcount
from envoy_console.models.transactions import read, write
from envoy_console.scenarios import bringing
from envoy_console.scenarios.catalogue import SCENARIOS
from envoy_console.web.access import Permission, fresh_sign_in, requires
from envoy_console.web.answers import see_other
from envoy_console.web.identity import acting, me

ICONS = {
    "fresh": "archive-restore",
    "ready": "plug",
    "halfway": "sliders-horizontal",
    "provisioned": "circle-check",
    "quarantined": "triangle-alert",
    "rate_limited": "gauge",
}


@bp.get("/settings/scenarios")
def scenarios() -> ResponseReturnValue:
    """Show the scenarios, and how far the worker is with the one chosen last."""
    with read() as tx:
        counts = headcount.of(tx, me().company_id)
        preparation = bringing.preparation(tx, me().company_id)
        begun = bringing.last_begun(tx, me().company_id)
    return render_template(
        "console/scenarios.html",
        scenarios=SCENARIOS.values(),
        icons=ICONS,
        counts=counts,
        preparation=preparation,
        begun=begun,
    )


@bp.get("/settings/scenarios/progress")
def scenario_progress() -> ResponseReturnValue:
    """Show only how far the worker is."""
    with read() as tx:
        preparation = bringing.preparation(tx, me().company_id)
    return render_template(
        "console/_scenario_progress.html", preparation=preparation, has_begun=True
    )


@bp.post("/settings/scenarios/<key>")
@requires(Permission.RESET_COMPANY)
@fresh_sign_in(back_to="console.scenarios", ask="bring-{key}")
def bring_to_scenario(key: str) -> ResponseReturnValue:
    """Reset the company and bring it to a scenario."""
    if key not in SCENARIOS:
        abort(404)
    actor, scenario = acting(), SCENARIOS[key]
    write(lambda tx: bringing.bring(tx, actor, scenario))
    bringing.ring(actor.company_id, scenario)
    flash(*scenario.begun_by(me().company_name))
    return see_other(url_for(".scenarios"))
