"""Home tells where the company stands, the next thing to do, and what went wrong lately."""

from datetime import timedelta

import pytest

from envoy_console.directory import tokens, traffic
from envoy_console.directory.faults import Kind
from envoy_console.entra import jobs, quarantine
from envoy_console.models.base import now
from envoy_console.models.transactions import write
from tests import builders
from tests.entra.world import Provisioning, World
from tests.harness.exchanges import WireLog
from tests.harness.scim_client import ScimClient
from tests.harness.statements import counted


def state(console):
    return console.get("/").select("#state")[0].text


def leads_to(console):
    return console.get("/").select(".next a.button")[0]["href"]


def tips(console):
    return console.get("/").select(".tips li")


@pytest.fixture
def connected(scim, wire_log):
    scim.create_user("ann@contoso.example", displayName="Ann Lee")
    wire_log.newest()


@pytest.fixture
def envoy(app, company, token):
    """The tenant's Envoy application, set up and not started."""
    return Provisioning(World(app, company), "https://app.envoy.com/scim/v2", token)


@pytest.fixture
def change_tokens(app, company):
    """change_tokens(expires_at=…) -> those of the company are so."""

    def change(**values):
        mine = tokens.tokens.c.company_id == company.id
        with app.app_context():
            write(
                lambda tx: tx.execute(
                    tokens.tokens.update().where(mine).values(**values)
                )
            )

    return change


def test_home_leads_from_nothing_to_a_directory_in_sync(console, server, wire_log):
    assert state(console) == "No identity provider is connected yet"

    console.submit("/integrations", "form[action$='scim/install']")
    assert state(console) == "Microsoft Azure SCIM is installed, but not saved yet"

    page = console.submit("/integrations/azure-scim", "form[action$=sync]")
    assert state(console) == "Ready, and waiting for the first request"

    page = console.submit(page, "form[action$=reveal]")
    with ScimClient(server, page.select("#token")[0]["value"]) as scim:
        scim.create_user(displayName="Ann Lee")
    wire_log.newest()
    assert state(console) == "Connected: 1 employee and 0 groups in the directory"

    console.submit("/integrations/azure-scim", "dialog[id^=revoke] form")
    assert state(console) == "No token works, so every request is refused"


def test_an_oauth_client_opens_the_endpoint_as_well_as_a_token(console, installed):
    console.submit(installed, "form[action*='client/issue']")
    console.submit(
        "/integrations/azure-scim", "dialog[id^=revoke]:not(#revoke-client) form"
    )

    assert state(console) == "Ready, and waiting for the first request"


def test_a_fault_that_is_on_comes_before_all_that_works(console, connected, switch_on):
    switch_on(Kind.THROTTLED, seconds=7)

    assert state(console) == "A fault is on"
    assert "429 Too Many Requests, Retry-After: 7" in console.get("/").text
    assert leads_to(console).endswith("#fault")


def test_quarantine_on_the_other_side_is_told(console, connected, envoy):
    values = {"quarantine_reason": quarantine.CREDENTIALS, "quarantined_at": now()}
    envoy.world.do(lambda tx: jobs.update(tx, envoy.id, **values))

    assert state(console) == "Provisioning is in quarantine in Entra"
    assert leads_to(console) == f"/entra/apps/{envoy.id}/provisioning"


def test_a_token_that_soon_expires_is_told(console, connected, change_tokens):
    change_tokens(expires_at=now() + timedelta(days=3, minutes=1))

    assert state(console).startswith("The token expires in 3 d")


def test_home_says_while_the_old_token_is_still_in_use(console, connected):
    console.submit("/integrations/azure-scim", "#rotate form", hours="1")

    assert state(console) == "Entra still uses the old token"


def test_once_the_new_token_is_used_nothing_is_left_to_do(
    app, company, console, connected, change_tokens
):
    console.submit("/integrations/azure-scim", "#rotate form", hours="1")
    change_tokens(last_used_at=now())

    assert state(console).startswith("Connected")


def test_the_tips_fit_the_state(console, connected, switch_on):
    in_sync = tips(console)
    switch_on(Kind.BROKEN)

    assert len(in_sync) >= 2
    assert in_sync != tips(console)


def test_a_rejected_request_is_explained_and_leads_to_its_page(
    console, connected, scim, wire_log
):
    scim.post("/Users", {"userName": "ann@contoso.example"})
    request = wire_log.newest()
    refused = console.get("/").select(".refused li")

    assert len(refused) == 1
    assert "Another one has this name already" in refused[0].text
    assert refused[0].a["href"] == f"/activity/requests/{request.id}"


def test_only_the_newest_requests_are_looked_through_for_refusals(
    console, scim, wire_log, monkeypatch
):
    scim.get("/Users/nobody")
    scim.get("/Users")
    wire_log.newest()
    assert console.get("/").select(".refused")

    monkeypatch.setattr(traffic, "LOOKED_THROUGH", 1)
    assert not console.get("/").select(".refused")


def test_what_the_fault_card_answered_is_called_so(console, scim, switch_on, wire_log):
    switch_on(Kind.UNAUTHORIZED)
    scim.get("/Users")
    wire_log.newest()

    assert "The fault card answered, on purpose" in console.get("/").text


def test_the_requests_of_the_last_half_hour_are_drawn(console, connected):
    (chart,) = console.get("/").select(".chart svg")

    assert "1 request in the last 30 minutes" in chart["aria-label"]


def test_the_last_cycle_is_told(console, envoy):
    assert not console.get("/").select("#cycle")
    envoy.cycle()

    cycle = console.get("/").select("section[aria-labelledby=cycle]")[0]
    assert "Initial cycle" in cycle.text


def test_nothing_of_another_company_is_told(app, console, server):
    other = builders.found_company(app)
    with ScimClient(server, builders.issue_token(app, other)) as scim:
        scim.get("/Users/nobody")
    WireLog(app, other).newest()

    assert not console.get("/").select(".refused")


def test_home_takes_as_many_queries_for_many_people_as_for_one(
    app, console, connected, make_employee
):
    with counted(app) as few:
        console.get("/")
    for _ in range(30):
        make_employee()
    with counted(app) as many:
        console.get("/")

    assert len(many) == len(few)
