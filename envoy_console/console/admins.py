"""Admins: who may sign in, and as what."""

from __future__ import annotations

from flask import flash, render_template, url_for
from flask.typing import ResponseReturnValue

from envoy_console.console.blueprint import bp
from envoy_console.console.forms import AdminForm, RoleForm
from envoy_console.directory import accounts
from envoy_console.directory.errors import RuleError
from envoy_console.directory.roles import GLOBAL_ADMIN, ROLES
from envoy_console.models.transactions import read, write
from envoy_console.web.access import Permission, fresh_sign_in, requires
from envoy_console.web.answers import attempt, see_other
from envoy_console.web.identity import acting, me


@bp.get("/settings/admins")
def admins() -> ResponseReturnValue:
    """Show everybody who may sign in."""
    return _page(AdminForm(formdata=None))


@bp.post("/settings/admins")
@requires(Permission.MANAGE_ADMINS)
@fresh_sign_in(back_to="console.admins", ask="add-admin")
def add_admin() -> ResponseReturnValue:
    """Add somebody and show their first password, this once."""
    form = AdminForm()
    if not form.validate_on_submit():
        return _page(form, ask="add-admin"), 422
    who = {"email": form.email.data, "name": form.name.data, "role": form.role.data}
    try:
        password = write(lambda tx: accounts.add(tx, acting(), **who))
    except RuleError as error:
        form.email.errors = [str(error)]
        return _page(form, ask="add-admin"), 422
    return render_template("console/admin_added.html", password=password, **who)


@bp.post("/settings/admins/<account_id>/role")
@requires(Permission.MANAGE_ADMINS)
@fresh_sign_in(back_to="console.admins")
def set_role(account_id: str) -> ResponseReturnValue:
    """Give somebody another role; they have to sign in again."""
    form = RoleForm()
    if not form.validate_on_submit():
        flash(form.first_error(), "bad")
        return see_other(url_for(".admins"))
    attempt(
        lambda tx: accounts.set_role(tx, acting(), account_id, form.role.data),
        done=f"The role is now {ROLES[form.role.data].lower()}.",
    )
    return see_other(url_for(".admins"))


@bp.post("/settings/admins/<account_id>/deactivate")
@requires(Permission.MANAGE_ADMINS)
@fresh_sign_in(back_to="console.admins")
def deactivate_admin(account_id: str) -> ResponseReturnValue:
    """Lock somebody out at once."""
    attempt(
        lambda tx: accounts.deactivate(tx, acting(), account_id),
        done="The account is deactivated and signed out everywhere.",
    )
    return see_other(url_for(".admins"))


@bp.post("/settings/admins/<account_id>/reactivate")
@requires(Permission.MANAGE_ADMINS)
@fresh_sign_in(back_to="console.admins")
def reactivate_admin(account_id: str) -> ResponseReturnValue:
    """Let somebody sign in again."""
    attempt(
        lambda tx: accounts.reactivate(tx, acting(), account_id),
        done="The account may sign in again.",
    )
    return see_other(url_for(".admins"))


def _page(form: AdminForm, ask: str = "") -> str:
    with read() as tx:
        everybody = accounts.page(tx, me().company_id)
    chiefs = [a.id for a in everybody if a.active and a.role == GLOBAL_ADMIN]
    return render_template(
        "console/admins.html",
        accounts=everybody,
        last_global_admin=chiefs[0] if len(chiefs) == 1 else None,
        form=form,
        ask=ask,
    )
