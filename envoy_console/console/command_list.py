"""The command list (Ctrl+K): where one can go, and whom one can look for, as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import jsonify, request, url_for
from flask.typing import ResponseReturnValue

from envoy_console.console.blueprint import bp
from envoy_console.directory import name_search
from envoy_console.models.transactions import read
from envoy_console.web import simulator
from envoy_console.web.access import Permission, may
from envoy_console.web.identity import me

ENVOY, ENTRA, TUTORIAL = "Envoy console", "Entra console", "Tutorial"
APPS_AT_MOST = 5


@dataclass(frozen=True, slots=True)
class Place:
    """A page to go to; one that is for changing something takes a permission."""

    section: str
    title: str
    endpoint: str
    permission: Permission | None = None


PLACES = (
    Place(ENVOY, "Home", "console.home"),
    Place(ENVOY, "Employee directory", "console.employees"),
    Place(ENVOY, "Groups", "console.groups"),
    Place(ENVOY, "All integrations", "console.all_integrations"),
    Place(ENVOY, "Enabled integrations", "console.enabled_integrations"),
    Place(ENVOY, "Microsoft Azure SCIM", "console.azure_scim"),
    Place(ENVOY, "SCIM requests (wire)", "console.requests"),
    Place(ENVOY, "Directory changes", "console.changes"),
    Place(ENVOY, "Admin activity", "console.admin_activity"),
    Place(ENVOY, "Company & locations", "console.company"),
    Place(ENVOY, "Scenarios", "console.scenarios"),
    Place(ENVOY, "Classroom", "classroom.board", Permission.RUN_CLASSROOM),
    Place(ENVOY, "Admins", "console.admins"),
    Place(ENVOY, "Your account", "console.account"),
    Place(ENVOY, "What had to be forgiven (quirks)", "console.quirks"),
    Place(TUTORIAL, "All steps", "tutorial.overview"),
    Place(TUTORIAL, "Side by side", "tutorial.split"),
    Place(TUTORIAL, "Handout", "tutorial.handout"),
    Place(ENTRA, "Home", "entra.home"),
    Place(ENTRA, "All users", "entra.all_users"),
    Place(ENTRA, "New user", "entra.new_user", Permission.ADMINISTER_ENTRA),
    Place(ENTRA, "Bulk create users", "entra.bulk_create", Permission.ADMINISTER_ENTRA),
    Place(ENTRA, "Deleted users", "entra.deleted_users"),
    Place(ENTRA, "All groups", "entra.all_groups"),
    Place(ENTRA, "New group", "entra.new_group", Permission.ADMINISTER_ENTRA),
    Place(ENTRA, "Enterprise applications", "entra.apps"),
    Place(ENTRA, "Microsoft Entra Gallery", "entra.browse_gallery"),
    Place(ENTRA, "Audit logs", "entra.audit_logs"),
    Place(ENTRA, "Outbox", "entra.outbox"),
)

# the pages of one enterprise application
OF_AN_APP = {
    "entra.app_overview": "Overview",
    "entra.provisioning_overview": "Provisioning overview",
    "entra.on_demand": "Provision on demand",
    "entra.app_properties": "Properties",
    "entra.users_and_groups": "Users and groups",
    "entra.app_roles": "App roles",
    "entra.edit_provisioning": "Provisioning",
    "entra.expression_builder": "Expression builder",
    "entra.provisioning_logs": "Provisioning logs",
    "entra.app_audit_logs": "Audit logs",
    "entra.endpoint_check": "Endpoint check",
    "entra.single_sign_on": "Single sign-on",
}


@bp.get("/commands/places")
def places() -> ResponseReturnValue:
    """Tell every page of both consoles that this account may open."""
    return jsonify([*_pages(), *_pages_of_apps()])


@bp.get("/commands/people")
def find_people() -> ResponseReturnValue:
    """Tell the first few employees in whom every word of `query` occurs."""
    query = request.args.get("query", "")[:100]
    with read() as tx:
        found = name_search.mentioning(tx, me().company_id, query)
    return jsonify(
        [
            _entry(
                row.display_name or row.user_name,
                f"Employee · {row.user_name}",
                url_for(".employee", employee_id=row.id),
            )
            for row in found
        ]
    )


def _pages() -> Iterator[dict[str, str]]:
    for place in PLACES:
        if place.permission is None or may(place.permission):
            yield _entry(place.title, place.section, url_for(place.endpoint))


def _pages_of_apps() -> Iterator[dict[str, str]]:
    with read() as tx:
        apps = simulator.apps(tx, me().company_id)
    for app in apps[:APPS_AT_MOST]:
        for endpoint, title in OF_AN_APP.items():
            url = url_for(endpoint, app_id=app.id)
            yield _entry(f"{app.name}: {title}", ENTRA, url)


def _entry(title: str, section: str, url: str) -> dict[str, str]:
    return {"title": title, "section": section, "url": url}
