"""The whole tutorial in a browser, by the guide alone: at each step press Show me, do at
the control it points at what the guide says, and go on where the guide goes on. Then the
same in a class of three.
"""

import pytest
from playwright.sync_api import expect

from envoy_console.classroom import founding, roster
from envoy_console.directory import accounts
from envoy_console.entra import story, tenants
from envoy_console.models.transactions import read, write
from tests.builders import Company
from tests.entra.portal import ENVOY_URL
from tests.entra.world import World
from tests.harness import browser as chromium
from tests.harness import worker

pytestmark = pytest.mark.browser

WAIT = 60_000
ALL = 31


@pytest.fixture
def serving(app):
    """A worker beside the server."""
    with worker.running(app):
        yield


@pytest.fixture
def page(app, serving, open_window, company):
    """A window of the global admin, in a tenant with people."""
    world = World(app, company)
    world.do(lambda tx: story.plant(tx, company.id, name=company.name))
    world.set_speed(300)
    page = open_window()
    chromium.sign_in(page, company)
    return page


class Guided:
    """Somebody who does what the bar says, and knows nothing else."""

    def __init__(self, page):
        self.page, self.token = page, ""

    @property
    def step(self):
        told = self.page.locator(".coach-where a").text_content()
        return told.removeprefix("Step ").strip()

    @property
    def count(self):
        return int(self.page.locator(".coach [data-count]").get_attribute("data-count"))

    def follow(self):
        """Do the step that the bar shows; return it."""
        step, done = self.step, self.count
        self.show()
        getattr(self, f"step_{step.replace('.', '_')}", self.press)()
        expect(self.page.locator(".coach [data-count]")).not_to_have_attribute(
            "data-count", str(done), timeout=WAIT
        )
        return step

    def show(self):
        self.page.locator(".coach").get_by_role("link", name="Show me").click()
        self.page.wait_for_load_state()

    @property
    def pointed_at(self):
        """The control in the spotlight, which has the focus."""
        spotlight = self.page.locator(".spotlight")
        try:
            expect(spotlight).to_be_visible()
        except AssertionError:
            self.show()  # the page was not ready for the first press
            expect(spotlight).to_be_visible()
        return self.page.locator("main :focus, nav :focus")

    def press(self):
        self.pointed_at.click()
        self.page.wait_for_load_state()

    def button(self, name):
        self.page.get_by_role("main").get_by_role(
            "button", name=name, exact=True
        ).first.click()

    def copy_token(self):
        """Copy, and keep it: three students of a class have one clipboard here."""
        self.button("Copy")
        expect(self.page.get_by_text("Token copied.")).to_be_visible()
        self.token = self.page.evaluate("navigator.clipboard.readText()")

    def step_2_4(self):
        self.copy_token()

    def step_3_2(self):
        self.pointed_at.fill("Envoy")
        self.page.get_by_role("link", name="Envoy", exact=True).click()

    def step_4_1(self):
        self.assign("users")

    def step_4_2(self):
        self.assign("groups")

    def step_4_3(self):
        pass  # to look is enough

    def step_5_1(self):
        self.page.wait_for_load_state()

    def step_5_5(self):
        self.pointed_at.select_option("automatic")

    def step_5_6(self):
        self.page.get_by_label("Tenant URL").fill(ENVOY_URL)
        self.page.get_by_label("Secret Token").fill(self.token)
        self.button("Test Connection")

    def step_5_7(self):
        self.page.get_by_label("Notification Email").fill("it@contoso.example")
        self.page.get_by_label("Send an email notification").check()

    def step_5_13(self):
        self.page.keyboard.press("Escape")
        self.page.locator(".coach").get_by_role("button", name="Skip").click()

    def step_5_14(self):
        self.page.locator("input[name=provisioning_status][value=on]").check()

    def step_5_15(self):
        self.page.get_by_label("Scope", exact=True).select_option("assigned")

    def step_6_2(self):
        pass  # to watch is enough

    def step_6_3(self):
        """Rotate the token at once, see the quarantine, mend it, restart."""
        self.pointed_at.click()
        dialog = self.page.get_by_role("dialog")
        dialog.get_by_label("Stop it now").check()
        dialog.get_by_role("button", name="Rotate token").click()
        self.page.wait_for_load_state()
        self.copy_token()
        self.go("Entra console", "Enterprise applications", "Envoy")
        self.go("Provisioning overview")
        quarantined = self.page.get_by_text("Provisioning has been quarantined")
        expect(quarantined.first).to_be_visible(timeout=WAIT)
        self.go("Edit provisioning")
        self.page.get_by_label("Secret Token").fill(self.token)
        self.button("Save")
        expect(self.page.get_by_text("are authorized")).to_be_visible(timeout=WAIT)
        self.page.wait_for_load_state()
        self.go("Provisioning overview")
        self.button("Restart provisioning")
        self.page.get_by_role("dialog").get_by_role(
            "button", name="Restart provisioning"
        ).click()

    def assign(self, kind):
        self.pointed_at.click()
        self.page.locator(f"input[name={kind}]").first.check()
        self.button("Assign")

    def go(self, *names):
        for name in names:
            self.page.get_by_role("link", name=name, exact=True).first.click()
            self.page.wait_for_load_state()


def test_the_guide_leads_through_the_whole_tutorial(page):
    guided = Guided(page)
    page.goto("/")
    walked = []
    while guided.count < ALL:
        walked.append(guided.follow())

    assert walked[0] == "1.1"
    assert walked[-1] == "6.3"
    expect(page.locator(".coach-title")).to_contain_text("All 31 steps are done")


@pytest.fixture
def students(app, serving, open_window, company):
    """The cards of a class of three, each with a window where its student is signed in."""
    with app.app_context():
        write(lambda tx: accounts.appoint(tx, company.email))
        with read() as tx:
            seats = founding.numbered(tx, f"Class of {company.name}", 3)
        cards = list(founding.found(company.id, seats))
        with read() as tx:
            ids = [student.id for student in roster.of_class(tx, company.id)]
        for company_id in ids:
            write(
                lambda tx, id=company_id: tenants.set_clock(tx, id, speed=300, pace=0)
            )
    windows = [open_window() for _ in cards]
    for card, window in zip(cards, windows, strict=True):
        chromium.sign_in(window, Company("", "", "", card.email, card.password))
        window.goto("/")
    return windows


@pytest.fixture
def trainer(students, admin):
    """The trainer, looking at the board."""
    admin.goto("/classroom/")
    return admin


def test_a_class_of_three_does_the_tutorial_side_by_side(trainer, students):
    guided = [Guided(window) for window in students]
    expect(trainer.get_by_role("main").get_by_text("0 of 31")).to_have_count(3)

    while working := [each for each in guided if each.count < ALL]:
        for each in working:
            each.follow()

    expect(trainer.get_by_role("main").get_by_text("31 of 31")).to_have_count(
        3, timeout=WAIT
    )
    assert len({each.token for each in guided}) == 3
