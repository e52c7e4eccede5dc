"""“App roles” of an application: those that every app has, and more."""

from __future__ import annotations

from typing import Any

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from envoy_console.entra import app_roles as roles
from envoy_console.entra.errors import EntraError
from envoy_console.entra.pages.app_forms import RoleForm
from envoy_console.entra.pages.apps import required_app
from envoy_console.entra.pages.blueprint import bp
from envoy_console.models.transactions import read, write
from envoy_console.web.access import Permission, requires
from envoy_console.web.answers import attempt, see_other
from envoy_console.web.identity import me


@bp.get("/apps/<app_id>/roles")
def app_roles(app_id: str) -> ResponseReturnValue:
    """Show the roles of an application."""
    return _page(required_app(app_id), RoleForm(None))


@bp.post("/apps/<app_id>/roles")
@requires(Permission.ADMINISTER_ENTRA)
def add_role(app_id: str) -> ResponseReturnValue:
    """Add a role."""
    app, form, actor = required_app(app_id), RoleForm(), me().email
    if not form.validate_on_submit():
        return _page(app, form), 422
    try:
        write(lambda tx: roles.add(tx, app, form.name.data, actor=actor))
    except EntraError as error:
        form.name.errors = [str(error)]
        return _page(app, form), 422
    flash("The role is added. Give it on Users and groups.", "ok")
    return see_other(url_for(".app_roles", app_id=app_id))


@bp.post("/apps/<app_id>/roles/delete")
@requires(Permission.ADMINISTER_ENTRA)
def delete_role(app_id: str) -> ResponseReturnValue:
    """Delete a role that nobody has."""
    app, actor, name = required_app(app_id), me().email, request.form.get("name", "")
    attempt(
        lambda tx: roles.delete(tx, app, name, actor=actor),
        done=f"{name} is deleted.",
        rule=EntraError,
    )
    return see_other(url_for(".app_roles", app_id=app_id))


def _page(app: Any, form: RoleForm) -> str:
    with read() as tx:
        used = roles.used(tx, app)
    return render_template(
        "entra/app_roles.html", app=app, form=form, roles=roles.of(app), used=used
    )
