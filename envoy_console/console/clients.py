"""The OAuth client: issue it, rotate its secret, revoke it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from flask import flash, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.engine import Connection

from envoy_console.console.blueprint import bp
from envoy_console.console.forms import RotateForm
from envoy_console.console.integrations import azure_scim_page
from envoy_console.directory import clients
from envoy_console.directory.clients import Credentials
from envoy_console.directory.errors import RuleError
from envoy_console.models.transactions import write
from envoy_console.web.access import Permission, fresh_sign_in, requires
from envoy_console.web.answers import attempt, see_other
from envoy_console.web.identity import acting


@bp.post("/integrations/azure-scim/client/issue")
@requires(Permission.MANAGE_INTEGRATIONS)
@fresh_sign_in(back_to="console.azure_scim")
def issue_client() -> ResponseReturnValue:
    """Make the OAuth client and show its secret, this once."""
    return _shown_once(
        lambda tx: clients.issue(tx, acting()), done="The OAuth client is ready."
    )


@bp.post("/integrations/azure-scim/client/rotate")
@requires(Permission.MANAGE_INTEGRATIONS)
@fresh_sign_in(back_to="console.azure_scim", ask="rotate-client")
def rotate_client() -> ResponseReturnValue:
    """Give the client a new secret and show it, this once."""
    form = RotateForm()
    if not form.validate_on_submit():
        flash(form.first_error(), "bad")
        return _back()
    grace = timedelta(hours=int(form.hours.data))
    return _shown_once(
        lambda tx: clients.rotate(tx, acting(), grace=grace),
        done="The OAuth client has a new secret.",
    )


@bp.get("/integrations/azure-scim/client/issue")
@bp.get("/integrations/azure-scim/client/rotate")
def shown_client() -> ResponseReturnValue:
    """Lead whoever reloads a page that showed a secret back to where it is not."""
    return _back()


@bp.post("/integrations/azure-scim/client/revoke")
@requires(Permission.MANAGE_INTEGRATIONS)
@fresh_sign_in(back_to="console.azure_scim", ask="revoke-client")
def revoke_client() -> ResponseReturnValue:
    """Stop the client and its access tokens at once."""
    attempt(
        lambda tx: clients.revoke(tx, acting()),
        done="The OAuth client is revoked. Its access tokens are refused from now on.",
    )
    return _back()


def _shown_once(
    work: Callable[[Connection], Credentials], *, done: str
) -> ResponseReturnValue:
    try:
        made = write(work)
    except RuleError as error:
        flash(str(error), "bad")
        return _back()
    flash(f"{done} Copy its secret now: it is not shown again.", "ok")
    return azure_scim_page(client_secret=made.client_secret)


def _back() -> ResponseReturnValue:
    return see_other(url_for(".azure_scim", _anchor="oauth"))
