"""The Envoy admin console: pages for people. A view reads, acts, and answers."""

from flask import Flask

from envoy_console.console import (
    activity,
    admins,
    clients,
    employees,
    endpoint_check,
    faults,
    groups,
    home,
    integrations,
    preferences,
    session,
    settings,
    sidebar,
    tokens,
)
from envoy_console.console.blueprint import bp
from envoy_console.web import access, identity, wording

PAGES = (  # imported for their routes
    activity,
    admins,
    clients,
    employees,
    endpoint_check,
    faults,
    groups,
    home,
    integrations,
    session,
    settings,
    tokens,
)


def init_app(app: Flask) -> None:
    """Add the pages, who may open them, and what their templates can say."""
    identity.init_app(app)
    access.init_app(app)
    preferences.init_app(app)
    sidebar.init_app(app)
    wording.init_app(app)
    app.register_blueprint(bp)
