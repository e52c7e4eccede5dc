"""The Envoy admin console: pages for people. A view reads, acts, and answers."""

from flask import Flask

from envoy_console.console import (
    activity,
    admins,
    by_hand,
    clients,
    command_list,
    employees,
    endpoint_check,
    faults,
    groups,
    home,
    imports,
    integrations,
    preferences,
    quirks,
    replaying,
    requests,
    scenarios,
    selection,
    session,
    settings,
    sidebar,
    tokens,
    wire_download,
)
from envoy_console.console.blueprint import bp
from envoy_console.web import access, identity, wording

PAGES = (  # imported for their routes
    activity,
    admins,
    by_hand,
    clients,
    command_list,
    employees,
    endpoint_check,
    faults,
    groups,
    home,
    imports,
    integrations,
    quirks,
    replaying,
    requests,
    scenarios,
    selection,
    session,
    settings,
    tokens,
    wire_download,
)


def init_app(app: Flask) -> None:
    """Add the pages, who may open them, and what their templates can say."""
    identity.init_app(app)
    access.init_app(app)
    preferences.init_app(app)
    sidebar.init_app(app)
    wording.init_app(app)
    app.register_blueprint(bp)
