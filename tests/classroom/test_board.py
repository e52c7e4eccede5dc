"""The board: what an operator sees of the class, and does to it."""

import pytest

from envoy_console.scenarios.catalogue import SCENARIOS
from tests import builders

BOARD = "/classroom/"


def rows(page):
    return {
        row.select_one("a").get_text(strip=True): row.get_text(" ", strip=True)
        for row in page.select("tr:has(th[scope=row])")
    }


def row_of(page, student):
    return rows(page)[student.name]


def address(student):
    return f"/classroom/companies/{student.id}"


@pytest.fixture
def first(students):
    return students.company(0)


def test_the_board_shows_how_far_each_student_is(operator, students, enter, first):
    student = enter(first)
    student.submit("/integrations", "form[action$='scim/install']")
    student.submit("/integrations/azure-scim", "form[action$=sync]")

    page = operator.get(BOARD)

    assert len(rows(page)) == 3
    assert "3 of 31" in row_of(page, first)
    assert "Not yet" not in row_of(page, first)
    other = row_of(page, students.company(1))
    assert "0 of 31" in other
    assert "Not yet" in other


def test_the_rows_are_fetched_by_themselves(operator, students, enter, first):
    (live,) = operator.get(BOARD).select("tbody[data-live]")
    enter(first).submit("/integrations", "form[action$='scim/install']")

    part = operator.part(live["data-live"])

    assert "2 of 31" in part.html
    assert "<html" not in part.html


def test_a_board_of_sixty_takes_as_many_queries_as_one_of_three(
    operator, company, students, found_class, query_budget
):
    with query_budget(10):
        operator.get(BOARD)
    found_class(company, 57)

    with query_budget(10):
        page = operator.get(BOARD)
    assert len(rows(page)) == 60
    with query_budget(5):
        operator.part("/classroom/progress")


def test_a_student_is_shown_step_by_step(operator, enter, first):
    enter(first).submit("/integrations", "form[action$='scim/install']")

    page = operator.get(address(first))

    assert len(page.select(".class-steps li")) == 31
    done = page.select(".class-steps [data-done=yes] b")
    assert [step.text for step in done] == ["2.1", "2.2"]


def test_what_a_scenario_skips_is_told_from_what_was_done(operator, first):
    operator.submit(address(first), "#reset form", scenario="ready")

    page = operator.get(address(first))

    skipped = {step.text for step in page.select("[data-done=skipped] b")}
    assert "1.1" in skipped
    assert not skipped & {s.text for s in page.select("[data-done=yes] b")}
    assert f"{len(skipped)} skipped" in row_of(operator.get(BOARD), first)


def test_a_student_is_brought_to_a_scenario(operator, students, first, enter):
    page = operator.submit(address(first), "#reset form", scenario="ready")

    assert f"{first.name} begins at “Ready to connect”." in page.text
    said = enter(first).get("/activity/admins").text
    assert "Dana Reyes (operator)" in said
    assert "brought the company to the scenario Ready to connect" in said
    assert "Microsoft Azure SCIM" in enter(first).get("/integrations/enabled").text
    untouched = enter(students.company(1))
    assert "Dana Reyes" not in untouched.get("/activity/admins").text


@pytest.mark.parametrize("deed", ["reset", "password", "delete"])
def test_what_cannot_be_undone_for_a_student_wants_the_password_again(
    operator, students, first, enter, let_time_pass, deed
):
    let_time_pass()

    page = operator.submit(address(first), f"#{deed} form")

    assert page.path == "/confirm?next=/classroom/"
    assert "operator" not in enter(first).get("/activity/admins").text


def test_the_token_of_a_student_who_was_reset_works(app, operator, first, enter):
    operator.submit(address(first), "#reset form", scenario="ready")
    student = enter(first)

    page = student.submit("/integrations/azure-scim", "form[action$=reveal]")
    token = page.select("#token")[0]["value"]

    answer = student.http.get(
        "/scim/v2/Users", headers={"Authorization": f"Bearer {token}"}
    )
    assert answer.status_code == 200


def test_all_are_reset_at_once(operator, students, enter):
    page = operator.submit(BOARD, "#reset-all form", scenario="ready")

    assert "3 companies are brought to: Ready to connect." in page.text
    assert all(student.progress.count >= 5 for student in students.students)
    enter(students.company(2))


def test_a_scenario_that_is_not_there_resets_nobody(operator, students, first):
    page = operator.submit(BOARD, "#reset-all form", scenario="paradise")

    assert "Choose one of the answers on offer." in page.text
    page = operator.submit(address(first), "#reset form", scenario="paradise")
    assert "Choose one of the answers on offer." in page.text


def test_a_deleted_company_is_gone_with_its_account(
    operator, students, first, stranger, enter
):
    student = enter(first)

    page = operator.submit(address(first), "#delete form")

    assert f"{first.name} is deleted." in page.text
    assert len(students.students) == 2
    assert student.http.get("/").url.path == "/sign-in"
    operator.get(address(first), status=404)


def test_all_are_deleted_but_nobody_elses(
    app, operator, company, students, found_class, appoint
):
    other = builders.found_company(app)
    theirs = found_class(other, 2)

    page = operator.submit(BOARD, "#delete-all form")

    assert "3 companies are deleted." in page.text
    assert "No class yet" in page.text
    assert students.students == []
    assert len(theirs.students) == 2


def test_a_lost_password_is_replaced_by_a_new_card(operator, first, enter, server):
    page = operator.submit(address(first), "#password form")

    (card,) = page.select(".class-card")
    password = card.select("dd")[2].get_text(strip=True)
    assert password != first.password
    enter(builders.Company(first.id, "", first.name, first.email, password))
    assert operator.get(page.path).path == address(first)


@pytest.mark.parametrize("dialog", ["reset-all", "delete-all"])
def test_what_happens_to_all_is_confirmed_and_says_to_how_many(
    operator, students, dialog
):
    (asked,) = operator.get(f"{BOARD}?ask={dialog}").select(f"#{dialog}[open]")

    assert "all 3 companies?" in asked.h2.text
    assert "cannot be undone" in asked.text


@pytest.mark.parametrize("key", SCENARIOS)
def test_every_scenario_is_on_offer(operator, students, key):
    page = operator.get(BOARD)

    assert page.select(f"#reset-all option[value={key}]")
