"""Audit logs: what administrators did in the tenant, and with one application."""

from __future__ import annotations

from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue

from envoy_console.entra import audit
from envoy_console.entra.pages.apps import required_app
from envoy_console.entra.pages.blueprint import bp
from envoy_console.models.transactions import read
from envoy_console.web.identity import me
from envoy_console.web.links import Listing, number_asked

PER_PAGE = 50
CATEGORIES = {
    name: name
    for name in (
        audit.PROVISIONING,
        audit.QUARANTINE,
        audit.APPS,
        audit.USERS,
        audit.GROUPS,
    )
}


@bp.get("/audit-logs")
def audit_logs() -> ResponseReturnValue:
    """Show the audit logs of the tenant."""
    return _page(None)


@bp.get("/apps/<app_id>/audit-logs")
def app_audit_logs(app_id: str) -> ResponseReturnValue:
    """Show the audit logs of one application."""
    return _page(required_app(app_id))


def _page(app: Any | None) -> str:
    listing, older_than = Listing.asked("category"), number_asked("older_than")
    category = listing.filters["category"]
    with read() as tx:
        found = audit.page(
            tx,
            me().company_id,
            category=category if category in CATEGORIES else "",
            app_id=app.id if app else "",
            before=older_than or 0,
            size=PER_PAGE + 1,
        )
    return render_template(
        "entra/audit_logs.html",
        app=app,
        listing=listing,
        events=found[:PER_PAGE],
        older_than=found[PER_PAGE - 1].id if len(found) > PER_PAGE else None,
        is_newest=older_than is None,
        categories=CATEGORIES,
        unknown=listing.unknown(category=CATEGORIES),
    )
