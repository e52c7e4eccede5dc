"""The provisioning overview of an application: its command bar, and how the job is doing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.engine import Connection

from envoy_console import queue
from envoy_console.entra import (
    applications,
    clock,
    commands,
    progress,
    provisioning_log,
    quarantine,
)
from envoy_console.entra.errors import EntraError
from envoy_console.entra.pages.apps import required_app
from envoy_console.entra.pages.blueprint import bp, tenant
from envoy_console.entra.quarantine import REAL, Thresholds
from envoy_console.models.transactions import read
from envoy_console.web.access import Permission, requires
from envoy_console.web.answers import attempt, see_other
from envoy_console.web.identity import me

LATEST = 10

# when a job is quarantined, and the figure of it
FIGURES: dict[str, Callable[[Thresholds], str]] = {
    "Credentials refused, or answers that are not SCIM": lambda _: "at once",
    "Too large a part of a cycle failed": lambda limits: (
        f"over {limits.proportion:.0%}, from {limits.judged_from:,} failures on"
    ),
    "Too many failures": lambda limits: f"over {limits.base:,}",
    "The same with members and managers counted": lambda limits: (
        f"over {limits.total:,}"
    ),
}


@bp.get("/apps/<app_id>/provisioning")
def provisioning_overview(app_id: str) -> ResponseReturnValue:
    """Show how provisioning is doing, with what it did last."""
    app = required_app(app_id)
    with read() as tx:
        found = progress.read(tx, app, tenant())
        latest = provisioning_log.page(tx, app, size=LATEST)
    return render_template(
        "entra/provisioning_overview.html",
        app=app,
        progress=found,
        entries=latest,
        advice=quarantine.ADVICE,
        rules=_rules(tenant().clock_speed),
    )


@bp.get("/apps/<app_id>/provisioning/progress")
def provisioning_progress(app_id: str) -> ResponseReturnValue:
    """Show only what changes by itself on the overview."""
    app = required_app(app_id)
    with read() as tx:
        found = progress.read(tx, app, tenant())
    return render_template(
        "entra/_progress.html", app=app, progress=found, advice=quarantine.ADVICE
    )


@bp.post("/apps/<app_id>/provisioning/start")
@requires(Permission.ADMINISTER_ENTRA)
def start_provisioning(app_id: str) -> ResponseReturnValue:
    """Start provisioning."""
    return _command(app_id, commands.start, "Provisioning is on. A cycle starts now.")


@bp.post("/apps/<app_id>/provisioning/stop")
@requires(Permission.ADMINISTER_ENTRA)
def stop_provisioning(app_id: str) -> ResponseReturnValue:
    """Stop provisioning."""
    return _command(
        app_id,
        commands.stop,
        "Provisioning is off. A cycle that is running goes on to its end.",
    )


@bp.post("/apps/<app_id>/provisioning/restart")
@requires(Permission.ADMINISTER_ENTRA)
def restart_provisioning(app_id: str) -> ResponseReturnValue:
    """Restart provisioning with an initial cycle."""
    is_on = required_app(app_id).is_on
    when = "starts now" if is_on else "starts once you press Start provisioning"
    return _command(app_id, commands.restart, f"A new initial cycle {when}.")


@bp.post("/apps/<app_id>/provisioning/allow-deletes")
@requires(Permission.ADMINISTER_ENTRA)
def allow_deletes(app_id: str) -> ResponseReturnValue:
    """Let deletions through that were held back."""
    return _command(
        app_id, commands.allow_deletes, "The deletions are allowed. A cycle starts now."
    )


def _command(
    app_id: str, command: Callable[..., None], done: str
) -> ResponseReturnValue:
    company_id, actor = me().company_id, me().email

    def work(tx: Connection) -> None:
        command(tx, applications.required(tx, company_id, app_id), actor=actor)

    if attempt(work, done=done, rule=EntraError):
        queue.ring(queue.ADVANCE, app_id)
    return see_other(url_for(".provisioning_overview", app_id=app_id))


def _rules(speed: int) -> list[tuple[str, Any, Any]]:
    """Return the rules of quarantine: in words, in the real service, and here."""
    here = quarantine.thresholds(speed)
    first, second, daily = quarantine.LADDER
    spans = {
        "First try in quarantine after": first,
        "Second try after another": second,
        "Then a try every": daily,
        "Given up after": quarantine.DISABLED_AFTER,
        "Provisioning interval (fixed)": clock.INTERVAL,
    }
    rows = [(words, figure(REAL), figure(here)) for words, figure in FIGURES.items()]
    return rows + [
        (words, span, clock.real(span, speed)) for words, span in spans.items()
    ]
