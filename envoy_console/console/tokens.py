"""The OAUTH BEARER TOKEN: reveal, rotate, revoke."""

from __future__ import annotations

from datetime import timedelta

from flask import flash, jsonify, request, url_for
from flask.typing import ResponseReturnValue

from envoy_console.console.blueprint import bp
from envoy_console.console.forms import RotateForm
from envoy_console.console.integrations import azure_scim_page
from envoy_console.directory import tokens
from envoy_console.directory.errors import RuleError
from envoy_console.models.transactions import write
from envoy_console.web.access import (
    Permission,
    fresh_sign_in,
    requires,
    wants_json,
)
from envoy_console.web.answers import attempt, see_other
from envoy_console.web.identity import acting


@bp.post("/integrations/azure-scim/tokens/<token_id>/reveal")
@requires(Permission.MANAGE_INTEGRATIONS)
@fresh_sign_in(back_to="console.azure_scim", ask="reveal")
def reveal_token(token_id: str) -> ResponseReturnValue:
    """Show a token: to the page's script as JSON, otherwise on the page."""
    try:
        token = write(lambda tx: tokens.reveal(tx, acting(), token_id))
    except RuleError as error:
        return _refused(error)
    return jsonify(token=token) if wants_json() else azure_scim_page({token_id: token})


@bp.get("/integrations/azure-scim/tokens/<token_id>/reveal")
def revealed_token(token_id: str) -> ResponseReturnValue:
    """Lead whoever reloads a page that showed a token back to where it is masked."""
    return see_other(url_for(".azure_scim", ask=request.args.get("ask")))


@bp.post("/integrations/azure-scim/tokens/rotate")
@requires(Permission.MANAGE_INTEGRATIONS)
@fresh_sign_in(back_to="console.azure_scim", ask="rotate")
def rotate_token() -> ResponseReturnValue:
    """Issue a new token; the old one stops after the chosen grace period."""
    form = RotateForm()
    if not form.validate_on_submit():
        flash(form.first_error(), "bad")
        return see_other(url_for(".azure_scim"))
    grace = timedelta(hours=int(form.hours.data))
    attempt(
        lambda tx: tokens.rotate(tx, acting(), grace=grace),
        done="A new token is ready. Paste it into Entra as the Secret Token.",
    )
    return see_other(url_for(".azure_scim", _anchor="connection"))


@bp.post("/integrations/azure-scim/tokens/<token_id>/revoke")
@requires(Permission.MANAGE_INTEGRATIONS)
@fresh_sign_in(back_to="console.azure_scim")
def revoke_token(token_id: str) -> ResponseReturnValue:
    """Stop a token at once."""
    attempt(
        lambda tx: tokens.revoke(tx, acting(), token_id),
        done="The token is revoked. Requests with it are refused from now on.",
    )
    return see_other(url_for(".azure_scim", _anchor="connection"))


def _refused(error: RuleError) -> ResponseReturnValue:
    if wants_json():
        return jsonify(message=str(error)), 409
    flash(str(error), "bad")
    return see_other(url_for(".azure_scim"))
