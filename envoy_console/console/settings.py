"""Settings: the company's locations, and one's own account."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import abort, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.engine import Connection

from envoy_console.console.blueprint import bp
from envoy_console.console.forms import LocationForm, PasswordForm
from envoy_console.console.session import leave
from envoy_console.directory import (
    accounts,
    browse,
    browse_groups,
    integrations,
    locations,
    sessions,
)
from envoy_console.directory.errors import RuleError
from envoy_console.directory.locations import LocationError, UnknownLocationError
from envoy_console.directory.throttle import ThrottledError
from envoy_console.models.transactions import read, write
from envoy_console.web.access import Permission, requires
from envoy_console.web.answers import attempt, see_other
from envoy_console.web.identity import acting, me, source
from envoy_console.web.links import Listing


@bp.get("/settings/company")
def company() -> ResponseReturnValue:
    """Show the company and its locations."""
    return _company(LocationForm(formdata=None))


@bp.get("/settings/company/locations")
@bp.get("/settings/company/locations/<location_id>/rename")
def named_location(location_id: str = "") -> ResponseReturnValue:
    """Lead whoever reloads a refused name back to the page."""
    return see_other(url_for(".company", ask=request.args.get("ask")))


@bp.get("/settings/company/locations/<location_id>")
def location(location_id: str) -> ResponseReturnValue:
    """Show one location: who is in its directory, and the groups that feed it."""
    listing, company_id = Listing.asked(), me().company_id
    try:
        with read() as tx:
            integration = integrations.find(tx, company_id)
            values = {
                "location": locations.required(tx, company_id, location_id),
                "employees": browse.employees_at(
                    tx, company_id, location_id, page=listing.page
                ),
                "groups": browse_groups.feeding(tx, location_id),
            }
    except UnknownLocationError:
        abort(404)
    return render_template(
        "console/location.html",
        listing=listing,
        is_per_location=integration is not None
        and integration.sync_mode == integrations.PER_LOCATION,
        **values,
    )


@bp.post("/settings/company/locations")
@requires(Permission.MANAGE_LOCATIONS)
def add_location() -> ResponseReturnValue:
    """Add a location."""
    return _named(
        lambda tx, name: locations.add(tx, acting(), name),
        done="{} is added.",
        ask="add-location",
    )


@bp.post("/settings/company/locations/<location_id>/rename")
@requires(Permission.MANAGE_LOCATIONS)
def rename_location(location_id: str) -> ResponseReturnValue:
    """Give a location another name."""
    return _named(
        lambda tx, name: locations.rename(tx, acting(), location_id, name),
        done="The location is now called {}.",
        ask=f"rename-{location_id}",
    )


@bp.post("/settings/company/locations/<location_id>/remove")
@requires(Permission.MANAGE_LOCATIONS)
def remove_location(location_id: str) -> ResponseReturnValue:
    """Remove a location; its employees move to the default one."""
    attempt(
        lambda tx: locations.remove(tx, acting(), location_id),
        done="The location is removed.",
    )
    return see_other(url_for(".company"))


@bp.get("/settings/account")
def account() -> ResponseReturnValue:
    """Show one's own account."""
    return render_template("console/account.html", form=PasswordForm(formdata=None))


@bp.get("/settings/account/password")
def changed_password() -> ResponseReturnValue:
    """Lead whoever reloads a refused password back to the page."""
    return see_other(url_for(".account"))


@bp.post("/settings/account/password")
@requires(Permission.KEEP_OWN_ACCOUNT)
def change_password() -> ResponseReturnValue:
    """Change one's own password; every session ends, this one too."""
    form = PasswordForm()
    if form.validate_on_submit() and _is_changed(form):
        leave()
        flash("Your password is changed. Sign in with the new one.", "ok")
        return see_other(url_for(".sign_in"))
    return render_template("console/account.html", form=form), 422


@bp.post("/settings/account/sign-out-everywhere")
@requires(Permission.KEEP_OWN_ACCOUNT)
def sign_out_everywhere() -> ResponseReturnValue:
    """End every session of one's own, this one too."""
    account_id = me().account_id
    write(lambda tx: sessions.sign_out_everywhere(tx, account_id))
    leave()
    flash("You are signed out everywhere.", "ok")
    return see_other(url_for(".sign_in"))


def _is_changed(form: PasswordForm) -> bool:
    try:
        is_right = accounts.change_password(
            me(), form.old.data, form.new.data, source=source()
        )
    except RuleError as error:
        form.new.errors = [str(error)]
        return False
    except ThrottledError as error:
        form.old.errors = [str(error)]
        return False
    if not is_right:
        form.old.errors = ["This is not your password. Try again."]
    return is_right


def _named(
    work: Callable[[Connection, str], Any], *, done: str, ask: str
) -> ResponseReturnValue:
    """Do `work` with the name sent, or show it in its dialog `ask` with what is wrong."""
    form = LocationForm()
    if not form.validate_on_submit():
        return _company(form, ask=ask), 422
    name = form.name.data.strip()
    try:
        write(lambda tx: work(tx, name))
    except LocationError as error:
        form.name.errors = [str(error)]
        return _company(form, ask=ask), 422
    except UnknownLocationError as error:
        flash(str(error), "bad")
    else:
        flash(done.format(name), "ok")
    return see_other(url_for(".company"))


def _company(form: LocationForm, *, ask: str = "") -> str:
    with read() as tx:
        offices = locations.page(tx, me().company_id)
    return render_template(
        "console/company.html", locations=offices, form=form, ask=ask
    )
