"""Activity: what happened to employees and groups, and what admins did."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from envoy_console.console.blueprint import bp
from envoy_console.directory import audit, browse, history
from envoy_console.models.transactions import read
from envoy_console.web.identity import me
from envoy_console.web.links import Listing


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
