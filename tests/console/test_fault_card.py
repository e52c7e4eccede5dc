"""The fault card: who may use it, and the sign on every page while a fault is on."""

import pytest

from tests import builders
from tests.harness.console_client import ConsoleClient

PAGE = "/integrations/azure-scim"
SWITCH_ON, SWITCH_OFF = "form#fault", "#fault form"


@pytest.fixture
def faulty(console, installed):
    """The page after a 429 was switched on for the next three requests."""
    return console.submit(
        installed, SWITCH_ON, kind="throttled", count="3", seconds="30"
    )


@pytest.mark.parametrize("path", ["/", "/employees", PAGE, "/activity/requests"])
def test_every_page_shows_that_a_fault_is_on(console, faulty, path):
    (sign,) = console.get(path).select(".fault-sign")

    words = sign.get_text(" ", strip=True)
    assert words.startswith("Fault on All requests: 429 Too Many Requests")
    assert "Retry-After: 30. Ends in 10m or after 3 more requests." in words


def test_no_page_shows_a_fault_that_is_not_on(console, installed):
    assert not installed.select(".fault-sign")
    assert not console.get("/").select(".fault-sign")


def test_switching_off_takes_the_sign_away_and_the_endpoint_answers_again(
    console, faulty, scim
):
    assert scim.get("/Users").status_code == 429

    page = console.submit(faulty, SWITCH_OFF)

    assert "the endpoint answers for itself again" in page.text
    assert not page.select(".fault-sign")
    assert scim.get("/Users").status_code == 200


def test_the_sign_counts_down_by_itself_and_says_when_it_is_over(console, faulty, scim):
    address = faulty.select("[data-live$=fault]")[0]["data-live"]

    scim.get("/Users")
    assert "after 2 more requests" in console.part(address).text
    scim.get("/Users")
    assert "after 1 more request." in console.part(address).text
    scim.get("/Users")
    assert "The fault is over" in console.part(address).text


def test_others_see_the_fault_but_may_not_touch_it(console, faulty, colleague):
    viewer = colleague("viewer")

    page = viewer.get(PAGE)
    assert page.select(".fault-sign")
    assert page.select("#fault button[disabled]")
    viewer.submit(page, SWITCH_OFF, status=403)

    console.submit(PAGE, SWITCH_OFF)
    page = viewer.get(PAGE)
    assert page.select("#fault fieldset[disabled]")
    viewer.submit(page, SWITCH_ON, status=403, kind="broken", seconds="5")
    assert not console.get(PAGE).select(".fault-sign")


def test_another_companys_console_has_no_sign(app, server, faulty):
    with ConsoleClient(server) as other:
        assert "Fault on" not in other.sign_in(builders.found_company(app)).text


def test_switching_on_and_off_is_written_down(console, faulty):
    console.submit(faulty, SWITCH_OFF)

    said = console.get("/activity/admins").text
    assert "switched the fault card off" in said
    assert "switched the fault card on: All requests: 429 Too Many Requests" in said
    assert "Retry-After: 30, for 10 min, at most 3 times" in said


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"kind": "slow", "seconds": "9"}, "Choose 1 to 8 seconds."),
        ({"kind": "broken", "seconds": ""}, "Enter the seconds."),
        ({"kind": "broken", "seconds": "soon"}, "Enter a whole number."),
        ({"kind": "broken", "count": "0"}, "after 1 to 10,000 requests"),
        ({"kind": "broken", "minutes": "600"}, "Choose one of the answers on offer."),
        ({"kind": "fire"}, "Choose one of the answers on offer."),
    ],
)
def test_what_the_card_does_not_offer_is_refused(console, installed, fields, complaint):
    page = console.submit(installed, SWITCH_ON, **fields)

    assert complaint in page.text
    assert not page.select(".fault-sign")


def test_a_faulted_request_is_marked_in_the_activity_log(
    console, faulty, scim, wire_log
):
    scim.get("/Users")
    request_id = wire_log.newest().id

    page = console.get("/activity/requests?query=fault+card")
    assert page.select(f"a[href*='{request_id}']")
    assert "Answered by the fault card: too many requests." in page.text
