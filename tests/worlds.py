"""Fixtures: a company with something to see on every page of both consoles.

A conftest imports those that its tests want.
"""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from envoy_console.classroom import founding, roster
from envoy_console.directory import (
    accounts,
    employee_sessions,
    locations,
    people_drafts,
)
from envoy_console.entra import (
    applications,
    groups,
    notifications,
    on_demand,
    on_demand_runs,
    quarantine,
    scoping,
    story,
    users,
)
from envoy_console.entra.endpoint_check import records, running
from envoy_console.entra.saml import certificates, settings
from envoy_console.models.base import new_id
from envoy_console.models.transactions import read, write
from tests.entra.world import Provisioning, World, own_url
from tests.harness.targets import answer, raw_target
from tests.messages import ENTERPRISE
from tests.sso.conftest import SamlCompany

STAFF = """Name,Email address,Title,Shoe size
Dora Stone,dora@contoso.example,Clerk,
Cem Öz,cem@contoso.example,Head of a department with a rather long name,
Eve,nothing,,
"""


@pytest.fixture
def lively(app, company, entra, wire_log, make_employee):
    """A company with people, a group, changes, an upload and a refused request; ids to
    visit.
    """
    boss = entra.create_user(displayName="Ann Lee", title="Head of Roads")
    clerk = entra.create_user(
        displayName="Bob Ray", **{ENTERPRISE: {"manager": {"value": boss["id"]}}}
    )
    members = [{"value": person["id"]} for person in (boss, clerk)]
    group = entra.create_group("Roads", members=members)
    temp = make_employee(
        displayName="Cem Öz",
        title="Painter",
        userName="cem@contoso.example",
        **{ENTERPRISE: {"manager": {"value": clerk["id"]}}},
    )
    entra.get("/Users", params={"filter": "nonsense"})
    _checked(app, company, None)
    return SimpleNamespace(
        number=1,
        employee_id=clerk["id"],
        group_id=group["id"],
        request_id=wire_log.newest("GET").id,
        temp_id=temp.id,
        location_id=_default_location(app, company),
        import_id=_uploaded(app, company),
    )


def _default_location(app, company):
    with app.app_context(), read() as tx:
        return locations.default_id(tx, company.id)


def _uploaded(app, company):
    """Upload a file with a line of each kind; return the upload's id."""
    with app.app_context():
        return write(
            lambda tx: people_drafts.keep(
                tx, company.admin, file_name="staff.csv", data=STAFF.encode()
            )
        )


@pytest.fixture
def practised(app, server, company, token):
    """The company's tenant after a cycle, a run on demand and a quarantine; ids to visit."""
    world = World(app, company)
    world.do(lambda tx: story.plant(tx, company.id, name=company.name))
    envoy = Provisioning(world, own_url(app), token)
    found = world.ask(
        lambda tx: (
            users.page(tx, company.id, query="ruth").rows[0],
            groups.page(tx, company.id, query="all workplace").rows[0],
        )
    )
    user_id, group_id = (row.id for row in found)
    envoy.assign(users=(user_id,), groups=(group_id,))
    envoy.cycle()
    _checked(app, company, envoy.id)
    return SimpleNamespace(
        number=1,
        user_id=user_id,
        group_id=group_id,
        app_id=envoy.id,
        change_id=envoy.entries()[0].id,
        run_id=_provisioned_on_demand(app, world, envoy, user_id),
        mail_id=_quarantined(world, envoy),
        template_id="envoy",
        kind="users",
        index=_filtered(envoy),
    )


@pytest.fixture
def connected(app, company, practised):
    """Single sign-on between both consoles, with a certificate to roll over to."""
    saml = SamlCompany(app, company)
    world = World(app, company)
    entra_app = world.ask(
        lambda tx: applications.required(tx, company.id, practised.app_id)
    )
    world.do(lambda tx: settings.choose(tx, entra_app, actor=company.email))
    (row,) = world.ask(lambda tx: certificates.every(tx, entra_app.id))
    login_url = (
        saml.addresses.acs_url.partition("/a/")[0] + f"/entra/saml/{entra_app.id}"
    )
    saml.save(fingerprints=row.thumbprint, idp_url=login_url)
    world.do(
        lambda tx: settings.save_basic(
            tx,
            entra_app,
            identifier=saml.addresses.entity_id,
            reply_url=saml.addresses.acs_url,
            sign_on_url=saml.addresses.sign_on_url,
            actor=company.email,
        )
    )
    world.do(lambda tx: certificates.add(tx, entra_app, actor=company.email))
    return saml


@pytest.fixture
def employee_cookie(app, server, company, lively):
    """The cookie of a browser in which an employee is signed in."""
    employee_id, source = lively.employee_id, "127.0.0.1"
    with app.app_context():
        secret_id = write(
            lambda tx: employee_sessions.open_(tx, company.id, employee_id, source)
        )
    return {"name": "employee", "value": secret_id, "url": server}


@pytest.fixture
def taught(app, company):
    """The company's admin runs a class; the id of a student's company."""
    with app.app_context():
        write(lambda tx: accounts.appoint(tx, company.email))
        seats = founding.seats_for(f"Class of {company.name}", 2, "")
        list(founding.found(company.id, seats))
        with read() as tx:
            student = roster.of_class(tx, company.id)[0]
    return SimpleNamespace(company_id=student.id)


def _checked(app, company, app_id):
    """Check an endpoint that has nothing but a page to show."""
    check_id = new_id()
    with app.app_context(), raw_target(answer(200, b"<html>Welcome</html>")) as target:
        asked = records.Asked(company.id, app_id, target.url, "t", company.email)
        write(lambda tx: records.ask(tx, check_id, asked))
        running.run(check_id)


def _provisioned_on_demand(app, world, envoy, user_id):
    asked = envoy.row
    run_id = world.do(lambda tx: on_demand_runs.ask(tx, asked, "User", user_id, []))
    with app.app_context():
        on_demand.run(run_id)
    return run_id


def _quarantined(world, envoy):
    envoy.configure(notifies=True, notification_email="it@contoso.example")
    asked, reason = envoy.row, quarantine.TOO_MANY_DELETES
    world.do(lambda tx: notifications.quarantined(tx, asked, reason, "Too many."))
    mails = world.ask(lambda tx: notifications.page(tx, world.company.id))
    return mails.rows[0].id


def _filtered(envoy):
    """Add a scoping filter; return where it stands."""
    clause = scoping.Clause("department", "EQUALS", "Workplace")
    added = scoping.ScopingFilter("Workplace", (clause,))
    envoy.map("User", lambda mapping: replace(mapping, filters=(added,)))
    return "0"
