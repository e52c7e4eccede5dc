"""On a narrow screen the menu is folded away, and opens over the page."""

import pytest
from playwright.sync_api import expect

from tests.harness import browser as chromium

pytestmark = pytest.mark.browser

NARROW = {"width": 320, "height": 640}


@pytest.fixture
def narrow(open_window, company):
    page = open_window(viewport=NARROW)
    chromium.sign_in(page, company)
    return page


def menu_button(page):
    return page.get_by_role("button", name="Menu", exact=True)


def directory(page):
    return page.get_by_role("link", name="Directory 0")


@pytest.mark.parametrize("console", ["/", "/entra/"])
def test_it_opens_and_closes_by_keyboard_and_by_its_buttons(narrow, console):
    narrow.goto(console)
    home = narrow.get_by_role("link", name="Home", exact=True)
    expect(home).to_be_hidden()

    menu_button(narrow).press("Enter")
    expect(home).to_be_visible()
    assert chromium.violations(narrow) == []
    narrow.keyboard.press("Escape")
    expect(home).to_be_hidden()

    menu_button(narrow).click()
    narrow.get_by_role("button", name="Close the menu").click()
    expect(home).to_be_hidden()


def test_it_leads_on_without_scripts(open_window, company):
    page = open_window(viewport=NARROW, java_script_enabled=False)
    chromium.sign_in(page, company)

    menu_button(page).click()
    directory(page).click()

    expect(page).to_have_title("Employee directory · Envoy console (simulated)")


def test_show_me_opens_it(narrow):
    for step_id in ("1.1", "1.2"):
        narrow.goto(f"/tutorial/primers/{step_id}")
        narrow.get_by_role("button", name="Mark as read").click()
    narrow.goto("/employees")

    narrow.get_by_role("link", name="Show me").click()

    expect(narrow.locator(".spotlight")).to_be_visible()
    expect(narrow.locator("[data-tour=integrations]")).to_be_focused()


def test_where_there_is_room_it_is_always_there(open_window, company):
    page = open_window(viewport={"width": 1280, "height": 800})
    chromium.sign_in(page, company)

    expect(directory(page)).to_be_visible()
    expect(menu_button(page)).to_be_hidden()
    expect(page.get_by_role("link", name="Handout")).to_be_in_viewport()
