"""SCIM requests: the wire log as a list, and one exchange beside it."""

from __future__ import annotations

import shlex
from typing import Any

from flask import make_response, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.engine import Connection

from envoy_console import config
from envoy_console.console import advice, wire_filters
from envoy_console.console.blueprint import bp
from envoy_console.directory import browse, history, name_search, replays, wire_log
from envoy_console.directory.wire_log import Count, Found
from envoy_console.directory.wire_search import LOOKED_THROUGH, Filters
from envoy_console.models.transactions import read
from envoy_console.scim.dialects import QUIRKS
from envoy_console.web import counterparts
from envoy_console.web.identity import me
from envoy_console.web.json_marks import Changes
from envoy_console.web.links import number_asked
from envoy_console.web.wording import header_name

PER_PAGE = 50
NEWER_AT_MOST = 200

bp.add_app_template_global(wire_log.is_of_check)
bp.add_app_template_global(wire_log.is_for_token)


@bp.get("/activity/requests")
def requests() -> ResponseReturnValue:
    """Show the wire log, newest first, filtered as the URL says."""
    return render_template("console/requests.html", chosen=None, **_list())


@bp.get("/activity/requests/newer")
def newer_requests() -> ResponseReturnValue:
    """Show only the rows that came in after `newer_than`."""
    listing = wire_filters.asked()
    with read() as tx:
        found = wire_log.find(
            tx,
            me().company_id,
            wire_filters.wanted(listing),
            newer_than=number_asked("newer_than"),
            limit=NEWER_AT_MOST,
        )
        names = _names(tx, found.rows)
    if not found.rows:
        return "", 204
    return render_template(
        "console/_request_rows.html",
        requests=found.rows,
        names=names,
        here=wire_filters.here(listing),
        chosen=None,
    )


@bp.get("/activity/requests/<request_id>")
def one_request(request_id: str) -> ResponseReturnValue:
    """Show one request and its answer beside the list; alone when a script asks."""
    chosen, here = _one(request_id), wire_filters.here(wire_filters.asked())
    wants_part = "HX-Request" in request.headers
    if wants_part and "HX-History-Restore-Request" not in request.headers:
        page = render_template("console/_request_alone.html", here=here, **chosen)
    else:
        page = render_template("console/requests.html", **_list(), **chosen)
    response = make_response(page)
    response.vary.add("HX-Request")
    return response


def _one(request_id: str) -> dict[str, Any]:
    """Return everything about one exchange."""
    company_id = me().company_id
    with read() as tx:
        found = wire_log.detail(tx, company_id, request_id)
        events = history.of_exchange(tx, company_id, found.id)
        ids = [found.resource_id, *(event.subject_id for event in events)]
        return {
            "chosen": found,
            "events": events,
            "present": browse.names(tx, company_id, filter(None, ids)),
            "changes": _changes(found, events),
            "advice": advice.on(tx, found),
            "repeats": wire_log.replays(tx, company_id, found.id),
            "original": wire_log.some(tx, company_id, [found.replay_of]),
            "entries": counterparts.log_entries(found),
            "quirks_met": [QUIRKS[name] for name in found.quirks if name in QUIRKS],
            "cannot_replay": replays.why_not(found),
            "curl": _curl(found),
        }


def _changes(exchange: Any, events: list[Any]) -> Changes | None:
    """Return what a PATCH or PUT changed; a creation is new altogether."""
    is_change = exchange.method in ("PATCH", "PUT") and exchange.status < 300
    return Changes.of(events) if is_change else None


def _list() -> dict[str, Any]:
    """Return everything that the list shows."""
    listing = wire_filters.asked()
    older_than, company_id = number_asked("older_than"), me().company_id
    wanted = wire_filters.wanted(listing)
    with read() as tx:
        found = wire_log.find(
            tx, company_id, wanted, older_than=older_than, limit=PER_PAGE
        )
        return {
            "listing": listing,
            "here": wire_filters.here(listing),
            "requests": found.rows,
            "found": found,
            "count": _count(tx, wanted, found, is_newest=older_than is None),
            "looked_through": LOOKED_THROUGH,
            "names": _names(tx, found.rows),
            "people": _people(tx, listing.filters["person"]),
            "is_newest": older_than is None,
            "methods": wire_filters.METHODS,
            "statuses": wire_filters.statuses(listing.filters["status"]),
            "resources": wire_filters.resources(listing.filters["resource"]),
            "quirks": wire_filters.QUIRK_NAMES,
            "windows": wire_filters.WINDOWS,
            "unknown": wire_filters.unknown(listing),
        }


def _count(tx: Connection, wanted: Filters, found: Found, *, is_newest: bool) -> Count:
    """Return how many match; the rows of a first page that is not full are all there."""
    if is_newest and (found.is_cut_short or found.older_than is None):
        return Count(len(found.rows), is_exact=not found.is_cut_short)
    return wire_log.count(tx, me().company_id, wanted)


def _people(tx: Connection, person: str) -> list[Any]:
    return name_search.beginning(tx, me().company_id, person) if person else []


def _names(tx: Connection, exchanges: list[Any]) -> dict[str, str]:
    """Return what those are called today whom the exchanges are about."""
    ids = (row.resource_id for row in exchanges if row.resource_id)
    return browse.names(tx, me().company_id, ids)


def _literally(path: str) -> list[str]:
    """Return what keeps curl from making something else of a path."""
    is_needed = {
        "--path-as-is": "/." in path,
        "--globoff": not set("[]{}").isdisjoint(path),
    }
    return [option for option, needed in is_needed.items() if needed]


def _curl(exchange: Any) -> str:
    """Return the command that repeats a request, with the token left to the reader."""
    if wire_log.is_for_token(exchange):
        return _curl_for_token(exchange.client_id)
    url = config.current().external_url + exchange.path
    words = ["curl", *_literally(exchange.path), "-X", exchange.method, url]
    for name, value in exchange.request_headers.items():
        if name.lower() in replays.RETOLD:
            words += ["-H", f"{header_name(name)}: {value}"]
    if exchange.request_body:
        words += ["--data-raw", exchange.request_body]
    command = " ".join(shlex.quote(word) for word in words)
    return command + ' -H "Authorization: Bearer $TOKEN"'


def _curl_for_token(client_id: str) -> str:
    """Return the command that asks for an access token as it should be asked for."""
    words = ["curl", "-X", "POST", config.current().oauth_token_url]
    words += ["-d", "grant_type=client_credentials", "-d", f"client_id={client_id}"]
    return shlex.join(words) + ' --data-urlencode "client_secret=$CLIENT_SECRET"'
