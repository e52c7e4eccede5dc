"""The pages of the simulated Entra admin center, under `/entra`."""

from flask import Flask

from envoy_console.entra.pages import (
    app_roles,
    apps,
    audit_logs,
    bulk_create,
    endpoint_check,
    expression_builder,
    home,
    logs,
    mapping,
    on_demand,
    outbox,
    overview,
    people,
    provisioning,
    scoping_filters,
    sign_in_as,
    single_sign_on,
    teams,
    users_and_groups,
)
from envoy_console.entra.pages.blueprint import bp

# imported for their routes
PAGES = (
    home,
    people,
    bulk_create,
    teams,
    apps,
    users_and_groups,
    app_roles,
    provisioning,
    mapping,
    scoping_filters,
    expression_builder,
    overview,
    logs,
    on_demand,
    endpoint_check,
    audit_logs,
    outbox,
    single_sign_on,
    sign_in_as,
)


def init_app(app: Flask) -> None:
    """Add the pages."""
    app.register_blueprint(bp)
