"""The guide's bar in a browser: it points, it moves on by itself, and it goes away."""

import re

import pytest
from playwright.sync_api import expect

from envoy_console.directory import integrations
from envoy_console.models.transactions import write
from tests.harness import browser as chromium

pytestmark = pytest.mark.browser


def titled(page):
    return page.locator(".coach-title")


def read_primers(page):
    for step_id in ("1.1", "1.2"):
        page.goto(f"/tutorial/primers/{step_id}")
        page.get_by_role("button", name="Mark as read").click()


def test_show_me_leads_to_the_control_and_gives_it_the_focus(admin):
    admin.goto("/")
    admin.get_by_role("link", name="Show me").click()

    expect(admin).to_have_url(re.compile("/tutorial/primers/1.1$"))
    expect(admin.locator(".spotlight")).to_be_visible()
    expect(admin.get_by_role("button", name="Mark as read")).to_be_focused()
    assert chromium.violations(admin) == []

    admin.keyboard.press("Escape")
    expect(admin.locator(".spotlight")).to_be_hidden()


def test_show_me_points_at_a_control_of_the_page_at_hand(admin):
    read_primers(admin)
    admin.goto("/employees")
    admin.get_by_role("link", name="Show me").click()

    expect(admin).to_have_url(re.compile("/employees$"))
    expect(admin.locator(".spotlight")).to_be_visible()
    expect(admin.locator("[data-tour=integrations]")).to_be_focused()


def test_it_says_when_what_a_step_needs_is_not_there_yet(admin):
    admin.goto("/tutorial/")
    admin.get_by_role("link", name="Open step 5.10").click()

    expect(admin.get_by_role("status").last).to_contain_text("Do the steps before it")


def test_the_bar_moves_on_while_it_is_being_looked_at(app, admin, company):
    read_primers(admin)
    admin.goto("/integrations")
    expect(titled(admin)).to_contain_text("Click Install")

    with app.app_context():
        write(lambda tx: integrations.install(tx, company.admin))

    expect(titled(admin)).to_contain_text("Click Save for Sync all users")
    expect(admin.get_by_role("status").last).to_contain_text("Done. Step 2.3")


def test_copying_the_token_is_seen(admin):
    read_primers(admin)
    admin.goto("/integrations")
    admin.get_by_role("button", name="Install", exact=True).first.click()
    admin.get_by_role("button", name="Save", exact=True).click()
    expect(titled(admin)).to_contain_text("Copy the OAUTH BEARER TOKEN")
    admin.wait_for_load_state()  # scripts have taken their places

    admin.get_by_role("button", name="Copy", exact=True).click()

    expect(admin.get_by_role("status").last).to_contain_text(
        re.compile("Token copied.*Done. Step 3.1", re.DOTALL)
    )
    expect(titled(admin)).to_contain_text("Choose New application")


def test_a_choice_in_the_form_is_seen_before_it_is_saved(admin):
    admin.goto("/entra/apps/gallery/envoy")
    admin.get_by_role("button", name="Create").click()
    admin.get_by_role("link", name="Provisioning", exact=True).click()
    admin.wait_for_url("**/provisioning/edit")  # with its scripts
    with admin.expect_response("**/tutorial/draft") as answered:
        admin.locator("#mode").select_option("automatic")

    sent = answered.value.request.post_data
    assert "mode=automatic" in sent
    assert "token" not in sent
    admin.goto("/tutorial/#step-5.5")
    expect(admin.locator("[id='step-5.5'] [data-done=yes]")).to_be_visible()


def test_the_bar_is_hidden_by_its_button_and_stays_so(admin):
    admin.goto("/")
    admin.get_by_role("button", name="Put the guide away").click()
    expect(admin.locator(".coach")).to_have_count(0)

    admin.goto("/entra/")
    expect(admin.locator(".coach")).to_have_count(0)
    admin.get_by_role("button", name="Show the guide").click()

    expect(admin.locator(".coach")).to_be_visible()


def test_what_changed_is_told_in_a_popover(admin):
    read_primers(admin)
    admin.goto("/")
    admin.get_by_role("button", name="What changed").click()

    told = admin.locator(".coach-changed")
    expect(told).to_be_visible()
    expect(told).to_contain_text("Directory Settings")
    admin.keyboard.press("Escape")
    expect(told).to_be_hidden()


def test_without_scripts_show_me_is_a_link(open_window, company):
    page = open_window(java_script_enabled=False)
    chromium.sign_in(page, company)
    page.get_by_role("link", name="Show me").click()
    page.get_by_role("button", name="Mark as read").click()

    expect(titled(page)).to_contain_text("Determine what data to map")


def test_the_bar_covers_nothing_that_has_the_focus(admin):
    admin.set_viewport_size({"width": 1024, "height": 600})
    admin.goto("/tutorial/")
    for _ in range(60):
        admin.keyboard.press("Tab")
        assert not admin.evaluate(
            """() => {
                const at = document.activeElement.getBoundingClientRect();
                const bar = document.querySelector(".coach");
                const top = bar.getBoundingClientRect().top;
                return !bar.contains(document.activeElement) && at.top > top;
            }"""
        )


def test_the_handout_prints_without_the_consoles_around_it(admin):
    admin.goto("/tutorial/handout")
    admin.emulate_media(media="print")

    expect(admin.locator(".coach")).to_be_hidden()
    expect(admin.locator(".side")).to_be_hidden()
    expect(admin.locator(".handout-notice")).to_be_visible()
