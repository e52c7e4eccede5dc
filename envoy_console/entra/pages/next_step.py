"""The one thing to do next in the tenant, and how its applications are doing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import url_for

from envoy_console.entra import quarantine


@dataclass(frozen=True, slots=True)
class Step:
    """How the most pressing application is doing: a sentence, what to do, and where."""

    tone: str
    title: str
    advice: str
    button: str
    url: str


def of(app: Any) -> Step:
    """Return the next step for an app of `summaries`, which lists the most pressing first."""
    overview = url_for(".provisioning_overview", app_id=app.id)
    if app.quarantine_reason:
        advice = quarantine.ADVICE[app.quarantine_reason]
        title = f"{app.name} is in quarantine"
        return Step("bad", title, advice, "Open the provisioning overview", overview)
    if app.saved_at is None:
        return Step(
            "info",
            f"{app.name} is not configured yet",
            "Choose Automatic, enter the Tenant URL and the Secret Token from the Envoy "
            "console, press Test Connection and save.",
            "Get started",
            url_for(".edit_provisioning", app_id=app.id),
        )
    if app.scope == "assigned" and not app.is_assigned:
        return Step(
            "info",
            f"Nobody is assigned to {app.name}",
            "Only assigned users and groups are sent. Add some, or a group of them.",
            "Add user/group",
            url_for(".add_assignment", app_id=app.id),
        )
    return _running(app, overview)


def _running(app: Any, overview: str) -> Step:
    if app.state == "running":
        return Step(
            "info",
            f"{app.kind.capitalize()} cycle of {app.name} is running",
            "Each user and group is compared with Envoy, and what differs is sent.",
            "Watch it",
            overview,
        )
    if not app.is_on:
        return Step(
            "info",
            f"Provisioning of {app.name} is off",
            "Start it, and everybody in scope is sent in the initial cycle. To try one "
            "person first, use Provision on demand.",
            "Start provisioning",
            overview,
        )
    return _resting(app, overview)


def _resting(app: Any, overview: str) -> Step:
    if app.failures:
        return Step(
            "warn",
            f"The last cycle of {app.name} had failures",
            "The provisioning logs say for each what went wrong and what to mend. It is "
            "tried again by itself.",
            "Open the failures",
            url_for(".provisioning_logs", app_id=app.id, status="failure"),
        )
    return Step(
        "ok",
        f"{app.name} is in sync",
        "Change, block or delete somebody, and the next cycle carries it over. "
        "Provision on demand does it at once.",
        "Open the provisioning overview",
        overview,
    )
