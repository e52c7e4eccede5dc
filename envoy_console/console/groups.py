"""Groups: the list of them, and the page of one with its members."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from envoy_console.console.blueprint import bp
from envoy_console.directory import browse_groups, history, integrations
from envoy_console.models.transactions import read
from envoy_console.web.answers import page_or_part
from envoy_console.web.identity import me
from envoy_console.web.links import Listing


@bp.get("/groups")
def groups() -> ResponseReturnValue:
    """Show the groups, searched, sorted and paged as the URL says."""
    listing = Listing.asked("query", sort="name")
    with read() as tx:
        found = browse_groups.group_page(
            tx,
            me().company_id,
            query=listing.filters["query"],
            sort=listing.order,
            descending=listing.descending,
            page=listing.page,
        )
        integration = integrations.find(tx, me().company_id)
    return page_or_part(
        "console/groups.html",
        "console/_group_rows.html",
        listing=listing,
        groups=found,
        integration=integration,
    )


@bp.get("/groups/<group_id>")
def group(group_id: str) -> ResponseReturnValue:
    """Show one group: its members, the locations that it feeds and its history."""
    listing = Listing.asked("query")
    company_id = me().company_id
    with read() as tx:
        values = {
            "group": browse_groups.group_detail(tx, company_id, group_id),
            "members": browse_groups.member_page(
                tx,
                company_id,
                group_id,
                query=listing.filters["query"],
                page=listing.page,
            ),
            "fed": browse_groups.locations_fed_by(tx, group_id),
            "events": history.of(tx, company_id, group_id, per_page=10),
            "present": {group_id},
        }
    return page_or_part(
        "console/group.html", "console/_member_rows.html", listing=listing, **values
    )


@bp.get("/groups/<group_id>/history")
def group_history(group_id: str) -> ResponseReturnValue:
    """Show everything that happened to one group."""
    listing = Listing.asked()
    with read() as tx:
        found = browse_groups.group_detail(tx, me().company_id, group_id)
        events = history.of(tx, me().company_id, group_id, page=listing.page)
    return render_template(
        "console/group_history.html",
        group=found,
        events=events,
        present={group_id},
        listing=listing,
    )
