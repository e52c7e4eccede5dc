"""Where the focus is, what addresses say, and what stays usable without scripts."""

import re

import pytest
from playwright.sync_api import expect

from tests.harness import browser as chromium

pytestmark = pytest.mark.browser

PAGE = "/integrations/azure-scim"


def test_the_rotate_dialog_opens_with_the_focus_on_what_is_chosen(admin, token):
    admin.goto(PAGE)
    admin.get_by_role("button", name="Rotate token").click()

    expect(admin.get_by_role("radio", name="In 1 hour")).to_be_focused()
    expect(admin.get_by_role("radio", name="In 1 hour")).to_be_checked()


def test_who_comes_back_to_reveal_the_token_has_only_to_press_enter(admin, token):
    admin.goto(f"{PAGE}?ask=reveal")
    expect(admin.get_by_role("button", name="Reveal")).to_be_focused()
    admin.keyboard.press("Enter")

    expect(admin.get_by_label("OAUTH BEARER TOKEN")).to_have_value(token)


def test_without_scripts_nothing_offers_to_copy_and_reloading_is_harmless(
    open_window, company, token
):
    page = open_window(java_script_enabled=False)
    chromium.sign_in(page, company)
    page.goto(PAGE)
    expect(page.get_by_role("button", name=re.compile("Copy"))).to_have_count(0)

    page.get_by_role("button", name="Reveal").click()
    page.goto(page.url)
    assert page.url.endswith(PAGE)
    expect(page.get_by_label("OAUTH BEARER TOKEN")).not_to_have_value(token)


def test_the_address_names_only_the_filters_that_are_used(admin, lively):
    admin.goto("/employees")
    admin.get_by_label("Status").select_option("Active")
    admin.wait_for_url("/employees?status=active")

    admin.goto("/activity/requests")
    admin.get_by_label("Method").select_option("POST")
    admin.get_by_role("button", name="Apply").click()
    admin.wait_for_url("/activity/requests?method=POST")


def test_the_attributes_of_a_person_fit_a_narrow_screen(admin, lively):
    admin.set_viewport_size({"width": 320, "height": 640})
    admin.goto(f"/employees/{lively.employee_id}")
    rows = admin.locator(".attributes tbody tr")
    heights = [row.bounding_box()["height"] for row in rows.all()]
    table = admin.locator(".attributes")

    assert len(heights) == 19
    assert max(heights) < 100
    assert table.evaluate("table => table.scrollWidth <= table.clientWidth")
