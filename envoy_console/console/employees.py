"""Employees: the directory, and the page of one person."""

from __future__ import annotations

from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue

from envoy_console.console.blueprint import bp
from envoy_console.directory import browse, history, integrations, locations
from envoy_console.models.transactions import read
from envoy_console.web.answers import page_or_part
from envoy_console.web.identity import me
from envoy_console.web.links import Listing

STATUSES = {"active": "Active", "inactive": "Inactive"}
SOURCES = {"scim": "SCIM", "manual": "Manual", "unsynced": "No longer synced"}


@bp.get("/employees")
def employees() -> ResponseReturnValue:
    """Show the directory, filtered, sorted and paged as the URL says."""
    listing = Listing.asked("query", "status", "source", "location_id", sort="name")
    company_id = me().company_id
    with read() as tx:
        integration = integrations.find(tx, company_id)
        found = browse.employee_page(
            tx,
            company_id,
            **listing.filters,
            sort=listing.order,
            descending=listing.descending,
            page=listing.page,
        )
        offices = {row["id"]: row["name"] for row in locations.page(tx, company_id)}
        per_location = _is_per_location(integration)
        directories = (
            locations.directories_of(tx, company_id, (row.id for row in found.rows))
            if per_location
            else None
        )
    return page_or_part(
        "console/employees.html",
        "console/_employee_rows.html",
        listing=listing,
        employees=found,
        statuses=STATUSES,
        sources=SOURCES,
        # with one directory for everybody there is nothing to choose
        locations=offices if per_location else {},
        directories=directories,
        unknown=listing.unknown(status=STATUSES, source=SOURCES, location_id=offices),
        integration=integration,
    )


@bp.get("/employees/<employee_id>")
def employee(employee_id: str) -> ResponseReturnValue:
    """Show one person: attributes, groups, manager, reports and history."""
    listing = Listing.asked()
    with read() as tx:
        found = browse.employee_detail(tx, me().company_id, employee_id)
        directories = None
        if _is_per_location(integrations.find(tx, me().company_id)):
            directories = locations.directories_of(tx, me().company_id, [employee_id])
        events = history.of(tx, me().company_id, employee_id, page=listing.page)
        present = browse.present(
            tx, me().company_id, (event.subject_id for event in events.rows)
        )
    return render_template(
        "console/employee.html",
        present=present,
        employee=found.row,
        detail=found,
        directories=directories,
        events=events,
        listing=listing,
    )


def _is_per_location(integration: Any | None) -> bool:
    return (
        integration is not None and integration.sync_mode == integrations.PER_LOCATION
    )
