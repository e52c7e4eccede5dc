"""Sign in, sign out, and give the password once more before something delicate."""

from __future__ import annotations

from flask import flash, make_response, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_user, logout_user

from envoy_console.console.blueprint import bp
from envoy_console.console.forms import ConfirmForm, SignInForm
from envoy_console.directory import sessions, signing_in
from envoy_console.directory.signing_in import PasswordRefusedError
from envoy_console.directory.throttle import ThrottledError
from envoy_console.models.transactions import write
from envoy_console.web.access import Permission, requires
from envoy_console.web.answers import see_other
from envoy_console.web.forms import Form
from envoy_console.web.identity import find, me, source
from envoy_console.web.links import own_path

# the same words whether the address or the password is wrong
NO_MATCH = "Email and password do not match. Check both and try again."


@bp.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> ResponseReturnValue:
    """Ask for email and password, both on one page, and open a session."""
    if current_user.is_authenticated:
        return see_other(own_path(request.args.get("next")))
    form = SignInForm(next=request.args.get("next", ""))
    if not form.validate_on_submit():
        return _ask("console/sign_in.html", form, 422 if form.errors else 200)
    try:
        secret_id = signing_in.sign_in(
            form.email.data, form.password.data, source=source()
        )
    except ThrottledError as error:
        return _throttled("console/sign_in.html", form, error)
    except PasswordRefusedError as error:
        return _ask("console/sign_in.html", form, 403, str(error))
    if secret_id is None:
        return _ask("console/sign_in.html", form, 422, NO_MATCH)
    _enter(secret_id)
    return see_other(own_path(form.next.data))


@bp.post("/sign-out")
@requires(Permission.LEAVE)
def sign_out() -> ResponseReturnValue:
    """End this session."""
    secret_id = current_user.secret_id
    write(lambda tx: sessions.sign_out(tx, secret_id))
    leave()
    flash("You are signed out.", "ok")
    return see_other(url_for(".sign_in"))


@bp.route("/confirm", methods=["GET", "POST"])
@requires(Permission.KEEP_OWN_ACCOUNT)
def confirm() -> ResponseReturnValue:
    """Ask for the password again, then return to what needed it."""
    form = ConfirmForm(next=request.args.get("next", ""))
    if not form.validate_on_submit():
        return _ask("console/confirm.html", form, 422 if form.errors else 200)
    try:
        secret_id = signing_in.confirm(me(), form.password.data, source=source())
    except ThrottledError as error:
        return _throttled("console/confirm.html", form, error)
    if secret_id is None:
        return _ask(
            "console/confirm.html", form, 422, "This is not your password. Try again."
        )
    _be(secret_id)
    flash("Confirmed. Press the button once more.", "ok")
    return see_other(own_path(form.next.data))


def leave() -> None:
    """Forget who was here."""
    logout_user()
    session.clear()


def _enter(secret_id: str) -> None:
    # nothing that was in the cookie before the sign-in lives on after it
    session.clear()
    _be(secret_id)


def _be(secret_id: str) -> None:
    """Let the browser have this session, unless it was ended this very moment."""
    if found := find(secret_id):
        login_user(found)


def _ask(
    template: str, form: Form, status: int, problem: str = ""
) -> ResponseReturnValue:
    return make_response(render_template(template, form=form, problem=problem), status)


def _throttled(template: str, form: Form, error: ThrottledError) -> ResponseReturnValue:
    response = make_response(
        render_template(template, form=form, problem=str(error)), 429
    )
    response.retry_after = max(1, int(error.retry_after.total_seconds()))
    return response
