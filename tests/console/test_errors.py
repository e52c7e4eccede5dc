"""Every page that tells of a failure: what happened, what to do next, and a way on."""

import pytest
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import (
    BadRequest,
    Forbidden,
    HTTPException,
    MethodNotAllowed,
    NotFound,
    RequestEntityTooLarge,
    TooManyRequests,
    UnsupportedMediaType,
)

from envoy_console.models.transactions import UnknownOutcomeError

FAILURES = {
    400: BadRequest(),
    403: Forbidden(),
    404: NotFound(),
    405: MethodNotAllowed(["POST"]),
    413: RequestEntityTooLarge(),
    415: UnsupportedMediaType(),
    429: TooManyRequests(),
    500: RuntimeError("lost"),
    503: OperationalError("SELECT", {}, Exception("busy")),
}


@pytest.fixture
def fail(app, monkeypatch):
    """fail(error) -> from now on the page of the employees fails with it."""

    def with_(error):
        def view():
            raise error

        monkeypatch.setitem(app.view_functions, "console.employees", view)

    return with_


@pytest.mark.parametrize("status", FAILURES)
def test_each_says_what_happened_what_to_do_and_offers_a_way_on(console, fail, status):
    fail(FAILURES[status])
    page = console.get("/employees", status=status)
    title, advice = page.select("h1")[0].text, page.select("main p.muted")[0].text

    assert title
    assert title[-1] not in ".!"
    assert advice.endswith(".")
    assert len(advice.split()) >= 6
    assert "Go to Home" in [a.get_text(strip=True) for a in page.select("main a")]


def test_no_two_of_them_say_the_same(console, fail):
    titles = set()
    for status, error in FAILURES.items():
        fail(error)
        titles.add(console.get("/employees", status=status).select("h1")[0].text)

    assert len(titles) == len(FAILURES)


@pytest.mark.parametrize("status", [418, 507])
def test_what_nobody_has_foreseen_is_told_in_plain_words_too(console, fail, status):
    error = HTTPException()
    error.code = status
    fail(error)

    assert console.get("/employees", status=status).select("main a")


@pytest.mark.parametrize("status", [429, 500, 503])
def test_what_may_pass_can_be_tried_again_with_the_same_filters(console, fail, status):
    fail(FAILURES[status])
    page = console.get("/employees?query=ann", status=status)
    links = {a.get_text(strip=True): a["href"] for a in page.select("main a")}

    assert links["Try again"] == "/employees?query=ann"


def test_in_the_entra_console_the_way_on_leads_to_its_home(console):
    page = console.get("/entra/users/nobody-of-this-name", status=404)

    assert page.select("main a[href='/entra/']")


def test_a_stranger_is_led_to_the_sign_in_page(stranger):
    page = stranger.get("/nowhere", status=404)

    assert [a["href"] for a in page.select("main a")] == ["/sign-in"]


def test_a_database_that_is_away_does_not_take_the_error_page_with_it(
    console, monkeypatch
):
    def away(*_):
        raise OperationalError("SELECT", {}, Exception("away"))

    monkeypatch.setattr("envoy_console.directory.sessions.session", away)
    page = console.get("/employees", status=503)

    assert "The database is busy" in page.text
    assert page.select("main a")


def test_a_change_that_may_have_been_stored_is_not_said_to_be_lost(console, fail):
    fail(UnknownOutcomeError("COMMIT", None, Exception("gone")))
    page = console.get("/employees", status=503)

    assert "It may or may not have stored your change" in page.text
    assert "Nothing was changed" not in page.text


def test_a_form_that_has_expired_says_so(console):
    form = console.get("/settings/company").form("#add-location form")
    values = {**form.fields, "csrf_token": "old", "name": "Lisbon"}
    answer = console.http.post(form.action, data=values)

    assert answer.status_code == 400
    assert "This form has expired" in answer.text
    assert "Nothing was changed" in answer.text


def test_what_is_too_large_says_how_much_is_not(console):
    form = console.get("/settings/company").form("#add-location form")
    answer = console.http.post(
        form.action, data={**form.fields, "name": "x" * 3_000_000}
    )

    assert answer.status_code == 413
    assert "less than 1 MiB" in answer.text
