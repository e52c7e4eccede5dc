"""“Users and groups” of an application, and “Add Assignment”."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.engine import Connection

from envoy_console.entra import app_roles, applications, assignments, offers
from envoy_console.entra.errors import EntraError
from envoy_console.entra.pages.app_forms import AssignmentForm, SelectedForm
from envoy_console.entra.pages.apps import required_app
from envoy_console.entra.pages.blueprint import bp
from envoy_console.models.transactions import read, write
from envoy_console.web.access import Permission, requires
from envoy_console.web.answers import page_or_part, see_other
from envoy_console.web.identity import me
from envoy_console.web.links import Listing
from envoy_console.web.wording import counted

WHO = ("user or group", "users and groups")


@bp.get("/apps/<app_id>/users")
def users_and_groups(app_id: str) -> ResponseReturnValue:
    """Show who is assigned to the application."""
    listing = Listing.asked("query")
    with read() as tx:
        app = applications.required(tx, me().company_id, app_id)
        found = assignments.page(
            tx, app, query=listing.filters["query"], page=listing.page
        )
    return page_or_part(
        "entra/users_and_groups.html",
        "entra/_assignment_rows.html",
        app=app,
        listing=listing,
        assignments=found,
        roles=app_roles.of(app),
    )


@bp.post("/apps/<app_id>/users/remove")
@requires(Permission.ADMINISTER_ENTRA)
def remove_assignments(app_id: str) -> ResponseReturnValue:
    """Take the selected assignments back."""
    app, form, actor = required_app(app_id), SelectedForm(), me().email
    ids = form.assignments.data or []
    return _changed(
        app, "Removed", lambda tx: assignments.remove(tx, app, ids, actor=actor)
    )


@bp.post("/apps/<app_id>/users/role")
@requires(Permission.ADMINISTER_ENTRA)
def give_role(app_id: str) -> ResponseReturnValue:
    """Give the selected assignments another role."""
    app, form, actor = required_app(app_id), SelectedForm(), me().email
    ids, role = form.assignments.data or [], form.role.data or ""
    return _changed(
        app,
        f"{role} now",
        lambda tx: assignments.give_role(tx, app, ids, role=role, actor=actor),
    )


@bp.get("/apps/<app_id>/users/add")
def add_assignment(app_id: str) -> ResponseReturnValue:
    """Show “Add Assignment”: whom to select, and the role."""
    return _selection(required_app(app_id), AssignmentForm(formdata=None))


@bp.post("/apps/<app_id>/users/add")
@requires(Permission.ADMINISTER_ENTRA)
def assign(app_id: str) -> ResponseReturnValue:
    """Assign the selected users and groups."""
    app, form, actor = required_app(app_id), AssignmentForm(), me().email
    if not form.validate_on_submit():
        flash(form.first_error(), "bad")
        return _selection(app, form)
    try:
        number = write(
            lambda tx: assignments.assign(
                tx,
                app,
                user_ids=form.users.data,
                group_ids=form.groups.data,
                role=form.role.data,
                actor=actor,
            )
        )
    except EntraError as error:
        flash(str(error), "bad")
        return see_other(url_for(".add_assignment", app_id=app_id))
    flash(f"Assigned: {counted(number, *WHO)}.", "ok")
    return see_other(url_for(".users_and_groups", app_id=app_id))


def _changed(
    app: Any, done: str, change: Callable[[Connection], int]
) -> ResponseReturnValue:
    try:
        number = write(change)
    except EntraError as error:
        flash(str(error), "bad")
    else:
        flash(f"{done}: {counted(number, *WHO)}.", "ok")
    return see_other(url_for(".users_and_groups", app_id=app.id))


def _selection(app: Any, form: AssignmentForm) -> ResponseReturnValue:
    listing = Listing.asked("query")
    form.role.choices = [(role, role) for role in app_roles.of(app)]
    # what is selected stays when somebody else is searched for
    chosen = {*request.values.getlist("users"), *request.values.getlist("groups")}
    with read() as tx:
        users, groups = assignments.candidates(
            tx, app, query=listing.filters["query"], chosen=chosen
        )
    return page_or_part(
        "entra/add_assignment.html",
        "entra/_candidates.html",
        app=app,
        form=form,
        listing=listing,
        users=users,
        groups=groups,
        chosen=chosen,
        most=offers.MOST,
    )
