"""What the layout shows on every page: the menu's counts, and the fault that is on."""

from __future__ import annotations

from typing import Any

from flask import Flask

from envoy_console.directory import faults, headcount, integrations
from envoy_console.models.transactions import read
from envoy_console.web.identity import me


def init_app(app: Flask) -> None:
    """Give the layout what it shows; it is read only where a menu is drawn."""
    app.jinja_env.globals["sidebar"] = sidebar


def sidebar() -> dict[str, Any]:
    """Return how many employees, groups and enabled integrations there are, and the fault."""
    with read() as tx:
        found = headcount.of(tx, me().company_id)
        installed = integrations.find(tx, me().company_id)
    return {
        **found,
        "integrations": found["saml"] + (1 if installed else 0),
        "fault": faults.on(installed),
    }
