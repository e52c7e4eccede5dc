"""Steps 3 to 6 of the tutorial in a browser, with a worker beside the server: everybody
arrives, and afterwards each thing that happens to somebody sends just what it should.
"""

import json
import re
import time

import pytest
from playwright.sync_api import expect

from envoy_console import queue
from envoy_console.entra import jobs, story
from tests import builders
from tests.entra.world import World
from tests.harness import browser as chromium
from tests.harness import worker

pytestmark = pytest.mark.browser

TENANT_URL = "https://app.envoy.com/scim/v2"
WAIT = 40_000
PROBE = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


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


class Cycles:
    """The cycles of the app, and what each of them sent."""

    def __init__(self, world, app_id, wire_log):
        self.world, self.app_id, self.wire_log = world, app_id, wire_log
        self.sent = len(self._exchanges())

    def next(self):
        """Run what the 40 minutes would; return its questions and its writes."""
        before = self._latest().cycle.id
        self.world.do(lambda tx: jobs.run_now(tx, self.app_id))
        with self.world.app.app_context():
            queue.ring(queue.ADVANCE, self.app_id)
        for _ in range(WAIT // 100):
            status = self._latest()
            if status.cycle.id != before and not status.is_running:
                break
            time.sleep(0.1)
        else:
            pytest.fail("The cycle did not end.")
        exchanges = self._exchanges()
        fresh, self.sent = exchanges[self.sent :], len(exchanges)
        questions = [each.path for each in fresh if each.method == "GET"]
        return questions, [each for each in fresh if each.method != "GET"]

    def _latest(self):
        return self.world.ask(lambda tx: jobs.status(tx, self.app_id))

    def _exchanges(self):
        methods = ("GET", "POST", "PATCH", "PUT", "DELETE")
        rows = [row for method in methods for row in self.wire_log.every(method)]
        return sorted(rows, key=lambda row: row.number)


def click(page, name, role="button"):
    page.get_by_role(role, name=name, exact=True).first.click()


def assign_everybody(page, home):
    """Tick whoever is offered until nobody is left."""
    page.goto(f"{home}/users/add")
    while boxes := page.locator("input[name=users], input[name=groups]").all():
        for box in boxes:
            box.check()
        click(page, "Assign")
        page.goto(f"{home}/users/add")


def open_user(page, name):
    page.goto(f"/entra/users?query={name}")
    page.get_by_role("link", name=name, exact=True).click()


def employee(page, name):
    """The address of an employee's page in the console."""
    page.goto(f"/employees?query={name}&status=all")
    return page.get_by_role("link", name=name, exact=True).get_attribute("href")


def assert_idle(cycle):
    """Nothing was sent but the probes: three for users, one for groups."""
    questions, writes = cycle
    assert writes == []
    assert [PROBE.sub("GUID", each) for each in questions] == [
        *["/scim/v2/Users?filter=userName+eq+%22GUID%22"] * 3,
        "/scim/v2/Groups?excludedAttributes=members&filter=displayName+eq+%22GUID%22",
    ]


def changes(cycle):
    """What was written about whom: {path: value} of each PATCH, by address. Nobody else
    was even looked at.
    """
    questions, writes = cycle
    told = {}
    for each in writes:
        assert each.method == "PATCH", (each.method, each.path, each.request_body)
        operations = json.loads(each.request_body)["Operations"]
        told[each.path] = {one["path"]: one["value"] for one in operations}
    assert len(writes) == len(told)
    assert sorted(questions[4:]) == sorted(told)
    return told


def test_the_tutorial_from_step_3_to_step_6(app, page, world, company, wire_log):
    token = builders.issue_token(app, company)

    # step 3: add Envoy from the gallery
    page.goto("/entra/apps/gallery/envoy")
    click(page, "Create")
    app_id = re.search(r"/apps/([0-9a-f-]{36})", page.url)[1]
    home = f"/entra/apps/{app_id}"

    # step 4: who is in scope
    assign_everybody(page, home)

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

    # step 6: everybody arrives but the blocked leaver and Ruth's twin
    page.goto(f"{home}/provisioning")
    expect(page.get_by_text("Initial cycle completed.")).to_be_visible(timeout=WAIT)
    created = [row.path for row in wire_log.every("POST")]
    assert created.count("/scim/v2/Users") == 45 - 2
    assert created.count("/scim/v2/Groups") == 6
    page.goto(f"{home}/logs?status=failure")
    expect(page.get_by_role("main")).to_contain_text("Ruth Okafor (old directory)")
    cycles = Cycles(world, app_id, wire_log)
    ruth, callum, ella, yuki = (
        employee(page, name)
        for name in ("Ruth Okafor", "Callum Price", "Ella Novak", "Yuki Sato")
    )

    # nothing happens: nothing is written
    assert_idle(cycles.next())
    assert_idle(cycles.next())

    # a title changes, one is blocked, one unassigned, one deleted
    open_user(page, "Ruth Okafor")
    page.get_by_label("Job title").fill("Concierge")
    click(page, "Save")
    open_user(page, "Callum Price")
    click(page, "Block sign-in")
    page.goto(f"{home}/users?query=Ella")
    page.get_by_label("Select Ella Novak").check()
    click(page, "Remove")
    delete_user(page, "Yuki Sato")
    assert changes(cycles.next()) == {
        address(ruth): {"title": "Concierge"},
        address(callum): {"active": "False"},
        address(ella): {"active": "False"},
        address(yuki): {"active": "False"},
    }
    page.goto(ruth)
    expect(page.get_by_role("main")).to_contain_text("Concierge")
    page.goto(yuki)
    expect(page.get_by_role("main")).to_contain_text("Inactive")

    # she is hired again: the same employee is active again
    open_deleted(page, "Yuki Sato")
    assert changes(cycles.next()) == {address(yuki): {"active": "True"}}
    assert employee(page, "Yuki Sato") == yuki
    assert_idle(cycles.next())

    # she leaves for good
    delete_user(page, "Yuki Sato")
    click(page, "Delete permanently")
    page.get_by_role("dialog").get_by_role("button", name="Delete permanently").click()
    expect(page.get_by_text("Yuki Sato is deleted for good.")).to_be_visible()
    _, writes = cycles.next()
    assert [(each.method, each.path) for each in writes] == [("DELETE", address(yuki))]
    assert_idle(cycles.next())


def address(employee_page):
    """Where SCIM has the employee of a page."""
    return f"/scim/v2/Users/{employee_page.rpartition('/')[2]}"


def delete_user(page, name):
    open_user(page, name)
    click(page, "Delete")
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_role("main")).to_contain_text("Restore user")


def open_deleted(page, name):
    page.goto("/entra/users/deleted")
    click(page, f"Restore {name}")
