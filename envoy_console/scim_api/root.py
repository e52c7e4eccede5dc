"""The root of the endpoint: both types of resource in one list, and `/Me`."""

from __future__ import annotations

from typing import NoReturn

from flask import Response

from envoy_console.directory import everyone
from envoy_console.directory.groups import GroupRecord
from envoy_console.models.transactions import read
from envoy_console.scim.errors import InvalidValueError, NotImplementedScimError
from envoy_console.scim.schemas import GROUP, USER
from envoy_console.scim_api import exchanges, groups, listing, users
from envoy_console.scim_api.blueprint import bp

METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


@bp.get("")
@bp.post("/.search")
def list_everything() -> Response:
    """RFC 7644 §3.4.2.1: users first, then groups, unless they are sorted."""
    query = listing.read_query("/", USER)
    if query.sort and str(query.sort.path) not in everyone.SORTABLE:
        raise InvalidValueError(
            "Users and groups together can be sorted by "
            f"{', '.join(everyone.SORTABLE)}, not by {query.sort.path}."
        )
    nodes = query.filter(USER, GROUP), query.filter(GROUP, USER)
    selection = query.selection(GROUP)
    with read() as tx:
        found = everyone.find(
            tx, exchanges.company_id(), nodes, query.window, query.sort
        )
        teams = [r for r in found.records if isinstance(r, GroupRecord)]
        shown_teams = groups.shown(tx, teams, selection)
    by_id = dict(zip((team.id for team in teams), shown_teams, strict=True))
    show = users.shower(query.selection(USER))
    shown = [
        by_id[record.id] if isinstance(record, GroupRecord) else show(record)
        for record in found.records
    ]
    return listing.respond(query, found, shown, selection)


@bp.route("/Me", methods=METHODS)
@bp.route("/Me/<path:rest>", methods=METHODS)
def me(rest: str = "") -> NoReturn:
    """RFC 7644 §3.11 wants the resource of whoever asks; here, nobody in person does."""
    raise NotImplementedScimError(
        "/Me is not served: a bearer token stands for the integration that sends it, "
        "not for a person. Ask for /Users/{id}."
    )
