"""Who may do what: every route, and every kind of person who may knock at it.

The table is written by hand, beside what the views say of themselves. A route that is
not in it fails the first test.
"""

import re

import pytest

from envoy_console.classroom import founding, roster
from envoy_console.models import Account
from envoy_console.models.base import table
from envoy_console.models.transactions import read, write
from tests.harness.console_client import ConsoleClient

EVERYBODY = (
    "anonymous",
    "deactivated",
    "visiting operator",
    "viewer",
    "location admin",
    "global admin",
    "operator",
)
STRANGERS = frozenset(EVERYBODY)
SEEING = frozenset(EVERYBODY[2:])  # reading, and leaving
OWN = frozenset(EVERYBODY[3:])  # what is one's own
LOCAL = frozenset(EVERYBODY[4:])
GLOBAL = frozenset(EVERYBODY[5:])
CLASS = frozenset(EVERYBODY[6:])
NOBODY = frozenset()  # an employee has a cookie of another kind

TABLE = {
    NOBODY: """
        GET /profile
        POST /profile/sign-out
    """,
    STRANGERS: """
        POST /preferences
        GET /sign-in
        POST /sign-in
        GET /sign-in/single-sign-on
    """,
    SEEING: """
        GET /
        GET /activity/admins
        GET /activity/changes
        GET /activity/requests
        GET /activity/requests/<request_id>
        GET /activity/requests/download.<any(csv, json):form>
        GET /activity/requests/newer
        POST /classroom/leave
        GET /commands/people
        GET /commands/places
        GET /confirm
        GET /employees
        GET /employees/<employee_id>
        GET /employees/<employee_id>/edit
        GET /employees/<employee_id>/reports
        GET /employees/export.csv
        GET /employees/import
        GET /employees/import/<import_id>
        GET /employees/import/template.csv
        GET /employees/new
        GET /employees/selected
        GET /entra/
        GET /entra/apps
        GET /entra/apps/<app_id>
        GET /entra/apps/<app_id>/audit-logs
        GET /entra/apps/<app_id>/endpoint-check
        GET /entra/apps/<app_id>/endpoint-check/<number>
        GET /entra/apps/<app_id>/expression-builder
        GET /entra/apps/<app_id>/logs
        GET /entra/apps/<app_id>/logs/<change_id>
        GET /entra/apps/<app_id>/logs/download.<any(zip, json):form>
        GET /entra/apps/<app_id>/logs/newer
        GET /entra/apps/<app_id>/mappings/<kind>
        GET /entra/apps/<app_id>/mappings/<kind>/attributes/<index>
        GET /entra/apps/<app_id>/mappings/<kind>/filters
        GET /entra/apps/<app_id>/mappings/<kind>/filters/<index>
        GET /entra/apps/<app_id>/on-demand
        GET /entra/apps/<app_id>/on-demand/<run_id>
        GET /entra/apps/<app_id>/properties
        GET /entra/apps/<app_id>/provisioning
        GET /entra/apps/<app_id>/provisioning/edit
        GET /entra/apps/<app_id>/provisioning/progress
        GET /entra/apps/<app_id>/provisioning/target
        GET /entra/apps/<app_id>/provisioning/test
        GET /entra/apps/<app_id>/roles
        GET /entra/apps/<app_id>/single-sign-on
        GET /entra/apps/<app_id>/single-sign-on/basic
        GET /entra/apps/<app_id>/single-sign-on/certificate.pem
        GET /entra/apps/<app_id>/single-sign-on/metadata.xml
        GET /entra/apps/<app_id>/users
        GET /entra/apps/<app_id>/users/add
        GET /entra/apps/gallery
        GET /entra/apps/gallery/<template_id>
        GET /entra/audit-logs
        GET /entra/groups
        GET /entra/groups/<group_id>
        GET /entra/groups/<group_id>/add
        GET /entra/groups/new
        GET /entra/outbox
        GET /entra/outbox/<mail_id>
        GET /entra/saml/<app_id>
        GET /entra/users
        GET /entra/users/<user_id>
        GET /entra/users/<user_id>/my-apps
        GET /entra/users/bulk-create
        GET /entra/users/bulk-create/template.csv
        GET /entra/users/deleted
        GET /entra/users/new
        GET /groups
        GET /groups/<group_id>
        GET /groups/<group_id>/history
        GET /integrations
        GET /integrations/azure-scim
        GET /integrations/azure-scim/client/issue
        GET /integrations/azure-scim/client/rotate
        GET /integrations/azure-scim/endpoint-check
        GET /integrations/azure-scim/endpoint-check/<number>
        GET /integrations/azure-scim/fault
        GET /integrations/azure-scim/health
        GET /integrations/azure-scim/tokens/<token_id>/reveal
        GET /integrations/enabled
        GET /integrations/saml
        GET /integrations/saml/metadata
        GET /integrations/saml/uninstall
        GET /settings/account
        GET /settings/account/password
        GET /settings/admins
        GET /settings/company
        GET /settings/company/locations
        GET /settings/company/locations/<location_id>
        GET /settings/company/locations/<location_id>/rename
        GET /settings/scenarios
        GET /settings/scenarios/progress
        POST /sign-out
        GET /tutorial/
        GET /tutorial/bar
        GET /tutorial/handout
        GET /tutorial/primers/<step_id>
        GET /tutorial/side-by-side
        GET /wire/quirks
    """,
    OWN: """
        POST /confirm
        POST /settings/account/password
        POST /settings/account/sign-out-everywhere
        POST /tutorial/follow
        POST /tutorial/steps/<step_id>/show
    """,
    LOCAL: """
        POST /integrations/azure-scim/locations/<location_id>/groups
        POST /tutorial/draft
        POST /tutorial/steps/<step_id>/read
        POST /tutorial/steps/<step_id>/skip
        POST /tutorial/steps/<step_id>/start-over
    """,
    GLOBAL: """
        POST /activity/requests/<request_id>/replay
        POST /employees/<employee_id>/deactivate
        POST /employees/<employee_id>/delete
        POST /employees/<employee_id>/edit
        POST /employees/<employee_id>/reactivate
        POST /employees/import
        POST /employees/import/<import_id>
        POST /employees/import/<import_id>/discard
        POST /employees/new
        POST /employees/selected
        POST /entra/apps/<app_id>/delete
        POST /entra/apps/<app_id>/endpoint-check
        POST /entra/apps/<app_id>/expression-builder
        POST /entra/apps/<app_id>/mappings/<kind>
        POST /entra/apps/<app_id>/mappings/<kind>/attributes/<index>
        POST /entra/apps/<app_id>/mappings/<kind>/attributes/<index>/delete
        POST /entra/apps/<app_id>/mappings/<kind>/discard
        POST /entra/apps/<app_id>/mappings/<kind>/filters/<index>
        POST /entra/apps/<app_id>/mappings/<kind>/filters/<index>/delete
        POST /entra/apps/<app_id>/mappings/<kind>/save
        POST /entra/apps/<app_id>/on-demand
        POST /entra/apps/<app_id>/properties
        POST /entra/apps/<app_id>/provisioning/allow-deletes
        POST /entra/apps/<app_id>/provisioning/discard
        POST /entra/apps/<app_id>/provisioning/edit
        POST /entra/apps/<app_id>/provisioning/restart
        POST /entra/apps/<app_id>/provisioning/start
        POST /entra/apps/<app_id>/provisioning/stop
        POST /entra/apps/<app_id>/provisioning/test
        POST /entra/apps/<app_id>/single-sign-on/basic
        POST /entra/apps/<app_id>/single-sign-on/certificates
        POST /entra/apps/<app_id>/single-sign-on/certificates/<certificate_id>/activate
        POST /entra/apps/<app_id>/single-sign-on/certificates/<certificate_id>/delete
        POST /entra/apps/<app_id>/single-sign-on/choose
        POST /entra/apps/<app_id>/single-sign-on/claims
        POST /entra/apps/<app_id>/users/add
        POST /entra/apps/<app_id>/roles
        POST /entra/apps/<app_id>/roles/delete
        POST /entra/apps/<app_id>/users/remove
        POST /entra/apps/<app_id>/users/role
        POST /entra/apps/gallery/<template_id>
        POST /entra/groups/<group_id>
        POST /entra/groups/<group_id>/add
        POST /entra/groups/<group_id>/delete
        POST /entra/groups/<group_id>/remove
        POST /entra/groups/new
        POST /entra/saml/<app_id>
        POST /entra/sample-company
        POST /entra/users/<user_id>
        POST /entra/users/<user_id>/block
        POST /entra/users/<user_id>/delete
        POST /entra/users/<user_id>/purge
        POST /entra/users/<user_id>/restore
        POST /entra/users/<user_id>/unblock
        POST /entra/users/bulk-create
        POST /entra/users/new
        POST /integrations/azure-scim/client/issue
        POST /integrations/azure-scim/client/revoke
        POST /integrations/azure-scim/client/rotate
        POST /integrations/azure-scim/endpoint-check
        POST /integrations/azure-scim/fault
        POST /integrations/azure-scim/fault/off
        POST /integrations/azure-scim/install
        POST /integrations/azure-scim/strict
        POST /integrations/azure-scim/sync
        POST /integrations/azure-scim/tokens/<token_id>/reveal
        POST /integrations/azure-scim/tokens/<token_id>/revoke
        POST /integrations/azure-scim/tokens/rotate
        POST /integrations/azure-scim/uninstall
        POST /integrations/saml
        POST /integrations/saml/install
        POST /integrations/saml/metadata
        POST /integrations/saml/uninstall
        POST /settings/admins
        POST /settings/admins/<account_id>/deactivate
        POST /settings/admins/<account_id>/reactivate
        POST /settings/admins/<account_id>/role
        POST /settings/company/locations
        POST /settings/company/locations/<location_id>/remove
        POST /settings/company/locations/<location_id>/rename
        POST /settings/scenarios/<key>
    """,
    CLASS: """
        GET /classroom/
        POST /classroom/cards.csv
        GET /classroom/companies/<company_id>
        POST /classroom/companies/<company_id>/delete
        POST /classroom/companies/<company_id>/look
        GET /classroom/companies/<company_id>/password
        POST /classroom/companies/<company_id>/password
        POST /classroom/companies/<company_id>/reset
        POST /classroom/delete
        GET /classroom/new
        POST /classroom/new
        GET /classroom/progress
        POST /classroom/reset
    """,
}
ALLOWED = {
    line.strip(): who
    for who, lines in TABLE.items()
    for line in lines.split("\n")
    if line.strip()
}
# Whoever knocks at these is somebody else afterwards; test_sign_in.py, test_settings.py
# and test_looking.py knock at them.
LEAVING = ("/classroom/leave", "/settings/account/sign-out-everywhere", "/sign-out")


def is_refused(answer):
    if answer.status_code in (302, 303):
        return answer.headers["Location"].startswith("/sign-in")
    return answer.status_code in (401, 403)


def somewhere(rule):
    """An address of that shape; no id in it is anybody's."""
    path = re.sub(r"<any\((\w+).*?>", r"\1", rule)
    return re.sub(r"<[^>]+>", "nobodys", path)


@pytest.fixture
def person(app, server, company, colleague, enter, appoint):
    """person("viewer") -> a console where somebody of that kind is."""

    def operator():
        appoint(company)
        return enter(company)

    def visiting():
        with app.app_context():
            seats = founding.seats_for(f"Class of {company.name}", 1, "")
            list(founding.found(company.id, seats))
            with read() as tx:
                (student,) = roster.of_class(tx, company.id)
        client = operator()
        client.submit(f"/classroom/companies/{student.id}", "form[action$=look]")
        return client

    def deactivated():
        client = colleague("global_admin")
        rows = table(Account)
        hers = (rows.c.company_id == company.id) & (rows.c.id != company.account_id)
        with app.app_context():
            write(lambda tx: tx.execute(rows.update().where(hers).values(active=False)))
        return client

    kinds = {
        "anonymous": lambda: ConsoleClient(server),
        "deactivated": deactivated,
        "visiting operator": visiting,
        "viewer": lambda: colleague("viewer"),
        "location admin": lambda: colleague("location_admin"),
        "global admin": lambda: enter(company),
        "operator": operator,
    }
    return lambda kind: kinds[kind]()


def test_the_table_has_every_route_and_no_other(routes):
    assert set(ALLOWED) == {str(route) for route in routes}


@pytest.mark.parametrize("kind", EVERYBODY)
def test_everybody_may_do_what_the_table_says_and_nothing_else(
    routes, person, knock, kind
):
    client = person(kind)
    wrong = []
    for route in routes:
        if route.rule in LEAVING:
            continue
        answer = knock(client, route.method, somewhere(route.rule))
        if is_refused(answer) is (kind in ALLOWED[str(route)]):
            wrong.append(f"{route} answered {answer.status_code} to the {kind}")
    client.http.close()

    assert wrong == []
