"""A server whose TOKEN_KEY was changed says so wherever a secret is wanted."""

import pytest

from envoy_console.directory import locations
from envoy_console.entra import on_demand, on_demand_runs
from envoy_console.models.transactions import write
from tests.entra.portal import ENVOY_URL, press

CHANGED = "key has changed"


@pytest.fixture
def lost(saved, change_keys):
    """Envoy's Provisioning page, whose Secret Token no key opens any more."""
    change_keys(token_key=bytes(32))
    return saved


def test_the_page_asks_for_the_token_again(lost):
    assert CHANGED in lost.page().select("#secret_token-hint")[0].text


def test_a_connection_is_not_tested_with_it(lost):
    page = press(lost.console, lost.page(), "Test Connection", "#provisioning")

    assert CHANGED in page.select("#secret_token-error")[0].text


def test_settings_are_not_saved_without_another(lost):
    page = lost.save(status=422, notification_email="it@contoso.example")

    assert CHANGED in page.select("#secret_token-error")[0].text


def test_the_token_entered_again_is_tested_and_saved(lost, token):
    lost.save(secret_token=token)
    lost.work()

    assert CHANGED not in lost.page().text
    lost.save()


def test_a_draft_that_waits_to_be_tested_is_told(portal, token, change_keys):
    page = portal.page()
    fields = {"mode": "automatic", "tenant_url": ENVOY_URL, "secret_token": token}
    press(portal.console, page, "Test Connection", "#provisioning", **fields)
    change_keys(token_key=bytes(32))

    portal.work()

    assert CHANGED in portal.page().select("#test")[0].text


def test_a_draft_can_be_discarded(portal, token, change_keys):
    portal.test(mode="automatic", tenant_url=ENVOY_URL, secret_token=token)
    change_keys(token_key=bytes(32))
    assert CHANGED in portal.page().text

    press(portal.console, portal.page(), "Discard", "#provisioning")

    assert CHANGED not in portal.page().text


def test_a_cycle_is_quarantined_and_says_why(world, envoy, change_keys):
    envoy.assign(users=(world.user("ada"),))
    change_keys(token_key=bytes(32))

    envoy.cycle()

    assert envoy.status.state == "Quarantine"
    assert CHANGED in envoy.status.job.quarantine_message


def test_provisioning_on_demand_says_why(app, console, world, envoy, change_keys):
    ada = world.user("ada")
    change_keys(token_key=bytes(32))
    run_id = world.do(lambda tx: on_demand_runs.ask(tx, envoy.row, "User", ada, ()))

    with app.app_context():
        on_demand.run(run_id)

    page = console.get(f"/entra/apps/{envoy.id}/on-demand/{run_id}")
    assert CHANGED in page.text


def test_an_endpoint_check_does_not_begin(console, envoy, change_keys):
    change_keys(token_key=bytes(32))

    page = console.submit(f"/entra/apps/{envoy.id}/endpoint-check", "#check form")

    assert CHANGED in page.text


def test_the_pages_of_the_app_open(console, envoy, change_keys):
    change_keys(token_key=bytes(32))

    for page in ("", "/provisioning", "/provisioning/edit", "/endpoint-check"):
        console.get(f"/entra/apps/{envoy.id}{page}")


def test_what_is_done_without_a_secret_goes_on(app, company, change_keys, stranger):
    change_keys(token_key=bytes(32))

    stranger.sign_in(company)
    with app.app_context():
        write(lambda tx: locations.add(tx, company.admin, "Berlin"))

    assert "added the location" in stranger.get("/activity/admins").text
