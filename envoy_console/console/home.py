"""Home: how the company is doing in one sentence, and the next thing to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from envoy_console.console.blueprint import bp
from envoy_console.directory import browse, history, integrations, tokens, wire_log
from envoy_console.models.transactions import read
from envoy_console.web.identity import me
from envoy_console.web.wording import counted


@dataclass(frozen=True, slots=True)
class State:
    """Where the company stands: a sentence, what to do, and where."""

    tone: str
    title: str
    advice: str
    button: str
    url: str


@bp.get("/")
def home() -> ResponseReturnValue:
    """Show the state, the next step, counts and the latest events."""
    company_id = me().company_id
    with read() as tx:
        integration = integrations.find(tx, company_id)
        live = tokens.live(tx, integration.id) if integration else []
        counts = browse.counts(tx, company_id)
        changes = history.latest(tx, company_id, per_page=6).rows
        present = browse.present(tx, company_id, (row.subject_id for row in changes))
        requests = wire_log.page(tx, company_id, limit=8)
    return render_template(
        "console/home.html",
        state=_state(integration, live, counts),
        integration=integration,
        counts=counts,
        changes=changes,
        present=present,
        requests=requests,
    )


def _state(integration: Any | None, live: list[Any], counts: dict[str, int]) -> State:
    settings = url_for(".azure_scim")
    if integration is None:
        return State(
            "info",
            "No identity provider is connected yet",
            "Install Microsoft Azure SCIM so that Microsoft Entra ID can send employees "
            "and groups here.",
            "Go to integrations",
            url_for(".all_integrations"),
        )
    if integration.saved_at is None:
        return State(
            "info",
            "Microsoft Azure SCIM is installed, but not saved yet",
            "Choose who to sync and press Save. That issues the OAUTH BEARER TOKEN.",
            "Choose who to sync",
            settings,
        )
    if not live:
        return State(
            "bad",
            "No token works, so every request is refused",
            "Issue a new one, then paste it into Entra as the Secret Token.",
            "Get a new token",
            settings,
        )
    if not integration.installed_by_active_admin:
        return State(
            "bad",
            "Requests are refused: the installer is not a global admin any more",
            f"The token acts for {integration.installed_by_email}. Make that account an "
            "active global admin again, or install the integration anew.",
            "See the admins",
            url_for(".admins"),
        )
    if integration.last_request_at is None:
        return State(
            "info",
            "Ready, and waiting for the first request",
            "Copy the Tenant URL and the token into the provisioning tab of Entra, then "
            "press Test Connection there.",
            "Copy connection details",
            settings,
        )
    return _in_sync(counts)


def _in_sync(counts: dict[str, int]) -> State:
    people = counted(counts["employees"], "employee")
    return State(
        "ok",
        f"{people} and {counted(counts['groups'], 'group')} came from your directory"
        if counts["employees"]
        else "Connected, and waiting for the first employee",
        "Watch the requests as they arrive, or look at the people they brought.",
        "Watch the requests",
        url_for(".requests"),
    )
