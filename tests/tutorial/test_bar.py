"""The bar at the bottom of both consoles."""

import pytest

from envoy_console.models.transactions import write
from envoy_console.tutorial import marks
from envoy_console.tutorial.evidence import Seen
from envoy_console.tutorial.steps import STEPS
from tests import builders
from tests.harness.statements import counted

PAGES = ["/", "/employees", "/entra/", "/tutorial/", "/tutorial/handout"]


def title(page):
    (found,) = page.select(".coach-title")
    return found.contents[0].strip()


def step(page):
    return page.select(".coach-where a")[0].text.removeprefix("Step ")


def statements(app, console, path):
    console.get(path)
    with counted(app) as found:
        console.get(path)
    return len(found)


@pytest.mark.parametrize("path", PAGES)
def test_both_consoles_show_the_step_to_do_now(console, path):
    page = console.get(path)

    assert title(page) == STEPS[0].title
    assert page.select(".coach a[data-show]")[0]["href"] == "/tutorial/primers/1.1"


def test_strangers_see_no_bar(stranger):
    assert not stranger.get("/sign-in").select(".coach")


@pytest.mark.parametrize("path", PAGES)
def test_it_can_be_hidden_and_brought_back(console, path):
    console.submit(path, ".coach form:has([name=guide])", guide="off")
    page = console.get(path)
    assert not page.select(".coach")

    page = console.submit(page, ".nav form:has([name=guide])", guide="on")

    assert page.path == path
    assert page.select(".coach")


@pytest.mark.parametrize("path", ["/employees", "/entra/users"])
def test_it_takes_at_most_three_queries_and_none_while_hidden(app, console, path):
    with_bar = statements(app, console, path)
    console.submit("/", ".coach form:has([name=guide])", guide="off")
    without = statements(app, console, path)

    assert 0 < with_bar - without <= 3


def test_a_page_once_visited_writes_nothing_more(app, console):
    console.get("/integrations")

    with counted(app) as found:
        console.get("/integrations")

    assert not [text for text in found if not text.startswith("SELECT")]


def test_a_step_counts_on_the_very_page_that_shows_it_done(console):
    assert "1 of 31 done" in console.get("/integrations").text


def test_it_goes_on_when_a_step_is_done(console):
    console.submit("/tutorial/primers/1.1", "form[action$=read]")

    assert step(console.get("/")) == "1.2"


def test_looking_ahead_marks_nothing(console, done):
    page = console.submit("/", ".coach form[action$='1.2/show']")
    assert step(page) == "1.2"
    assert page.path == "/"

    page = console.submit(page, ".coach form[action$='2.1/show']")
    assert step(page) == "2.1"
    assert done() == set()

    page = console.submit(page, ".coach form[action$='follow']")
    assert step(page) == "1.1"


def test_a_chosen_step_gives_way_to_the_next_once_it_is_done(console):
    console.submit("/tutorial/", "#step-2\\.1 form[action$=show]")
    assert step(console.get("/")) == "2.1"

    assert step(console.get("/integrations")) == "2.2"


def test_a_step_that_is_done_can_be_looked_at_again(console):
    console.submit("/tutorial/primers/1.1", "form[action$=read]")
    console.submit("/tutorial/", "#step-1\\.1 form[action$=show]")
    page = console.get("/")

    assert step(page) == "1.1"
    assert page.select(".coach-title .badge")[0].text == "Done"


def test_a_chosen_step_that_does_not_exist_is_forgotten(console):
    console.http.cookies.set("guide_step", "9.9")

    assert step(console.get("/")) == "1.1"


def test_the_page_asks_for_the_bar_and_is_told_only_what_is_new(console):
    url = str(console.get("/").select(".coach")[0]["data-live"])
    seen = {"seen": "1.1-0"}
    assert console.http.get(url, params=seen).status_code == 204

    console.submit("/tutorial/primers/1.1", "form[action$=read]")
    part = console.part(f"{url}&seen=1.1-0")

    assert step(part) == "1.2"
    assert {field["value"] for field in part.select("[name=next]")} == {"/"}


def test_when_all_is_done_it_says_what_else_there_is(console, app, company, done):
    every = [(one.id, Seen.SKIPPED) for one in STEPS]
    with app.app_context():
        write(lambda tx: marks.put(tx, company.id, every))

    page = console.get("/")

    assert title(page) == "All 31 steps are done"
    assert len(done()) == 31


def test_a_viewer_sees_it_and_leaves_no_marks(colleague, done):
    viewer = colleague("viewer")

    page = viewer.get("/integrations")

    assert step(page) == "1.1"
    assert done() == set()
    page = viewer.get("/tutorial/primers/1.1")
    assert page.select("[data-tour=mark-read][disabled]")
    viewer.submit(page, "form[action$=read]", status=403)


def test_everybody_of_a_company_does_its_steps(colleague, console):
    colleague("location_admin").get("/integrations")

    assert "1 of 31 done" in console.get("/").text


def test_another_company_has_steps_of_its_own(app, console, stranger, done):
    console.get("/integrations")

    assert done(of=builders.found_company(app)) == set()
