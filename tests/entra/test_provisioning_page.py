"""The Provisioning page: which credentials are kept, and what it says of others."""

import pytest

from envoy_console.entra import provisioning_settings, tenants
from tests.entra.portal import ENVOY_URL, audited, press

WRONG = "esim_0000000000000000000000000000000000000000000000000"
GOOD = {"mode": "automatic", "tenant_url": ENVOY_URL}


def row(world, portal):
    return world.ask(lambda tx: provisioning_settings._app(tx, portal.id))


def credentials(world, portal):
    with world.app.app_context():
        return provisioning_settings.saved(row(world, portal))


def errors(page):
    return [hint.text for hint in page.select("[data-kind=error]")]


def test_a_save_without_a_test_tests_first_and_then_saves(portal, token, world):
    page = portal.save(**GOOD, secret_token=token)
    assert "saved when the test succeeds" in page.select("#test")[0].text
    assert "Mappings" not in [heading.text for heading in page.select("h2")]

    portal.work()

    assert "Mappings" in [heading.text for heading in portal.page().select("h2")]
    assert credentials(world, portal).token == token


def test_the_page_is_fetched_anew_once_what_it_waited_for_is_saved(portal, token):
    portal.save(**GOOD, secret_token=token)
    (panel,) = portal.page().select("#test[hx-get]")
    portal.work()
    asked = portal.console.http.get(panel["hx-get"], headers={"HX-Request": "true"})

    assert asked.headers["HX-Refresh"] == "true"


def test_bad_credentials_are_not_saved(portal, token, world):
    portal.save(**GOOD, secret_token=WRONG)
    portal.work()
    page = portal.page()

    assert "You appear to have entered invalid credentials" in page.text
    assert "The credentials were not saved." in page.text
    assert credentials(world, portal) is None
    assert "Mappings" not in [heading.text for heading in page.select("h2")]


def test_a_failed_test_shows_code_details_and_request_id(portal):
    portal.test(**GOOD, secret_token=WRONG)
    panel = portal.page().select("#test")[0].get_text(" ", strip=True)

    assert "Error code: SystemForCrossDomainIdentityManagement" in panel
    assert "Details:" in panel
    assert "Request-id:" in panel


def test_testing_other_credentials_leaves_the_saved_ones_alone(saved, token, world):
    saved.test(secret_token=WRONG)

    assert credentials(world, saved).token == token
    assert "invalid credentials" in saved.page().text

    discarded = press(saved.console, saved.page(), "Discard", "#provisioning")
    assert "invalid credentials" not in discarded.text


def test_an_empty_secret_token_keeps_the_stored_one(saved, token, world):
    saved.save(notification_email="it@contoso.example")

    assert credentials(world, saved).token == token
    assert row(world, saved).notification_email == "it@contoso.example"


def test_the_flag_of_the_dialect_keeps_the_stored_token(saved, token, world):
    saved.save(tenant_url=f"{ENVOY_URL}?aadOptscim062020")
    saved.work()

    kept = credentials(world, saved)
    assert (kept.tenant_url, kept.token) == (f"{ENVOY_URL}?aadOptscim062020", token)


def test_another_tenant_url_asks_for_its_token(saved, world):
    page = saved.save(status=422, tenant_url="http://localhost:9/scim/v2")

    (problem,) = errors(page)
    assert "The Tenant URL has changed, so the stored token is not used" in problem
    assert credentials(world, saved).tenant_url == ENVOY_URL


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"mode": "manual"}, "Set the Provisioning Mode to Automatic."),
        ({"tenant_url": ""}, "Enter a Tenant URL"),
        ({"tenant_url": "ftp://envoy"}, "must start with https://"),
        ({"secret_token": ""}, "Enter the OAUTH BEARER TOKEN"),
        ({"secret_token": "two words"}, "Copy it once more."),
        ({"notification_email": "nobody"}, "Enter an address such as ann@example.org."),
        ({"notifies": "y"}, "Enter the address of who should receive"),
    ],
)
def test_what_will_not_do_is_explained_beside_its_field(portal, fields, words):
    page = portal.save(status=422, **{**GOOD, "secret_token": "a-token", **fields})

    assert any(words in problem for problem in errors(page))
    assert "a-token" not in page.html


def test_a_test_of_a_place_that_is_not_allowed_is_explained(portal, world):
    page = portal.test(
        mode="automatic",
        tenant_url="https://elsewhere.example/scim",
        secret_token="a-token",
    )

    assert "This server may not connect to elsewhere.example" in errors(page)[0]
    assert row(world, portal).last_test is None


def test_while_the_tenant_url_is_typed_the_page_says_where_it_leads(portal):
    def said(url):
        note = f"{portal.url}/provisioning/target"
        return portal.console.http.get(note, params={"tenant_url": url}).text

    assert "Answered by this server" in said(ENVOY_URL)
    assert "may not connect to" in said("https://scim.example.org/v2")
    assert said("").strip() == ""


def test_the_settings_are_kept_and_told_in_the_audit_logs(saved, world, app, company):
    page = saved.save(
        prevents_deletion="y",
        deletion_threshold="3",
        scope="all",
        deprovision="hard",
        clock_speed="300",
        pace="2",
    )

    kept = row(world, saved)
    assert "Saved." in page.text
    assert (kept.prevents_deletion, kept.deletion_threshold) == (True, 3)
    assert (kept.scope, kept.deprovision) == ("all", "hard")
    tenant = world.ask(lambda tx: tenants.find(tx, company.id))
    assert (tenant.clock_speed, tenant.pace) == (300, 2)
    assert audited(app, company)[0] == "Update provisioning setting or credentials"


def test_a_narrower_scope_tells_to_restart(saved):
    saved.save(scope="all")

    assert "Press Restart provisioning" in saved.save(scope="assigned").text


def test_a_threshold_must_be_a_number(saved):
    page = saved.save(status=422, deletion_threshold="many")

    assert errors(page)


def test_switching_off_stops_the_job(saved, world, app, company):
    saved.save(provisioning_status="on")
    page = saved.save(provisioning_status="off")

    assert "Provisioning is off." in page.text
    assert row(world, saved).is_on is False
    assert audited(app, company)[0] == "Disable/pause provisioning configuration"


def test_there_is_no_way_back_to_manual(saved):
    (mode,) = saved.page().select("[name=mode]")

    assert [option.text for option in mode.select("option")] == ["Automatic"]


def test_a_verdict_that_was_overtaken_is_dropped(portal, world, token):
    portal.save(**GOOD, secret_token=WRONG)
    overtaken = world.ask(lambda tx: provisioning_settings.trial(tx, portal.id))
    portal.save(**GOOD, secret_token=token)
    world.do(
        lambda tx: provisioning_settings.conclude(
            tx, portal.id, overtaken.id, {"ok": True, "title": "", "message": ""}
        )
    )

    assert credentials(world, portal) is None
    assert "Testing connection to Envoy" in portal.page().text


def test_restoring_the_default_mappings_needs_only_the_checkbox(saved, world):
    saved.console.submit(
        f"{saved.url}/mappings/users", "form[action$='attributes/3/delete']"
    )
    saved.console.submit(f"{saved.url}/mappings/users", "#save form")
    assert "title" not in {
        each["target"] for each in row(world, saved).user_mapping["attributes"]
    }

    saved.save(restores="y")

    assert "title" in {
        each["target"] for each in row(world, saved).user_mapping["attributes"]
    }
