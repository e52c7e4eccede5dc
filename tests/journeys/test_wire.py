"""The wire log in a browser: list and request side by side, live, and sent again."""

import re

import pytest
from playwright.sync_api import expect

from tests.harness import browser as chromium
from tests.messages import operation, patch

pytestmark = pytest.mark.browser

WIDE = {"width": 1440, "height": 900}
NARROW = {"width": 320, "height": 640}
LIST = "/activity/requests"


@pytest.fixture
def wide(open_window, company, lively):
    page = open_window(viewport=WIDE)
    chromium.sign_in(page, company)
    page.goto(LIST)
    return page


def rows(page):
    return page.locator("tr[data-number]")


def opened(page):
    return page.locator("[data-exchange]")


def test_a_request_opens_beside_the_list_under_an_address_of_its_own(wide, lively):
    rows(wide).filter(has_text="nonsense").get_by_role("link").click()

    expect(opened(wide)).to_have_attribute("data-exchange", lively.request_id)
    expect(rows(wide)).to_have_count(4)
    assert wide.url.endswith(f"{LIST}/{lively.request_id}")
    expect(wide).to_have_title(re.compile("GET /Users"))
    assert chromium.violations(wide) == []

    rows(wide).filter(has_text="Roads").get_by_role("link").click()
    expect(opened(wide)).not_to_have_attribute("data-exchange", lively.request_id)
    wide.go_back()
    expect(opened(wide)).to_have_attribute("data-exchange", lively.request_id)
    wide.go_back()
    expect(opened(wide)).to_have_count(0)
    expect(rows(wide)).to_have_count(4)


def test_j_and_k_walk_through_the_list_and_what_is_open(wide):
    wide.keyboard.press("j")
    expect(rows(wide).nth(0).get_by_role("link")).to_be_focused()
    wide.keyboard.press("Enter")
    expect(opened(wide)).to_be_visible()
    first = opened(wide).get_attribute("data-exchange")

    wide.keyboard.press("j")
    expect(opened(wide)).not_to_have_attribute("data-exchange", first)
    expect(wide.locator("tr [aria-current]")).to_be_focused()
    wide.keyboard.press("k")
    expect(opened(wide)).to_have_attribute("data-exchange", first)

    wide.keyboard.press("/")
    expect(wide.get_by_role("searchbox").first).to_be_focused()
    wide.keyboard.type("jk")
    expect(wide.get_by_role("searchbox").first).to_have_value("jk")


def test_single_keys_can_be_switched_off(wide, server):
    wide.context.add_cookies([{"name": "shortcuts", "value": "off", "url": server}])
    wide.reload()
    wide.keyboard.press("j")

    expect(wide.locator("tr a:focus")).to_have_count(0)


def test_while_paused_new_requests_wait_behind_a_number(wide, entra):
    wide.get_by_role("button", name="Pause").click()
    entra.get("/Users?count=0")
    entra.get("/Groups?count=0")

    pill = wide.get_by_role("button", name="2 new")
    expect(pill).to_be_visible()
    expect(rows(wide)).to_have_count(4)
    pill.click()
    expect(rows(wide)).to_have_count(6)
    expect(pill).to_be_hidden()

    entra.get("/Users?count=1")
    expect(wide.get_by_role("button", name="1 new")).to_be_visible()
    wide.get_by_role("button", name="Resume").click()
    expect(rows(wide)).to_have_count(7)


def test_it_stays_live_after_going_back(wide, entra):
    rows(wide).first.get_by_role("link").click()
    expect(opened(wide)).to_be_visible()
    wide.go_back()
    expect(opened(wide)).to_have_count(0)

    entra.get("/Users?count=0")
    expect(rows(wide)).to_have_count(5)
    rows(wide).first.get_by_role("link").click()
    expect(opened(wide)).to_be_visible()


def test_a_request_is_copied_as_a_command(wide, token):
    rows(wide).filter(has_text="Roads").get_by_role("link").click()
    wide.get_by_role("button", name="Copy as curl").click()
    expect(wide.get_by_text("Command copied.")).to_be_visible()
    copied = wide.evaluate("navigator.clipboard.readText()")

    assert copied.startswith("curl -X POST http")
    assert copied.endswith('-H "Authorization: Bearer $TOKEN"')
    assert token not in copied


def test_a_request_is_sent_again_after_it_was_confirmed(wide, entra, wire_log):
    user = entra.create_user(title="Clerk")
    address = f"/Users/{user['id']}"
    entra.patch(address, patch(operation("Replace", "title", "Head of Roads")))
    entra.patch(address, patch(operation("Replace", "title", "Clerk")))
    first = wire_log.every("PATCH")[0].id

    wide.goto(f"{LIST}/{first}")
    wide.get_by_role("button", name="Send again").first.click()
    dialog = wide.get_by_role("dialog")
    expect(dialog).to_contain_text(f"PATCH /scim/v2{address}")
    dialog.get_by_role("button", name="Send again").click()

    expect(wide.get_by_text("Sent again. The answer was 200.")).to_be_visible()
    expect(wide.get_by_text("A replay of")).to_be_visible()
    assert entra.get(address).json()["title"] == "Head of Roads"
    assert chromium.violations(wide) == []


def test_on_a_narrow_screen_a_request_is_a_page_of_its_own(
    open_window, company, lively
):
    page = open_window(viewport=NARROW)
    chromium.sign_in(page, company)
    page.goto(LIST)
    rows(page).first.get_by_role("link").click()

    expect(opened(page)).to_be_visible()
    expect(rows(page).first).to_be_hidden()
    expect(page.locator("#exchange-title")).to_be_focused()
    page.get_by_role("link", name="All requests").click()
    expect(rows(page).first).to_be_visible()


def test_without_scripts_it_is_read_filtered_and_sent_again(
    open_window, company, entra, lively, wire_log
):
    page = open_window(java_script_enabled=False, viewport=WIDE)
    chromium.sign_in(page, company)
    page.goto(f"{LIST}?method=GET")
    rows(page).first.get_by_role("link").click()
    expect(opened(page)).to_have_attribute("data-exchange", lively.request_id)
    assert "method=GET" in page.url

    page.get_by_role("button", name="Send again").click()
    page.get_by_role("dialog").get_by_role("button", name="Send again").click()
    expect(page.get_by_text("Sent again. The answer was 400.")).to_be_visible()
    assert "method=GET" in page.url
    assert wire_log.newest("GET").replay_of == lively.request_id


@pytest.mark.parametrize("width", [320, 768, 1280, 1920])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.usefixtures("lively")
def test_the_forms_of_an_export_open_within_the_window(
    open_window, company, width, scheme
):
    page = open_window(viewport={"width": width, "height": 800}, color_scheme=scheme)
    chromium.sign_in(page, company)
    page.goto(LIST)
    assert chromium.violations(page) == []

    page.get_by_text("Export", exact=True).click()

    for form in ("CSV", "JSON"):
        expect(page.get_by_role("link", name=form)).to_be_in_viewport(ratio=1)
