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


@pytest.fixture
def commands(admin):
    """The box of the command list, opened on the page of the groups."""
    admin.goto("/groups")
    admin.keyboard.press("Control+k")
    box = admin.get_by_role("combobox", name="Go to a page")
    expect(box).to_be_focused()
    return box


def chosen(page):
    return page.locator("#commands [aria-selected=true]")


def test_the_command_list_goes_to_any_page_of_both_consoles(admin, commands):
    commands.press_sequentially("audit logs")
    expect(chosen(admin)).to_contain_text("Audit logs Entra console")
    assert chromium.violations(admin) == []
    commands.press("Enter")

    admin.wait_for_url("/entra/audit-logs")


def test_the_arrow_keys_go_round_the_command_list(admin, commands):
    commands.press_sequentially("home entra")
    expect(admin.get_by_role("option")).to_have_count(1)
    commands.fill("")
    expect(chosen(admin)).to_contain_text("Home Envoy console")
    commands.press("ArrowUp")
    expect(chosen(admin)).to_contain_text("Show the keys")
    commands.press("ArrowDown")

    expect(chosen(admin)).to_contain_text("Home Envoy console")
    expect(commands).to_have_attribute("aria-activedescendant", "command-0")


def test_the_command_list_finds_employees(admin, lively, commands):
    commands.press_sequentially("bob")
    expect(chosen(admin)).to_contain_text("Bob Ray Employee")
    commands.press("Enter")

    admin.wait_for_url(f"/employees/{lively.employee_id}")


def test_what_the_command_list_does_not_know_is_said(admin, commands):
    commands.press_sequentially("xyzzy")

    expect(admin.locator("#commands [role=status]")).to_have_text(
        "Nothing here is called so."
    )
    expect(admin.get_by_role("option")).to_have_count(0)


def test_escape_closes_the_command_list_and_gives_the_focus_back(admin):
    admin.goto("/employees")
    opener = admin.get_by_role("button", name="Command list")
    opener.focus()
    admin.keyboard.press("Enter")
    expect(admin.locator("#commands")).to_be_visible()
    admin.keyboard.press("Escape")

    expect(admin.locator("#commands")).to_be_hidden()
    expect(opener).to_be_focused()


def test_the_command_list_switches_presenter_mode_at_once_and_for_good(admin, commands):
    def size():
        return admin.evaluate("getComputedStyle(document.documentElement).fontSize")

    assert size() == "16px"
    commands.press_sequentially("presenter")
    commands.press("Enter")
    assert size() == "20px"
    admin.goto("/employees")

    assert size() == "20px"


def test_presenter_mode_leaves_a_narrow_screen_usable(admin, lively):
    admin.get_by_role("button", name="Presenter mode").click()
    admin.set_viewport_size({"width": 320, "height": 640})
    admin.goto("/employees")

    assert admin.evaluate("document.documentElement.scrollWidth") == 320


def test_j_and_k_go_down_and_up_a_list_and_enter_opens(admin, lively):
    admin.goto("/employees")
    for key in "jjk":
        admin.keyboard.press(key)
    expect(admin.get_by_role("link", name="Ann Lee")).to_be_focused()
    admin.keyboard.press("Enter")

    expect(admin.get_by_role("heading", name="Ann Lee", level=1)).to_be_visible()


def test_the_sheet_of_keys_lists_what_does_something_here(admin, lively):
    admin.goto("/employees")
    admin.keyboard.press("?")
    sheet = admin.get_by_role("dialog", name="Keys")
    expect(sheet).to_contain_text("Go to the search box")
    expect(sheet.get_by_text("Go down and up the list")).to_be_visible()
    assert chromium.violations(admin) == []

    admin.goto("/settings/account")
    admin.keyboard.press("?")
    expect(sheet).to_be_visible()
    expect(sheet.get_by_text("Go to the search box")).to_be_hidden()


def test_single_keys_do_nothing_while_something_is_typed(admin, lively):
    admin.goto("/employees")
    admin.keyboard.press("/")
    admin.keyboard.type("j?t/k")

    expect(admin.get_by_role("searchbox")).to_have_value("j?t/k")
    expect(admin.locator("#keys")).to_be_hidden()
    assert admin.locator("html").get_attribute("data-times") is None


def test_single_keys_can_be_switched_off(admin, lively):
    admin.goto("/settings/account")
    single_keys = admin.get_by_role("group", name=re.compile("Single keys"))
    single_keys.get_by_label("Off").check()
    admin.get_by_role("button", name="Save").click()
    admin.goto("/employees")
    for key in "/?jt":
        admin.keyboard.press(key)

    expect(admin.locator("body")).to_be_focused()
    expect(admin.locator("#keys")).to_be_hidden()
    admin.keyboard.press("Control+k")
    expect(admin.locator("#commands")).to_be_visible()


def test_one_key_turns_all_times_round(admin, lively):
    admin.goto("/employees")
    time = admin.locator("td time").first
    expect(time).to_have_text(re.compile("ago|now"))
    exact = time.get_attribute("title")
    admin.keyboard.press("t")
    expect(time).to_have_text(exact)
    admin.reload()
    expect(time).to_have_text(exact)
    admin.keyboard.press("t")

    expect(time).to_have_text(re.compile("ago|now"))


def test_without_scripts_the_strip_switches_presenter_mode(open_window, company):
    page = open_window(java_script_enabled=False)
    chromium.sign_in(page, company)
    page.get_by_role("button", name="Presenter mode").click()

    expect(page.get_by_role("button", name="Presenter mode")).to_have_attribute(
        "aria-pressed", "true"
    )
    expect(page.get_by_role("button", name="Command list")).to_have_count(0)
