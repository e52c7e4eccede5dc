"""The Login URL of an app: choose which user of the tenant to be. Also “My Apps”.

Signing in as anybody is for those who administer the tenant: whoever could choose a
user here could become any administrator of Envoy. So there is no imitation of a
sign-in page, and no password of a simulated user.
"""

from __future__ import annotations

from typing import Any

from flask import make_response, render_template, request
from flask.typing import ResponseReturnValue

from envoy_console import headers
from envoy_console.entra import applications, users
from envoy_console.entra.errors import EntraError
from envoy_console.entra.pages.blueprint import bp
from envoy_console.entra.pages.saml_forms import ChoiceForm
from envoy_console.entra.pages.single_sign_on import issuer
from envoy_console.entra.saml import requests, settings, sign_ins
from envoy_console.entra.saml.requests import SignInRequest
from envoy_console.models.transactions import read, write
from envoy_console.web.access import Permission, requires
from envoy_console.web.identity import me

MOST = 25


@bp.get("/saml/<app_id>")
def saml(app_id: str) -> ResponseReturnValue:
    """Take a request to sign somebody in, or start without one, and ask whom."""
    app = _app(app_id)
    try:
        _asked(app, request.args)
    except EntraError as error:
        return _refused(app, str(error))
    query = request.args.get("query", "").strip()[:200]
    with read() as tx:
        found = users.page(tx, me().company_id, query=query)
        shown = found.rows[:MOST]
        assigned = sign_ins.assigned(tx, app, [row.id for row in shown])
    form = ChoiceForm(
        None,
        SAMLRequest=request.args.get("SAMLRequest", ""),
        RelayState=request.args.get("RelayState", ""),
    )
    return render_template(
        "entra/choose_user.html",
        app=app,
        form=form,
        query=query,
        users=shown,
        assigned=assigned,
        is_cut=len(found.rows) > MOST,
    )


@bp.post("/saml/<app_id>")
@requires(Permission.ADMINISTER_ENTRA)
def respond(app_id: str) -> ResponseReturnValue:
    """Sign the chosen user in, by a form that goes to the app."""
    app, form, actor = _app(app_id), ChoiceForm(), me().email
    issued_by = issuer()
    with read() as tx:
        user = users.required(tx, me().company_id, form.user_id.data or "")
    try:
        row, asked = _asked(app, request.form)
        response = write(
            lambda tx: sign_ins.respond(
                tx, app, row, user, asked, issuer=issued_by, actor=actor
            )
        )
    except EntraError as error:
        return _refused(app, str(error))
    headers.let_form_go_to(row.reply_url)
    return render_template(
        "entra/signing_in.html",
        app=app,
        user=user,
        row=row,
        asked=asked,
        response=response,
    )


@bp.get("/users/<user_id>/my-apps")
def my_apps(user_id: str) -> ResponseReturnValue:
    """Show the apps that a user is assigned to, to start one from here."""
    with read() as tx:
        user = users.required(tx, me().company_id, user_id)
        rows = sign_ins.startable(tx, user)
    return render_template("entra/my_apps.html", user=user, apps=rows)


def _app(app_id: str) -> Any:
    with read() as tx:
        return applications.required(tx, me().company_id, app_id)


def _asked(app: Any, given: Any) -> tuple[Any, SignInRequest]:
    """Return the app's settings and the request that came, if one did."""
    with read() as tx:
        row = settings.ready(tx, app)
    relay_state = given.get("RelayState", "")[:1024]
    encoded = given.get("SAMLRequest", "")
    if not encoded:
        return row, SignInRequest(relay_state=relay_state)
    return row, requests.read(encoded, relay_state, row)


def _refused(app: Any, reason: str) -> ResponseReturnValue:
    page = render_template("entra/sign_in_refused.html", app=app, reason=reason)
    return make_response(page, 403)
