"""Several employees at once: those ticked in the list, and what can be done with them."""

from __future__ import annotations

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.engine import Connection

from envoy_console.console.blueprint import bp
from envoy_console.directory import browse, locations, manual
from envoy_console.directory.details import DetailsError
from envoy_console.directory.manual import Outcome
from envoy_console.models.transactions import read, write
from envoy_console.web.access import Permission, requires
from envoy_console.web.answers import see_other
from envoy_console.web.identity import acting, me
from envoy_console.web.wording import counted

AT_MOST = 200
DONE = {
    "deactivate": "Deactivated",
    "reactivate": "Reactivated",
    "move": "Moved",
}


@bp.get("/employees/selected")
def selected_employees() -> ResponseReturnValue:
    """Show those ticked in the list: who can be changed here, and who is synced."""
    ids = request.args.getlist("id")[:AT_MOST]
    with read() as tx:
        found = browse.some_employees(tx, me().company_id, ids)
        offices = locations.names(tx, me().company_id)
    return render_template(
        "console/selected_employees.html",
        mine=[row for row in found if not row.synced],
        synced=[row for row in found if row.synced],
        locations=offices,
    )


@bp.post("/employees/selected")
@requires(Permission.MANAGE_EMPLOYEES)
def change_selected() -> ResponseReturnValue:
    """Deactivate, reactivate or move those selected who are kept by hand."""
    ids = request.form.getlist("id")[:AT_MOST]
    deed = request.form.get("deed", "")
    location_id = request.form.get("location", "")
    if deed not in DONE:
        flash("Choose what to do with the selected employees.", "bad")
        return see_other(url_for(".selected_employees", id=ids))
    actor = acting()

    def work(tx: Connection) -> Outcome:
        if deed == "move":
            return manual.move(tx, actor, ids, location_id)
        return manual.set_active(tx, actor, ids, deed == "reactivate")

    try:
        flash(_told(deed, write(work)), "ok")
    except DetailsError as error:
        flash(str(error), "bad")
        return see_other(url_for(".selected_employees", id=ids))
    return see_other(url_for(".employees"))


def _told(deed: str, outcome: Outcome) -> str:
    said = [f"{DONE[deed]} {counted(outcome.changed, 'employee')}."]
    if outcome.unchanged:
        said.append(f"{outcome.unchanged:,} needed no change.")
    if outcome.synced:
        said.append(
            f"Left out {counted(outcome.synced, 'synced employee')}: change them in "
            "Microsoft Entra ID."
        )
    return " ".join(said)
