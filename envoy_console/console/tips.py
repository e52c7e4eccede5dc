"""A few tips on Home, those that fit the state of the company."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import url_for


@dataclass(frozen=True, slots=True)
class Tip:
    """A sentence worth knowing now, and where to try it."""

    text: str
    label: str
    endpoint: str
    values: dict[str, Any]

    @property
    def url(self) -> str:
        return url_for(self.endpoint, **self.values)


def _tip(text: str, label: str, endpoint: str, **values: Any) -> Tip:
    return Tip(text, label, endpoint, values)


TIPS = {
    "begin": (
        _tip(
            "Entra is here, too: a tenant of your own, with a sample company to fill it.",
            "Open the Entra console",
            "entra.home",
        ),
        _tip(
            "Everybody who was added by hand stays when a directory is connected.",
            "See the directory",
            "console.employees",
        ),
    ),
    "connect": (
        _tip(
            "Entra calls the address Tenant URL and the token Secret Token.",
            "See both",
            "console.azure_scim",
        ),
        _tip(
            "Test Connection asks for somebody who does not exist. That request is the "
            "first thing you see on the wire.",
            "Open the wire",
            "console.requests",
        ),
    ),
    "trouble": (
        _tip(
            "Each refused request says why, in words and in full.",
            "See what was refused",
            "console.requests",
            status="rejected",
        ),
        _tip(
            "Nothing is lost meanwhile: Entra sends again what could not be sent.",
            "Open the Entra console",
            "entra.home",
        ),
    ),
    "token": (
        _tip(
            "For as long as two tokens work, nothing is refused: there is time to change "
            "over.",
            "See the tokens",
            "console.azure_scim",
        ),
        _tip(
            "Who revealed or rotated a token is written down.",
            "Open admin activity",
            "console.admin_activity",
        ),
    ),
    "sync": (
        _tip(
            "Change a job title in Entra and provision on demand: one PATCH arrives.",
            "Choose somebody",
            "entra.all_users",
        ),
        _tip(
            "Practise for a bad day: let the endpoint answer 429 or 500 for a while.",
            "Open the fault card",
            "console.azure_scim",
            _anchor="fault",
        ),
        _tip(
            "Each change of somebody is kept, with the values before and after.",
            "See the changes",
            "console.changes",
        ),
    ),
}
