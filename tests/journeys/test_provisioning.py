"""Steps 3 to 6 of the tutorial in a browser, with a worker beside the server."""

import re

import pytest
from playwright.sync_api import expect

from envoy_console.entra import jobs, story
from tests import builders
from tests.entra.world import World
from tests.harness import browser as chromium
from tests.harness import worker

pytestmark = pytest.mark.browser

TENANT_URL = "https://app.envoy.com/scim/v2"
WAIT = 40_000


@pytest.fixture
def world(app, company):
    """The company's tenant, with the people of the story in it."""
    world = World(app, company)
    world.do(lambda tx: story.plant(tx, company.id, name=company.name))
    return world


@pytest.fixture
def page(app, open_window, company):
    """A window where the global admin is signed in, while a worker runs."""
    with worker.running(app):
        page = open_window()
        chromium.sign_in(page, company)
        yield page


def click(page, name, role="button"):
    page.get_by_role(role, name=name, exact=True).first.click()


def begin_cycle(world, app_id):
    """What the 40 simulated minutes do."""
    world.do(lambda tx: jobs.run_now(tx, app_id))


def test_the_tutorial_from_step_3_to_step_6(app, page, world, company, wire_log):
    token = builders.issue_token(app, company)

    # step 3: add Envoy from the gallery
    page.goto("/entra/apps/gallery/envoy")
    click(page, "Create")
    app_id = re.search(r"/apps/([0-9a-f-]{36})", page.url)[1]
    home = f"/entra/apps/{app_id}"

    # step 4: who is in scope
    page.goto(f"{home}/users/add")
    for box in page.locator("input[name=groups]").all():
        box.check()
    click(page, "Assign")

    # step 5: Provisioning
    page.goto(f"{home}/provisioning/edit")
    page.locator("#mode").select_option("automatic")
    page.get_by_label("Tenant URL").fill(TENANT_URL)
    page.get_by_label("Secret Token").fill(token)
    click(page, "Test Connection")
    expect(page.get_by_text("The supplied credentials are authorized")).to_be_visible(
        timeout=WAIT
    )
    page.get_by_label("Notification Email").fill("it@contoso.example")
    page.get_by_label("Send an email notification when a failure occurs").check()
    click(page, "Save")
    expect(
        page.get_by_text("Synchronize Microsoft Entra users to Envoy")
    ).to_be_visible(timeout=WAIT)
    page.locator("input[name=provisioning_status][value=on]").check()
    click(page, "Save")

    # step 6: watch it
    page.goto(f"{home}/provisioning")
    expect(page.get_by_text("Initial cycle completed.")).to_be_visible(timeout=WAIT)
    page.goto("/employees?query=okafor")
    expect(page.get_by_text("Ruth Okafor")).to_be_visible()
    written = len(wire_log.every("POST"))
    page.goto(f"{home}/logs?status=failure")
    expect(page.get_by_text("No entry matches")).to_be_visible()
    assert written == 27 + 6  # people and groups

    # a change of title arrives, and nothing else is sent
    page.goto("/entra/users?query=ruth.okafor")
    page.get_by_role("link", name="Ruth Okafor", exact=True).click()
    page.get_by_label("Job title").fill("Concierge")
    click(page, "Save")
    patched = len(wire_log.every("PATCH"))
    begin_cycle(world, app_id)
    page.goto(f"{home}/provisioning")
    expect(page.get_by_text("Incremental cycle completed.")).to_be_visible(timeout=WAIT)
    page.goto("/employees?query=okafor")
    expect(page.get_by_text("Concierge")).to_be_visible()
    assert len(wire_log.every("PATCH")) == patched + 1
    assert len(wire_log.every("POST")) == written
