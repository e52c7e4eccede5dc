"""Who is above somebody and who below, however the managers were sent."""

import pytest

from envoy_console.directory import reporting
from tests import builders
from tests.messages import ENTERPRISE, patch, replace


@pytest.fixture
def hire(scim):
    """hire("Ann", boss) -> the id of a new user with that manager."""

    def hired(name, manager_id=None):
        extension = {ENTERPRISE: {"manager": {"value": manager_id}}}
        return scim.create_user(displayName=name, **(extension if manager_id else {}))[
            "id"
        ]

    return hired


def chain(page):
    return [item.find(["a", "b"]).text for item in page.select(".chain li")]


def level(page):
    return [link.text for link in page.select(".report > .row-link")]


def test_the_chain_leads_down_from_the_top(console, hire):
    top = hire("Top")
    middle = hire("Middle", top)
    clerk = hire("Clerk", middle)

    page = console.get(f"/employees/{clerk}/reports")

    assert chain(page) == ["Top", "Middle", "Clerk"]
    assert "Nobody names this person as manager." in page.text


def test_a_level_opens_in_its_place_or_as_a_page(console, hire):
    top = hire("Top")
    middle = hire("Middle", top)
    hire("Clerk", middle)
    page = console.get(f"/employees/{top}/reports")
    (link,) = page.select(".report a.push")

    assert level(page) == ["Middle"]
    assert link.text == "1 report"
    assert level(console.get(link["href"])) == ["Clerk"]
    part = console.part(link["hx-get"])
    assert level(part) == ["Clerk"]
    assert not part.select("html")


def test_managers_in_a_circle_are_told_and_end(console, hire, scim):
    first = hire("First")
    second = hire("Second", first)
    path = f"{ENTERPRISE}:manager"
    scim.patch(f"/Users/{first}", patch(replace(path, {"value": second})))
    outside = hire("Outside", first)

    for person, expected in (
        (first, ["Second", "First"]),
        (outside, ["Second", "First", "Outside"]),
    ):
        page = console.get(f"/employees/{person}/reports")
        assert "The managers run in a circle" in page.text
        assert chain(page) == expected


def test_a_manager_who_is_nobody_here_ends_the_chain(app, console, entra):
    stranger = builders.add_employee(app, builders.found_company(app))
    for manager in ("somebody-elsewhere", stranger.id):
        user = entra.create_user(**{ENTERPRISE: {"manager": {"value": manager}}})
        page = console.get(f"/employees/{user['id']}/reports")
        assert len(chain(page)) == 1
        assert "which is nobody here" in page.text


def test_a_long_chain_is_cut(console, hire, monkeypatch):
    monkeypatch.setattr(reporting, "LONGEST_CHAIN", 3)
    monkeypatch.setattr(reporting, "_CHAIN", reporting._chain())
    person = None
    for number in range(6):
        person = hire(f"P{number}", person)

    page = console.get(f"/employees/{person}/reports")

    assert chain(page) == ["P2", "P3", "P4", "P5"]
    assert "The chain goes on further up." in page.text


def test_many_reports_come_a_stretch_at_a_time(console, hire, monkeypatch):
    monkeypatch.setattr(reporting, "PER_LEVEL", 2)
    boss = hire("Boss")
    for name in ("Cem", "Ann", "Bob", "Ann", "Dora"):
        hire(name, boss)
    seen, address = [], f"/employees/{boss}/reports"
    while address:
        page = console.get(address)
        seen += level(page)
        more = page.select("li > a.report")
        address = more[0]["href"] if more else None

    assert seen == ["Ann", "Ann", "Bob", "Cem", "Dora"]


def test_a_level_takes_the_same_queries_for_more_people(console, hire, query_budget):
    boss = hire("Boss")
    for number in range(30):
        hire(f"P{number}", boss)

    with query_budget(9):
        console.get(f"/employees/{boss}/reports")


def test_a_stranger_has_no_reporting_line_here(app, console):
    stranger = builders.add_employee(app, builders.found_company(app))

    console.get(f"/employees/{stranger.id}/reports", status=404)
    console.get("/employees/nonsense/reports", status=404)


def test_names_that_look_like_markup_are_only_text(console, hire):
    boss = hire("<b>Boss</b>")
    clerk = hire("<i>Clerk</i>", boss)

    page = console.get(f"/employees/{clerk}/reports")

    assert chain(page) == ["<b>Boss</b>", "<i>Clerk</i>"]
    assert not page.select("main i")
