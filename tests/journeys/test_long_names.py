"""A name may be three hundred letters long without a space; pages keep their shape."""

import pytest

from tests.harness import browser as chromium
from tests.messages import ENTERPRISE

pytestmark = pytest.mark.browser

LONG = "Abteilung" * 33
PAGE = "/integrations/azure-scim"


@pytest.fixture
def lengthy(entra, company, wire_log):
    """A person and a group with long names; the addresses of what shows them."""
    names = {"displayName": LONG, "title": LONG, ENTERPRISE: {"department": LONG}}
    person = entra.create_user(externalId=LONG, **names)["id"]
    members = [{"value": person}]
    group = entra.create_group(LONG, externalId=LONG, members=members)["id"]
    entra.create_group("Roads")
    wire_log.newest()
    return [
        "/",
        "/employees",
        f"/employees/{person}",
        "/groups",
        f"/groups/{group}",
        f"/groups/{group}/history",
        "/activity/requests",
        "/activity/changes",
        PAGE,
    ]


def per_location(page):
    page.goto(PAGE)
    page.get_by_text("Sync specific users per location").click()
    page.get_by_role("button", name="Save").click()
    page.get_by_role("heading", name="Groups per location").wait_for()


def edges(locator):
    boxes = [box.bounding_box() for box in locator.all()]
    return [(box["x"], box["x"] + box["width"]) for box in boxes]


@pytest.mark.parametrize("width", [320, 1280])
def test_no_page_grows_wider_than_the_screen(open_window, company, lengthy, width):
    page = open_window(viewport={"width": width, "height": 800})
    chromium.sign_in(page, company)
    per_location(page)
    widths = {}
    for address in lengthy:
        page.goto(address)
        widths[address] = page.evaluate("document.documentElement.scrollWidth")

    assert widths == dict.fromkeys(lengthy, width)


@pytest.mark.parametrize("address", ["/employees", "/groups"])
def test_a_long_name_leaves_room_for_the_other_columns(admin, lengthy, address):
    admin.set_viewport_size({"width": 1280, "height": 800})
    admin.goto(address)
    (_, end_of_card) = edges(admin.locator("main .card"))[0]

    assert all(end <= end_of_card + 16 for _, end in edges(admin.locator("thead th")))
    assert admin.locator(f"tbody [title={LONG}]").count() > 1


def test_the_groups_of_a_location_lie_beside_each_other(admin, lengthy):
    per_location(admin)
    labels = admin.locator("#feeds form").first.locator("label")
    (_, end), (start, _) = sorted(edges(labels))

    assert end <= start
