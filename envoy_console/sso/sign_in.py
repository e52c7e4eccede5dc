"""“Sign in with single sign-on”: which company, and off to its identity provider."""

from __future__ import annotations

from flask import make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from envoy_console.directory import single_sign_on, throttle
from envoy_console.directory.throttle import ThrottledError
from envoy_console.models.transactions import read, write
from envoy_console.sso.blueprints import pages
from envoy_console.sso.forms import FindForm
from envoy_console.web.identity import source

UNKNOWN = (
    "There is no single sign-on for this, or more than one. Enter the company ID, which "
    "an administrator finds under Integrations, SAML."
)


@pages.get("/sign-in/single-sign-on")
def sign_in() -> ResponseReturnValue:
    """Ask for the company, then offer the way to its identity provider.

    The way is a link: a form would be held back by our own policy, which lets none be
    sent to another site, not even by a redirect.
    """
    form = FindForm(request.args)
    if "who" not in request.args:
        return _page(FindForm(None, next=request.args.get("next", "")))
    if not form.validate():
        return _page(form, status=422)
    try:
        company_id = _company_of(form.who.data)
    except ThrottledError as error:
        form.who.errors = [str(error)]
        return _page(form, status=429)
    if company_id is None:
        form.who.errors = [UNKNOWN]
        return _page(form, status=422)
    return _page(
        form,
        url_for("saml.start", company_id=company_id, next=form.next.data or None),
    )


def _company_of(who: str) -> str | None:
    """Return the company's id; asked often, it makes wait, as guessing does."""
    key = f"sso:{throttle.sender(source())}"
    write(lambda tx: throttle.admit(tx, key, free=throttle.FREE_PER_SOURCE))
    with read() as tx:
        return single_sign_on.company_of(tx, who)


def _page(form: FindForm, way: str = "", status: int = 200) -> ResponseReturnValue:
    page = render_template("sso/sign_in.html", form=form, way=way)
    return make_response(page, status)
