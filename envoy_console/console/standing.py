"""Where a company stands, and the one thing to do next.

Each judge looks for one state and says nothing when it is not that. They are asked in
order, from what stops everything to what merely could be better; the last always answers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import url_for

from envoy_console.directory.faults import Fault
from envoy_console.models.base import now
from envoy_console.web.wording import counted, exact, span

SOON = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known: the integration, what opens it, and the Entra console's job."""

    integration: Any | None
    tokens: list[Any]
    client: Any | None
    fault: Fault | None
    job: Any | None
    counts: dict[str, int]


@dataclass(frozen=True, slots=True)
class State:
    """Where the company stands: a sentence, what to do, and where. `tips` names the
    tips that fit (console/tips.py).
    """

    tone: str
    title: str
    advice: str
    button: str
    url: str
    tips: str


def judge(situation: Situation) -> State:
    """Return the state that matters most."""
    found = (look(situation) for look in JUDGES)
    return next((state for state in found if state), _in_sync(situation))


def _not_installed(situation: Situation) -> State | None:
    if situation.integration is not None:
        return None
    return State(
        "info",
        "No identity provider is connected yet",
        "Install Microsoft Azure SCIM so that Microsoft Entra ID can send employees "
        "and groups here.",
        "Go to integrations",
        url_for(".all_integrations"),
        "begin",
    )


def _not_saved(situation: Situation) -> State | None:
    if situation.integration.saved_at is not None:  # type: ignore[union-attr]
        return None
    return State(
        "info",
        "Microsoft Azure SCIM is installed, but not saved yet",
        "Choose who to sync and press Save. That issues the OAUTH BEARER TOKEN.",
        "Choose who to sync",
        url_for(".azure_scim"),
        "connect",
    )


def _locked_out(situation: Situation) -> State | None:
    if situation.tokens or situation.client is not None:
        return None
    return State(
        "bad",
        "No token works, so every request is refused",
        "Issue a new one, then paste it into Entra as the Secret Token.",
        "Get a new token",
        url_for(".azure_scim"),
        "trouble",
    )


def _without_installer(situation: Situation) -> State | None:
    integration: Any = situation.integration
    if integration.installed_by_active_admin:
        return None
    return State(
        "bad",
        "Requests are refused: the installer is not a global admin any more",
        f"The token acts for {integration.installed_by_email}. Make that account an "
        "active global admin again, or install the integration anew.",
        "See the admins",
        url_for(".admins"),
        "trouble",
    )


def _with_fault(situation: Situation) -> State | None:
    fault = situation.fault
    if fault is None:
        return None
    return State(
        "warn",
        "A fault is on",
        f"{fault.requests} are answered {fault.answer}, on purpose. It ends by itself "
        f"in {span(fault.until - now())}.",
        "Open the fault card",
        url_for(".azure_scim", _anchor="fault"),
        "trouble",
    )


def _quarantined(situation: Situation) -> State | None:
    job = situation.job
    if job is None or not job.quarantine_reason:
        return None
    return State(
        "bad",
        "Provisioning is in quarantine in Entra",
        "Entra has stopped sending changes and tries again ever more rarely. Its "
        "provisioning overview says why, and what to mend.",
        "Open the provisioning overview",
        url_for("entra.provisioning_overview", app_id=job.id),
        "trouble",
    )


def _unused(situation: Situation) -> State | None:
    if situation.integration.last_request_at is not None:  # type: ignore[union-attr]
        return None
    return State(
        "info",
        "Ready, and waiting for the first request",
        "Copy the Tenant URL and the token into the provisioning tab of Entra, then "
        "press Test Connection there.",
        "Copy connection details",
        url_for(".azure_scim"),
        "connect",
    )


def _on_old_token(situation: Situation) -> State | None:
    if len(situation.tokens) < 2:
        return None
    newest, old = situation.tokens[0], situation.tokens[-1]
    if old.retires_at is None or old.last_used_at is None:
        return None
    if newest.last_used_at is not None and newest.last_used_at >= old.last_used_at:
        return None
    return State(
        "warn",
        "Entra still uses the old token",
        f"It stops working in {span(old.retires_at - now())}. Paste the new one into Secret Token "
        "in Entra, press Test Connection and save.",
        "Copy the new token",
        url_for(".azure_scim"),
        "token",
    )


def _expiring(situation: Situation) -> State | None:
    ends = [token.expires_at for token in situation.tokens]
    if not ends or situation.client is not None or max(ends) - now() > SOON:
        return None
    return State(
        "warn",
        f"The token expires in {span(max(ends) - now())}",
        f"From {exact(max(ends))} on, every request is refused. Rotate the token "
        "now and give Entra the new one; the old one works on meanwhile.",
        "Rotate the token",
        url_for(".azure_scim"),
        "token",
    )


def _in_sync(situation: Situation) -> State:
    counts = situation.counts
    people = counted(counts["employees"], "employee")
    groups = counted(counts["groups"], "group")
    return State(
        "ok",
        f"Connected: {people} and {groups} in the directory"
        if counts["employees"]
        else "Connected, and waiting for the first employee",
        "Watch the requests as they arrive, or look at the people they brought."
        if counts["employees"]
        else "In Entra, assign users and groups to the application and start "
        "provisioning. Then watch them arrive.",
        "Watch the requests",
        url_for(".requests"),
        "sync",
    )


JUDGES: tuple[Callable[[Situation], State | None], ...] = (
    _not_installed,
    _not_saved,
    _locked_out,
    _without_installer,
    _with_fault,
    _quarantined,
    _unused,
    _on_old_token,
    _expiring,
)
