"""Activity: the SCIM requests, what they changed, and what admins did."""

from __future__ import annotations

import re
import shlex
from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.engine import Connection

from envoy_console import config
from envoy_console.console.blueprint import bp
from envoy_console.directory import audit, browse, history, wire_log
from envoy_console.models.transactions import read
from envoy_console.scim.dialects import QUIRKS
from envoy_console.web.identity import me
from envoy_console.web.links import Listing, number_asked
from envoy_console.web.wording import header_name

FILTERS = ("query", "method", "status", "resource", "quirk")
METHODS = {name: name for name in ("GET", "POST", "PUT", "PATCH", "DELETE")}
STATUSES = {
    "2xx": "2xx succeeded",
    "rejected": "4xx and 5xx rejected",
    "401": "401 not authorised",
    "404": "404 not found",
    "409": "409 conflict",
}
RESOURCES = {"Users": "Users", "Groups": "Groups"}
QUIRK_NAMES = {name: name.replace("_", " ") for name in QUIRKS}
PER_PAGE = 50
RETOLD = frozenset(
    {"Accept", "Content-Type", "If-Match", "If-None-Match", "Adscimversion"}
)


@bp.get("/activity/requests")
def requests() -> ResponseReturnValue:
    """Show the wire log, newest first, filtered as the URL says."""
    listing = Listing.asked(*FILTERS)
    older_than = number_asked("older_than")
    statuses = _statuses(listing.filters["status"])
    with read() as tx:
        found = wire_log.page(
            tx,
            me().company_id,
            **listing.filters,
            older_than=older_than,
            limit=PER_PAGE + 1,
        )
        names = _names(tx, found)
    return render_template(
        "console/requests.html",
        listing=listing,
        requests=found[:PER_PAGE],
        names=names,
        older_than=found[PER_PAGE - 1].number if len(found) > PER_PAGE else None,
        is_newest=older_than is None,
        methods=METHODS,
        statuses=statuses,
        unknown=listing.unknown(method=METHODS, status=statuses, quirk=QUIRK_NAMES),
        resources=_resources(listing.filters["resource"]),
        quirks=QUIRK_NAMES,
    )


@bp.get("/activity/requests/newer")
def newer_requests() -> ResponseReturnValue:
    """Show only the rows that came in after `newer_than`."""
    listing = Listing.asked(*FILTERS)
    with read() as tx:
        found = wire_log.page(
            tx,
            me().company_id,
            **listing.filters,
            newer_than=number_asked("newer_than"),
        )
        names = _names(tx, found)
    if not found:
        return "", 204
    return render_template("console/_request_rows.html", requests=found, names=names)


@bp.get("/activity/requests/<request_id>")
def one_request(request_id: str) -> ResponseReturnValue:
    """Show one request and its answer, word for word but without the token."""
    with read() as tx:
        found = wire_log.detail(tx, me().company_id, request_id)
        about = [found.resource_id] if found.resource_id else []
        exists = bool(browse.present(tx, me().company_id, about))
    return render_template(
        "console/request.html",
        exchange=found,
        exists=exists,
        quirks=[QUIRKS[name] for name in found.quirks if name in QUIRKS],
        curl=_curl(found),
    )


@bp.get("/activity/changes")
def changes() -> ResponseReturnValue:
    """Show what happened to employees and groups."""
    listing = Listing.asked()
    with read() as tx:
        events = history.latest(tx, me().company_id, page=listing.page)
        present = browse.present(
            tx, me().company_id, (event.subject_id for event in events.rows)
        )
    return render_template(
        "console/changes.html", events=events, present=present, listing=listing
    )


@bp.get("/activity/admins")
def admin_activity() -> ResponseReturnValue:
    """Show what administrators did in the console."""
    listing = Listing.asked()
    with read() as tx:
        events = audit.page(tx, me().company_id, page=listing.page)
    return render_template(
        "console/admin_activity.html", events=events, listing=listing
    )


def _names(tx: Connection, exchanges: list[Any]) -> dict[str, str]:
    """Return what those are called today whom the exchanges are about."""
    ids = (row.resource_id for row in exchanges if row.resource_id)
    return browse.names(tx, me().company_id, ids)


def _statuses(chosen: str) -> dict[str, str]:
    """Return the status filter's options; a link may have chosen any code or class."""
    if chosen in STATUSES or not re.fullmatch("[1-5]([0-9]{2}|xx)", chosen):
        return STATUSES
    return {**STATUSES, chosen: chosen}


def _resources(chosen: str) -> dict[str, str]:
    """Return the resource filter's options; a link may have chosen one by its id."""
    if not chosen or chosen in RESOURCES:
        return RESOURCES
    return {**RESOURCES, chosen: f"Only {chosen[:8]}…"}


def _curl(exchange: Any) -> str:
    """Return the command that repeats a request, with the token left to the reader."""
    words = ["curl", "-X", exchange.method, config.current().external_url]
    words[-1] += exchange.path
    for name, value in exchange.request_headers.items():
        if name in RETOLD:
            words += ["-H", f"{header_name(name)}: {value}"]
    if exchange.request_body:
        words += ["--data-raw", exchange.request_body]
    command = " ".join(shlex.quote(word) for word in words)
    return command + ' -H "Authorization: Bearer $TOKEN"'
