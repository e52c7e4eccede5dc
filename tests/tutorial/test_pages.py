"""All steps on a page, on paper, and started over."""

import pytest

from envoy_console.directory import companies
from envoy_console.models.transactions import write
from envoy_console.tutorial.steps import BY_ID, GROUPS, STEPS, onward


@pytest.fixture
def halfway(saved):
    """A company that has installed, added, tested and saved."""
    return saved


def row(page, step_id):
    (found,) = page.select(f"[id='step-{step_id}']")
    return found


def test_there_are_31_steps_in_six_groups():
    counts = [sum(step.group == number for step in STEPS) for number in GROUPS]

    assert len(BY_ID) == len(STEPS) == 31
    assert counts == [2, 4, 3, 3, 16, 3]


def test_every_step_is_there_with_its_tick(console):
    console.submit("/tutorial/primers/1.1", "form[action$=read]")

    page = console.get("/tutorial/")

    assert [item["id"] for item in page.select("li[id]")] == [
        f"step-{step.id}" for step in STEPS
    ]
    ticks = {
        item["id"] for item in page.select("li[id]") if item.select("[data-done=yes]")
    }
    assert ticks == {"step-1.1"}
    assert "data-current" in row(page, "1.2").attrs


def test_what_changed_in_the_live_portals_is_told_at_its_step(console):
    page = console.get("/tutorial/")

    assert "Provision Microsoft Entra ID Users" in row(page, "5.9").text
    assert "Start provisioning on its overview" in row(page, "5.14").text


@pytest.mark.parametrize("step_id", ["1.1", "1.2", "2.1", "2.2", "3.1", "3.2", "3.3"])
def test_a_step_leads_to_its_control(console, step_id):
    assert control(console, step_id)


@pytest.mark.parametrize("step_id", sorted(onward("2.3"), key=[*BY_ID].index))
def test_a_step_leads_to_its_control_once_those_before_are_done(
    console, halfway, step_id
):
    assert control(console, step_id)


def control(console, step_id):
    """Open the step as its page does, and return the control that is pointed at."""
    (link,) = row(console.get("/tutorial/"), step_id).select("a[data-show]")
    return console.get(str(link["href"])).select(f"[data-tour='{link['data-show']}']")


def test_a_step_of_an_application_leads_to_where_one_is_added(console):
    (link,) = row(console.get("/tutorial/"), "5.6").select("a[data-show]")

    assert link["href"] == "/entra/apps"


def test_starting_over_forgets_the_marks_from_that_step_on(console, done):
    console.submit("/tutorial/primers/1.1", "form[action$=read]")
    console.get("/integrations")
    console.get("/entra/")
    assert done() == {"1.1", "2.1", "5.1"}

    page = console.get("/tutorial/?ask=start-over-2.1")
    assert "(2 steps so far)" in page.select("#start-over-2\\.1")[0].text
    page = console.submit(page, "main dialog form")

    assert "Started over from step 2.1." in page.text
    assert done() == {"1.1"}


def test_starting_over_keeps_what_is_set_up(console, token, done):
    console.submit("/tutorial/?ask=start-over-1.1", "main dialog form")

    assert done() == {"2.1", "2.2", "2.3"}


def test_a_viewer_cannot_start_over(colleague):
    page = colleague("viewer").get("/tutorial/?ask=start-over-1.1")

    assert not page.select("main dialog")
    assert "Global and location admins can tick off steps" in page.text


def test_the_handout_has_all_steps_with_room_for_notes(console):
    page = console.get("/tutorial/handout")

    assert len(page.select(".handout-notes")) == 31
    assert "Simulated." in page.select("thead")[0].text
    assert "item 1 (the third)" in page.text
    assert "What changed:" in page.text


@pytest.mark.parametrize("path", ["primers/2.1", "primers/nonsense", "nonsense"])
def test_what_is_not_there_says_so(console, path):
    console.get(f"/tutorial/{path}", status=404)


@pytest.mark.parametrize("deed", ["read", "skip", "show", "start-over"])
def test_no_step_of_that_name_can_be_dealt_with(console, deed):
    fields = console.get("/tutorial/").form("li form[action$='1.1/show']").fields
    answer = console.http.post(f"/tutorial/steps/9.9/{deed}", data=fields)

    assert answer.status_code == 404


def test_resetting_a_company_forgets_its_marks(app, console, company, done):
    console.get("/integrations")
    with app.app_context():
        write(lambda tx: companies.reset(tx, company.id))

    assert done() == set()


def test_side_by_side_watches_both_consoles_and_the_wire(console):
    console.submit("/entra/apps/gallery/envoy", "main form.card")
    page = console.get("/tutorial/side-by-side")

    live = [place["data-live"] for place in page.select("[data-live]")]
    assert live == [
        live[0],
        "/employees?sort=-updated",
        "/activity/requests/newer",
    ]
    assert live[0].endswith("/provisioning/progress")
    for url in live:
        assert console.http.get(url, headers={"HX-Request": "true"}).status_code < 300


def test_side_by_side_says_what_is_missing_before_there_is_an_app(console):
    page = console.get("/tutorial/side-by-side")

    assert "Add Envoy to the enterprise applications first." in page.text
