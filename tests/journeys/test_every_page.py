"""What must be true of every page: for everyone, in any light, on any screen."""

from types import SimpleNamespace

import pytest
from flask import url_for

from tests.harness import browser as chromium

pytestmark = pytest.mark.browser

# Parts of pages, which only the pages' own scripts ask for, and addresses that lead
# from what a form answered back to the form's page.
PARTS = {
    "console.newer_requests",
    "console.azure_scim_health",
    "console.fault_sign",
    "entra.connection_test_result",
    "entra.newer_logs",
    "entra.provisioning_progress",
    "entra.tenant_url_note",
    "tutorial.current_bar",
}
BACK = {
    "console.revealed_token",
    "console.named_location",
    "console.changed_password",
    "entra.saved_basic",
    "sso.back_to_saml",
}
FILES = {
    "entra.bulk_template",
    "entra.download_certificate",
    "entra.download_logs",
    "entra.download_metadata",
}


@pytest.fixture
def addresses(app, lively, practised, connected):
    """The address of every page of both consoles, with something to see on it."""
    primer = SimpleNamespace(step_id="1.1")
    worlds = {
        "console": lively,
        "entra": practised,
        "profile": lively,
        "sso": lively,
        "tutorial": primer,
    }
    pages = [
        rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint.partition(".")[0] in worlds and "GET" in rule.methods
    ]
    with app.test_request_context():
        return [
            url_for(page.endpoint, **_values(page, worlds))
            for page in pages
            if page.endpoint not in PARTS | BACK | FILES
        ]


def _values(page, worlds):
    world = worlds[page.endpoint.partition(".")[0]]
    return {name: getattr(world, name) for name in page.arguments}


@pytest.mark.parametrize("light", ["light", "dark"])
def test_axe_has_nothing_to_say_against_it(
    open_window, company, addresses, employee_cookie, light
):
    page = open_window(color_scheme=light)
    page.goto("/sign-in")
    found = chromium.violations(page)
    chromium.sign_in(page, company)
    page.context.add_cookies([employee_cookie])

    for address in addresses:
        page.goto(address)
        found += chromium.violations(page)

    assert found == []


def test_axe_does_find_what_is_wrong(open_window):
    page = open_window()
    page.set_content("<img src='data:,'><input>")

    assert chromium.violations(page)


@pytest.mark.parametrize(
    "misdeed",
    [
        "document.body.setAttribute('style', 'color: red')",
        "setTimeout(() => { throw new Error('lost') })",
        "fetch('https://tracker.example/').catch(() => {})",
    ],
)
def test_a_window_does_tell_what_goes_wrong_in_it(browser, server, misdeed):
    def visit():
        with chromium.window(browser, server) as page:
            page.goto("/sign-in")
            page.evaluate(misdeed)
            page.evaluate("new Promise(done => setTimeout(done))")

    with pytest.raises(AssertionError):
        visit()


def test_a_narrow_screen_needs_no_sideways_scrolling(
    open_window, company, addresses, employee_cookie
):
    page = open_window(viewport={"width": 320, "height": 640})
    chromium.sign_in(page, company)
    page.context.add_cookies([employee_cookie])
    widths = {}
    for address in addresses:
        page.goto(address)
        widths[address] = page.evaluate("document.documentElement.scrollWidth")

    assert widths == dict.fromkeys(addresses, 320)


def test_an_error_page_is_as_good_as_any_other(open_window, company):
    page = open_window()
    chromium.sign_in(page, company)

    page.goto("/nowhere")

    assert chromium.violations(page) == []
