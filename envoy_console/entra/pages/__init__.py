"""The pages of the simulated Entra admin center, under `/entra`."""

from flask import Flask

from envoy_console.entra.pages import apps, home, provisioning, users_and_groups
from envoy_console.entra.pages.blueprint import bp

PAGES = (home, apps, users_and_groups, provisioning)  # imported for their routes


def init_app(app: Flask) -> None:
    """Add the pages."""
    app.register_blueprint(bp)
