"""An employee's own page, for who signed in with single sign-on and is no administrator.

The session is a cookie of its own that the rest of the console does not know.
"""

from __future__ import annotations

from flask import Response, flash, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from envoy_console import config
from envoy_console.directory import browse, employee_sessions
from envoy_console.directory.employee_sessions import Visitor
from envoy_console.models.transactions import read, write
from envoy_console.sso.blueprints import profile
from envoy_console.web.answers import see_other


@profile.get("", provide_automatic_options=False)
def page() -> ResponseReturnValue:
    """Show what the directory has about whoever is signed in."""
    visitor = _visitor()
    if visitor is None:
        return _ask_to_sign_in()
    employee_sessions.keep_alive(visitor)
    with read() as tx:
        detail = browse.employee_detail(tx, visitor.company_id, visitor.employee_id)
    return render_template("sso/profile.html", visitor=visitor, detail=detail)


@profile.post("/sign-out", provide_automatic_options=False)
def leave() -> ResponseReturnValue:
    """End the session."""
    if _visitor() is None:
        return _ask_to_sign_in()
    raw = request.cookies[_name()]
    write(lambda tx: employee_sessions.end(tx, raw))
    response = make_response(see_other(url_for("console.sign_in")))
    response.delete_cookie(
        _name(), secure=config.current().is_https, httponly=True, samesite="Lax"
    )
    return response


def enter(secret_id: str) -> Response:
    """Answer with the page of the employee whose session was just opened."""
    response = see_other(url_for("profile.page"))
    response.set_cookie(
        _name(),
        secret_id,
        secure=config.current().is_https,
        httponly=True,
        samesite="Lax",
    )
    return response


def _ask_to_sign_in() -> Response:
    flash("Sign in to see your profile.", "info")
    return see_other(url_for("sso.sign_in"))


def _visitor() -> Visitor | None:
    raw = request.cookies.get(_name(), "")
    if not raw:
        return None
    with read() as tx:
        return employee_sessions.find(tx, raw)


def _name() -> str:
    return "__Host-employee" if config.current().is_https else "employee"
