"""Employees: the directory, and the page of one person."""

from __future__ import annotations

from typing import Any

from flask import render_template, request, send_file
from flask.typing import ResponseReturnValue

from envoy_console.console.blueprint import bp
from envoy_console.directory import (
    browse,
    history,
    integrations,
    locations,
    people_export,
    reporting,
)
from envoy_console.models.transactions import read
from envoy_console.web import counterparts
from envoy_console.web.access import fresh_sign_in
from envoy_console.web.answers import page_or_part
from envoy_console.web.downloads import note_download
from envoy_console.web.identity import me
from envoy_console.web.links import Listing

FILTERS = ("query", "status", "source", "location_id")
STATUSES = {"active": "Active", "inactive": "Inactive"}
SOURCES = {"scim": "SCIM", "manual": "Manual", "unsynced": "No longer synced"}


@bp.get("/employees")
def employees() -> ResponseReturnValue:
    """Show the directory, filtered, sorted and paged as the URL says."""
    listing = Listing.asked(*FILTERS, sort="name")
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
        offices = locations.names(tx, company_id)
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
        # what the header's checkbox does without scripts
        all_ticked=request.args.get("tick") == "all",
    )


@bp.get("/employees/export.csv")
@fresh_sign_in(back_to="console.employees")
def export_employees() -> ResponseReturnValue:
    """Download the employees whom the URL's filters choose, as CSV."""
    listing = Listing.asked(*FILTERS)
    with read() as tx:
        file = people_export.written(tx, me().company_id, **listing.filters)
    note_download("employees", "csv")
    return send_file(
        file, "text/csv", as_attachment=True, download_name="employees.csv"
    )


@bp.get("/employees/<employee_id>/reports")
def reporting_line(employee_id: str) -> ResponseReturnValue:
    """Show who is above a person and who below; a script of the page asks for the
    level below somebody alone.
    """
    company_id, after = me().company_id, request.args.get("after", "")[:36]
    with read() as tx:
        person = reporting.person(tx, company_id, employee_id)
        level = reporting.reports(tx, company_id, employee_id, after=after)
        chain = reporting.chain(tx, company_id, employee_id)
    return page_or_part(
        "console/reporting_line.html",
        "console/_reports.html",
        person=person,
        chain=chain,
        level=level,
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
        entra_user_id=counterparts.entra_user(employee_id)
        if found.row.synced
        else None,
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
