"""What must be true of every page: for everyone, in any light, on any screen."""

from types import SimpleNamespace

import pytest
from flask import url_for

from tests.harness import browser as chromium

pytestmark = pytest.mark.browser

# Parts of pages, which only the pages' own scripts ask for, and addresses that lead
# from what a form answered back to the form's page.
PARTS = {
    "classroom.progress",
    "console.newer_requests",
    "console.azure_scim_health",
    "console.fault_sign",
    "console.scenario_progress",
    "entra.connection_test_result",
    "entra.newer_logs",
    "entra.provisioning_progress",
    "entra.tenant_url_note",
    "tutorial.current_bar",
}
BACK = {
    "classroom.given_password",
    "console.revealed_token",
    "console.named_location",
    "console.changed_password",
    "entra.saved_basic",
    "sso.back_to_saml",
}
FILES = {
    "console.download_requests",
    "console.export_employees",
    "console.import_template",
    "entra.bulk_template",
    "entra.download_certificate",
    "entra.download_logs",
    "entra.download_metadata",
}
ANSWERS = {"console.places", "console.find_people"}

STEPS = 25  # from where the page itself begins

# What has lost its edge: a control whose border the reader's own colours do not draw.
EDGELESS = """() => [...document.querySelectorAll(
    ".button, .icon-button, .input, .badge, .method, .card, .note, .check input"
  )]
  .filter((each) => each.checkVisibility() && each.offsetWidth > 1)
  .filter((each) => !each.matches("input[type=checkbox], input[type=radio]"))
  .filter((each) => {
    const style = getComputedStyle(each);
    return parseFloat(style.borderTopWidth) < 1 || style.borderTopStyle === "none"
      || style.borderTopColor === style.backgroundColor;
  })
  .map((each) => each.outerHTML.slice(0, 90))"""

# What is offered without scripts and would do nothing, or covers the page.
IDLE = """() => [...document.querySelectorAll(
    ".needs-script, dialog, [data-copy], [data-opens-commands]"
  )]
  .filter((each) => each.checkVisibility())
  .map((each) => each.outerHTML.slice(0, 90))"""

# Where the focus goes with Tab, and whether it can be seen there.
FOCUS = """() => {
    const at = document.activeElement;
    if (at === document.body) return "";
    const shown = at.closest(".search, .option") ?? at;
    const box = at.getBoundingClientRect();
    const style = getComputedStyle(shown);
    const x = box.x + box.width / 2, y = box.y + box.height / 2;
    const top = document.elementFromPoint(x, y);
    const covered = top && !at.contains(top) && !top.contains(at) && !top.closest("label");
    const ringless = style.outlineStyle === "none";
    const name = at.outerHTML.slice(0, 90);
    return covered ? `covered: ${name}` : ringless ? `no ring: ${name}` : "";
}"""


@pytest.fixture
def addresses(app, lively, practised, taught, connected):
    """The address of every page of both consoles, with something to see on it."""
    primer = SimpleNamespace(step_id="1.1")
    worlds = {
        "console": lively,
        "entra": practised,
        "classroom": taught,
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
            *(
                url_for(page.endpoint, **_values(page, worlds))
                for page in pages
                if page.endpoint not in PARTS | BACK | FILES | ANSWERS
            ),
            *_as_kept_by_hand(lively),
        ]


def _as_kept_by_hand(lively):
    """The pages that show more for somebody who is kept by hand."""
    own = {"employee_id": lively.temp_id}
    return [
        url_for("console.employee", **own),
        url_for("console.edit_employee", **own),
        url_for("console.selected_employees", id=[lively.temp_id, lively.employee_id]),
    ]


def _values(page, worlds):
    world = worlds[page.endpoint.partition(".")[0]]
    return {name: getattr(world, name) for name in page.arguments}


def test_axe_has_nothing_to_say_against_it(
    open_window, company, addresses, employee_cookie
):
    page = open_window(color_scheme="light")
    page.goto("/sign-in")
    found = chromium.violations(page) + chromium.too_pale(page, in_light="dark")
    chromium.sign_in(page, company)
    page.context.add_cookies([employee_cookie])

    for address in addresses:
        page.goto(address)
        found += chromium.violations(page)
        found += chromium.too_pale(page, in_light="dark")

    assert found == []


def test_axe_does_find_what_is_wrong(open_window):
    page = open_window()
    page.set_content("<img src='data:,'><input>")

    assert chromium.violations(page)
    page.set_content(
        "<style>@media (prefers-color-scheme: dark) { p { color: #eee } }</style>"
        "<p>Read me</p>"
    )
    assert chromium.too_pale(page, in_light="light") == []
    assert chromium.too_pale(page, in_light="dark")


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


def test_the_readers_own_colours_leave_every_control_its_edge(
    open_window, company, addresses
):
    page = open_window(forced_colors="active")
    chromium.sign_in(page, company)
    found = {}
    for address in addresses:
        page.goto(address)
        found[address] = page.evaluate(EDGELESS)

    assert {address: lost for address, lost in found.items() if lost} == {}


def test_without_scripts_every_page_can_be_read_and_offers_nothing_idle(
    open_window, company, addresses
):
    page = open_window(java_script_enabled=False)
    chromium.sign_in(page, company)
    found = {}
    for address in addresses:
        page.goto(address)
        is_read = len(page.get_by_role("main").inner_text()) > 40
        found[address] = (is_read, page.evaluate(IDLE))

    assert found == dict.fromkeys(addresses, (True, []))


def test_the_focus_is_seen_wherever_the_keyboard_takes_it(
    open_window, company, addresses
):
    page = open_window(viewport={"width": 1280, "height": 720})
    chromium.sign_in(page, company)
    found = []
    for address in addresses:
        page.goto(address)
        page.locator("main").focus()
        found += [f"{address} {lost}" for lost in _lost_on_the_way(page)]

    assert found == []


def _lost_on_the_way(page):
    """Press Tab again and again; yield what has the focus and does not show it."""
    for _ in range(STEPS):
        page.keyboard.press("Tab")
        if lost := page.evaluate(FOCUS):
            yield lost


def test_these_checks_do_find_what_is_wrong(open_window):
    page = open_window(forced_colors="active")
    page.set_content(
        "<style>:focus-visible { outline: none } .button { border: 0 }</style>"
        "<main tabindex=-1><button class='button needs-script'>Copy</button></main>"
    )

    assert page.evaluate(EDGELESS)
    assert page.evaluate(IDLE)
    assert next(_lost_on_the_way(page)).startswith("no ring")
    page.set_content(
        "<main tabindex=-1><button>Under</button></main>"
        "<div style='position: fixed; inset: 0'></div>"
    )
    assert next(_lost_on_the_way(page)).startswith("covered")


def test_an_error_page_is_as_good_as_any_other(open_window, company):
    page = open_window()
    chromium.sign_in(page, company)

    page.goto("/nowhere")

    assert chromium.violations(page) == []
