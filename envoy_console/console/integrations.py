"""Integrations: the list of them, and the page of Microsoft Azure SCIM."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from envoy_console import config
from envoy_console.console.blueprint import bp
from envoy_console.console.charts import requests_per_minute
from envoy_console.console.forms import (
    FaultForm,
    FeedForm,
    RotateForm,
    StrictForm,
    SyncForm,
)
from envoy_console.directory import (
    browse_groups,
    clients,
    faults,
    headcount,
    integrations,
    locations,
    single_sign_on,
    tokens,
    traffic,
    wire_log,
)
from envoy_console.models.transactions import read
from envoy_console.web.access import Permission, fresh_sign_in, requires
from envoy_console.web.answers import attempt, see_other
from envoy_console.web.forms import Form
from envoy_console.web.identity import acting, me

CHART_MINUTES = 30

# Real products that Envoy's help names beside this one: plain text, nothing to install.
NEIGHBOURS = {
    "Directory": (
        "Active Directory",
        "Google Workspace",
        "Okta",
        "OneLogin",
        "Rippling",
        "SailPoint",
    ),
    "Single sign-on": (),
}


@bp.get("/integrations")
def all_integrations() -> ResponseReturnValue:
    """Show every integration by category."""
    with read() as tx:
        installed = integrations.find(tx, me().company_id)
        saml = single_sign_on.find(tx, me().company_id)
    return render_template(
        "console/all_integrations.html",
        installed=installed,
        saml=saml,
        neighbours=NEIGHBOURS,
        form=Form(),
    )


@bp.get("/integrations/enabled")
def enabled_integrations() -> ResponseReturnValue:
    """Show what is installed."""
    with read() as tx:
        installed = integrations.find(tx, me().company_id)
        saml = single_sign_on.find(tx, me().company_id)
    return render_template(
        "console/enabled_integrations.html", installed=installed, saml=saml
    )


@bp.post("/integrations/azure-scim/install")
@requires(Permission.MANAGE_INTEGRATIONS)
def install_azure_scim() -> ResponseReturnValue:
    """Install Microsoft Azure SCIM on behalf of whoever presses the button."""
    attempt(
        lambda tx: integrations.install(tx, acting()),
        done="Microsoft Azure SCIM is installed. Choose who to sync, then press Save.",
    )
    return see_other(url_for(".azure_scim"))


@bp.get("/integrations/azure-scim")
def azure_scim() -> ResponseReturnValue:
    """Show the settings of Microsoft Azure SCIM, or the list when not installed."""
    return azure_scim_page()


def azure_scim_page(
    revealed: dict[str, str] | None = None, *, client_secret: str = ""
) -> ResponseReturnValue:
    """Render the settings; `revealed` maps token ids to what may be shown of them.

    `client_secret` is that of the OAuth client, in answer to what has just made it.
    """
    company_id = me().company_id
    with read() as tx:
        integration = integrations.find(tx, company_id)
        if integration is None:
            return redirect(url_for(".all_integrations"))
        values: dict[str, Any] = {
            "live_tokens": tokens.live(tx, integration.id),
            "client": clients.live(tx, integration.id),
            "fault": faults.on(integration),
            "locations": locations.page(tx, company_id),
            "groups": browse_groups.group_options(tx, company_id),
            **_health(tx, company_id),
        }
    return render_template(
        "console/azure_scim.html",
        # not from what was sent: a revealed token is shown in answer to another form
        form=SyncForm(None, sync_mode=integration.sync_mode or integrations.ALL_USERS),
        rotate_form=RotateForm(None),
        fault_form=FaultForm(None),
        scim_url=config.current().scim_url,
        oauth_token_url=config.current().oauth_token_url,
        revealed=revealed or {},
        client_secret=client_secret,
        **values,
    )


@bp.get("/integrations/azure-scim/health")
def azure_scim_health() -> ResponseReturnValue:
    """Show the part of the page that changes by itself."""
    with read() as tx:
        values = _health(tx, me().company_id)
    if values["integration"] is None:
        return "", 204
    return render_template("console/_azure_scim_health.html", **values)


@bp.post("/integrations/azure-scim/sync")
@requires(Permission.MANAGE_INTEGRATIONS)
def save_sync() -> ResponseReturnValue:
    """Save who is synced; the first time this issues the token."""
    form = SyncForm()
    if not form.validate_on_submit():
        flash(form.first_error(), "bad")
        return see_other(url_for(".azure_scim"))
    chosen = integrations.SYNC_MODES[form.sync_mode.data]
    attempt(
        lambda tx: integrations.save(tx, acting(), sync_mode=form.sync_mode.data),
        done=f"Saved: {chosen}.",
    )
    return see_other(url_for(".azure_scim"))


@bp.post("/integrations/azure-scim/strict")
@requires(Permission.MANAGE_INTEGRATIONS)
def set_strict() -> ResponseReturnValue:
    """Choose by which book requests are judged."""
    form = StrictForm()
    if not form.validate_on_submit():
        flash(form.first_error(), "bad")
        return see_other(url_for(".azure_scim"))
    strict = form.strict.data == "yes"
    attempt(
        lambda tx: integrations.set_strict(tx, acting(), strict=strict),
        done="Requests are now judged by the RFC alone."
        if strict
        else "Requests are now read with the tolerance that Entra needs.",
    )
    return see_other(url_for(".azure_scim", _anchor="judging"))


@bp.post("/integrations/azure-scim/locations/<location_id>/groups")
@requires(Permission.CHOOSE_FEEDS)
def set_feeds(location_id: str) -> ResponseReturnValue:
    """Choose the groups that feed the directory of one location."""
    group_ids = FeedForm().groups.data
    attempt(
        lambda tx: locations.set_groups(tx, acting(), location_id, group_ids),
        done="The location's groups are saved.",
    )
    return see_other(url_for(".azure_scim", _anchor="feeds"))


@bp.post("/integrations/azure-scim/uninstall")
@requires(Permission.MANAGE_INTEGRATIONS)
@fresh_sign_in(back_to="console.azure_scim", ask="uninstall")
def uninstall_azure_scim() -> ResponseReturnValue:
    """Uninstall: the tokens stop at once, the people stay."""
    attempt(
        lambda tx: integrations.uninstall(tx, acting()),
        done="Microsoft Azure SCIM is uninstalled. Its token does not work any more.",
    )
    return see_other(url_for(".all_integrations"))


def _health(tx: Any, company_id: str) -> dict[str, Any]:
    return {
        "integration": integrations.find(tx, company_id),
        "counts": headcount.of(tx, company_id),
        "requests": wire_log.page(tx, company_id, limit=6),
        "chart": requests_per_minute(
            traffic.last_minutes(tx, company_id, CHART_MINUTES)
        ),
    }
