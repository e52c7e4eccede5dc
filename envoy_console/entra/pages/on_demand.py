"""Provision on demand: select a user or a group, and watch it go through the steps."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import flash, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.engine import Connection

from envoy_console import queue
from envoy_console.entra import (
    applications,
    groups,
    mappings,
    on_demand_runs,
    provisioning_log,
    stages,
    users,
)
from envoy_console.entra.errors import EntraError, UnknownError
from envoy_console.entra.pages.apps import required_app
from envoy_console.entra.pages.blueprint import bp
from envoy_console.models.base import now
from envoy_console.models.paging import Page
from envoy_console.models.transactions import read, write
from envoy_console.web.access import Permission, requires
from envoy_console.web.answers import page_or_part, see_other
from envoy_console.web.identity import me
from envoy_console.web.links import Listing

OFFERED = 10
# a worker that runs has begun, and ended, by then
PATIENCE = timedelta(seconds=30)


@bp.get("/apps/<app_id>/on-demand")
def on_demand(app_id: str) -> ResponseReturnValue:
    """Select a user or group, and of a group up to five members."""
    app, listing = required_app(app_id), Listing.asked("query", "kind", "id", "member")
    query, company_id = listing.filters["query"], me().company_id
    with read() as tx:
        chosen, members = _chosen(tx, listing)
        found_users = users.page(tx, company_id, query=query, enabled=True)
        found_groups = groups.page(tx, company_id, query=query)
    return page_or_part(
        "entra/on_demand.html",
        "entra/_on_demand_offer.html",
        app=app,
        listing=listing,
        kind=listing.filters["kind"],
        chosen=chosen,
        members=members,
        most_members=on_demand_runs.MOST_MEMBERS,
        users=found_users.rows[:OFFERED],
        groups=found_groups.rows[:OFFERED],
        more=max(found_users.total, found_groups.total) > OFFERED,
    )


@bp.post("/apps/<app_id>/on-demand")
@requires(Permission.ADMINISTER_ENTRA)
def provision_on_demand(app_id: str) -> ResponseReturnValue:
    """Have the worker provision the selected one."""
    company_id = me().company_id
    kind, source_id = request.form.get("kind", ""), request.form.get("id", "")
    member_ids = request.form.getlist("members")
    if kind not in on_demand_runs.KINDS:
        raise UnknownError("Only users and groups can be provisioned.")

    def work(tx: Connection) -> str:
        app = applications.required(tx, company_id, app_id)
        return on_demand_runs.ask(tx, app, kind, source_id, member_ids)

    try:
        run_id = write(work)
    except UnknownError:
        raise
    except EntraError as error:
        flash(str(error), "bad")
        return see_other(url_for(".on_demand", app_id=app_id, kind=kind, id=source_id))
    queue.ring(queue.PROVISION, run_id)
    return see_other(url_for(".on_demand_run", app_id=app_id, run_id=run_id))


@bp.get("/apps/<app_id>/on-demand/<run_id>")
def on_demand_run(app_id: str, run_id: str) -> ResponseReturnValue:
    """Show what came of it, step by step."""
    app = required_app(app_id)
    with read() as tx:
        run = on_demand_runs.one(tx, app, run_id)
        entry = provisioning_log.one(tx, app, run.log_id) if run.log_id else None
    return page_or_part(
        "entra/on_demand_run.html",
        "entra/_on_demand_run.html",
        app=app,
        run=run,
        log=entry,
        stages=stages.of(entry) if entry else [],
        modified=stages.explain(entry, _mapping(app, run.kind)) if entry else [],
        is_stalled=run.done_at is None and now() - run.at > PATIENCE,
    )


def _chosen(tx: Connection, listing: Listing) -> tuple[Any, Page[Any] | None]:
    """Return who is selected, and of a group the members to select from."""
    kind, source_id = listing.filters["kind"], listing.filters["id"]
    if kind not in on_demand_runs.KINDS or not source_id:
        return None, None
    try:
        chosen = on_demand_runs.chosen(tx, me().company_id, kind, source_id)
    except on_demand_runs.OnDemandError as error:
        flash(str(error), "bad")
        return None, None
    if kind == "User":
        return chosen, None
    return chosen, groups.members(tx, chosen, query=listing.filters["member"])


def _mapping(app: Any, kind: str) -> mappings.ObjectMapping:
    column = app.user_mapping if kind == "User" else app.group_mapping
    return mappings.from_json(column)
