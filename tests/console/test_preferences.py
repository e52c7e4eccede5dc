"""What somebody likes is kept in cookies, and the server renders pages so."""

import pytest


@pytest.fixture
def prefer(console):
    """prefer(times="exact") -> the page after saving that in the account."""

    def save(**choices):
        return console.submit(
            "/settings/account", "main form[action='/preferences']", **choices
        )

    return save


def root(page):
    return page.select("html")[0]


def test_the_first_page_after_the_choice_is_already_so(prefer):
    page = prefer(theme="dark", presenter="on", times="exact", shortcuts="off")

    assert root(page)["data-theme"] == "dark"
    assert root(page)["data-times"] == "exact"
    assert root(page).has_attr("data-presenter")
    assert not root(page).has_attr("data-shortcuts")


def test_without_a_choice_pages_are_as_usual(console):
    page = console.get("/settings/account")

    assert root(page).has_attr("data-shortcuts")
    assert not root(page).has_attr("data-presenter")
    assert not root(page).has_attr("data-theme")


@pytest.mark.parametrize("name", ["theme", "presenter", "times", "shortcuts"])
def test_an_answer_that_is_not_on_offer_changes_nothing(console, prefer, name):
    before = root(console.get("/")).attrs

    assert root(prefer(**{name: "<script>"})).attrs == before


def test_the_strip_switches_presenter_mode_on_and_off_again(console):
    page = console.get("/groups")
    switch = page.form("form[data-presenter-switch]")
    button = page.select("[data-presenter-switch] button")[0]
    console.http.post(
        switch.action, data={**switch.fields, "presenter": button["value"]}
    )
    page = console.get("/groups")
    button = page.select("[data-presenter-switch] button")[0]

    assert root(page).has_attr("data-presenter")
    assert (button["value"], button["aria-pressed"]) == ("off", "true")


def test_exact_times_have_how_long_ago_as_their_title(console, prefer, make_employee):
    make_employee(displayName="Ann Lee")
    prefer(times="exact")
    (moment, *_) = console.get("/").select("time[data-relative]")

    assert moment.text.endswith("UTC")
    assert moment["title"].endswith(("ago", "now"))


def test_single_keys_that_are_off_are_not_offered(console, prefer):
    prefer(shortcuts="off")
    page = console.get("/employees")

    assert not page.select("[data-search-key]")
    assert "Single keys are switched off" in page.text
