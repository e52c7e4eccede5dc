"""Provisioning logs of an application: the list, one entry in four tabs, the download."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Response, render_template, request, send_file
from flask.typing import ResponseReturnValue

from envoy_console import config
from envoy_console.entra import log_export, provisioning_log, steps, targets
from envoy_console.entra.pages.apps import required_app
from envoy_console.entra.pages.blueprint import bp, tenant
from envoy_console.entra.provisioning_log import Filters
from envoy_console.entra.targets import Reach
from envoy_console.entra.urls import RefusedError
from envoy_console.models.base import now
from envoy_console.models.transactions import read
from envoy_console.web import counterparts
from envoy_console.web.access import fresh_sign_in
from envoy_console.web.downloads import note_download
from envoy_console.web.links import Listing, number_asked

FILTERS = (
    "identity",
    "date",
    "status",
    "action",
    "cycle_id",
    "change_id",
    "error_code",
)
# of these, the last 24 hours need no mention
DATES = {"7d": "Last 7 days", "30d": "Last 30 days"}
SPANS = {"": timedelta(days=1), "7d": timedelta(days=7), "30d": timedelta(days=30)}
STATUSES = {
    "success": "Success",
    "failure": "Failure",
    "skipped": "Skipped",
    "warning": "Warning",
}
ACTIONS = {
    "create": "Create",
    "update": "Update",
    "delete": "Delete",
    "disable": "Disable",
    "stagedDelete": "StagedDelete",
    "other": "Other",
}
TABS = {
    "steps": "Steps",
    "troubleshooting": "Troubleshooting & Recommendations",
    "modified": "Modified Properties",
    "summary": "Summary",
}


@bp.get("/apps/<app_id>/logs")
def provisioning_logs(app_id: str) -> ResponseReturnValue:
    """Show the provisioning logs, latest first, filtered as the URL says."""
    app, listing = required_app(app_id), Listing.asked(*FILTERS)
    older_than, size = number_asked("older_than"), provisioning_log.PAGE
    with read() as tx:
        found = provisioning_log.page(
            tx, app, _wanted(listing), before=older_than, size=size + 1
        )
    return render_template(
        "entra/logs.html",
        app=app,
        listing=listing,
        entries=found[:size],
        older_than=found[size - 1].number if len(found) > size else None,
        is_newest=older_than is None,
        dates=DATES,
        unknown=listing.unknown(date=DATES, status=STATUSES, action=ACTIONS),
    )


@bp.get("/apps/<app_id>/logs/newer")
def newer_logs(app_id: str) -> ResponseReturnValue:
    """Show only the rows that were added after `newer_than`."""
    app, after = required_app(app_id), number_asked("newer_than")
    with read() as tx:
        found = provisioning_log.page(
            tx, app, _wanted(Listing.asked(*FILTERS)), after=after or 0
        )
    if not found:
        return "", 204
    return render_template("entra/_log_rows.html", app=app, entries=found)


@bp.get("/apps/<app_id>/logs/download.<any(zip, json):form>")
@fresh_sign_in(back_to="entra.provisioning_logs")
def download_logs(app_id: str, form: str) -> Response:
    """Download what the filters let through: three CSV files in a ZIP, or JSON."""
    app, wanted = required_app(app_id), _wanted(Listing.asked(*FILTERS))
    write = log_export.as_zip if form == "zip" else log_export.as_json
    with read() as tx:
        file = write(provisioning_log.every(tx, app, wanted), app, tenant())
    note_download("provisioning logs", form)
    name = f"ProvisioningLogs_{now():%Y-%m-%d}.{form}"
    return send_file(
        file, f"application/{form}", as_attachment=True, download_name=name
    )


@bp.get("/apps/<app_id>/logs/<change_id>")
def one_log(app_id: str, change_id: str) -> ResponseReturnValue:
    """Show one entry, at the tab that the URL names."""
    app = required_app(app_id)
    with read() as tx:
        entry = provisioning_log.one(tx, app, change_id)
    tab = request.args.get("tab", "")
    return render_template(
        "entra/log.html",
        app=app,
        log=entry,
        tab=tab if tab in TABS else "steps",
        tabs=TABS,
        advice=steps.ADVICE.get(entry.error_code, "Nothing is known about this one."),
        job_id=provisioning_log.job_id(app, tenant()),
        source_system=provisioning_log.SOURCE,
        exchanges=counterparts.exchanges(entry.request_ids),
        counterpart=_counterpart(app, entry.target_id),
    )


@bp.context_processor
def _words() -> dict[str, Any]:
    return {"ACTIONS": ACTIONS, "STATUSES": STATUSES}


def _wanted(listing: Listing) -> Filters:
    asked = dict(listing.filters)
    span = SPANS.get(asked.pop("date"), SPANS[""])
    if asked["status"] not in STATUSES:
        del asked["status"]
    if asked["action"] not in ACTIONS:
        del asked["action"]
    return Filters(since=now() - span, **asked)


def _counterpart(app: Any, target_id: str | None) -> str | None:
    """Return what the employee or group is called today whom the target keeps by this
    id; None when the target is not Envoy here, or has nobody by it any more.
    """
    if target_id is None or not _is_envoy(app):
        return None
    return counterparts.names([target_id]).get(target_id)


def _is_envoy(app: Any) -> bool:
    try:
        target = targets.judge(app.tenant_url, config.current())
    except RefusedError:
        return False
    return target.reach is Reach.OWN
