"""A trainer switches a fault on and watches it end."""

import pytest
from playwright.sync_api import expect

from tests.harness import browser as chromium

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("light", ["light", "dark"])
def test_the_sign_that_a_fault_is_on_is_there_until_it_is_over(
    open_window, company, scim, light
):
    page = open_window(color_scheme=light)
    chromium.sign_in(page, company)
    page.goto("/integrations/azure-scim")
    page.get_by_label("500").check()
    page.get_by_label("Requests at most").fill("1")
    page.get_by_role("button", name="Switch on").click()
    expect(page.locator("#fault").get_by_text("Fault on")).to_be_visible()

    page.goto("/employees")
    expect(page.get_by_text("All requests: 500")).to_be_visible()
    assert chromium.violations(page) == []

    assert scim.get("/Users").status_code == 500
    expect(page.get_by_text("The fault is over")).to_be_visible()
    assert scim.get("/Users").status_code == 200
