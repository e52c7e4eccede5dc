"""What the menu shows beside its entries."""

from __future__ import annotations

from flask import Flask

from envoy_console.directory import browse, integrations
from envoy_console.models.transactions import read
from envoy_console.web.identity import me


def init_app(app: Flask) -> None:
    """Give the layout its counts; they are read only where a menu is drawn."""
    app.jinja_env.globals["sidebar_counts"] = counts


def counts() -> dict[str, int]:
    """Return how many employees, groups and enabled integrations there are."""
    with read() as tx:
        found = browse.counts(tx, me().company_id)
        installed = integrations.find(tx, me().company_id)
    return {**found, "integrations": 1 if installed else 0}
