"""Signing in, staying signed in, and signing out."""

import pytest

from envoy_console.web.links import own_path
from tests.harness.pages import Page

FORM = "main form"


def try_to_sign_in(console, email, password, status=422):
    return console.submit(
        "/sign-in", FORM, status=status, email=email, password=password
    )


def test_somebody_who_is_not_signed_in_is_asked_to_and_then_led_on(stranger, company):
    page = stranger.get("/employees?status=active")
    assert page.path == "/sign-in?next=/employees?status%3Dactive"

    page = stranger.submit(page, FORM, email=company.email, password=company.password)
    assert page.path == "/employees?status=active"


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(stranger, company):
    wrong = try_to_sign_in(stranger, company.email, "not the password")
    unknown = try_to_sign_in(stranger, "nobody@contoso.example", "not the password")

    assert "do not match" in wrong.select("[role=alert]")[0].text
    assert wrong.select("[role=alert]") == unknown.select("[role=alert]")


def test_who_guesses_has_to_wait(stranger, company):
    for _ in range(5):
        try_to_sign_in(stranger, company.email, "not the password")
    page = stranger.get("/sign-in").form(FORM)
    right = {"email": company.email, "password": company.password}
    answer = stranger.http.post(page.action, data={**page.fields, **right})

    assert answer.status_code == 429
    assert "Too many attempts" in answer.text
    assert int(answer.headers["Retry-After"]) >= 1


def test_the_cookie_changes_with_the_sign_in(stranger, company):
    stranger.get("/sign-in")
    before = stranger.http.cookies["session"]

    stranger.sign_in(company)

    assert stranger.http.cookies["session"] != before


def test_a_cookie_kept_from_before_the_sign_out_opens_nothing(console):
    kept = console.http.cookies["session"]
    page = console.submit("/", "form[action='/sign-out']")
    assert page.path == "/sign-in"
    assert "You are signed out." in page.text

    console.http.cookies.clear()
    console.http.cookies["session"] = kept
    assert console.get("/employees").path.startswith("/sign-in")


def test_the_page_warns_of_real_passwords(stranger):
    assert "Never type a real password here" in stranger.get("/sign-in").text


@pytest.mark.parametrize(
    "elsewhere",
    [
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https:evil.example",
        "https://evil.example/",
        "/\tevil",
        "/%0d\nSet-Cookie:a",
        "/..//evil.example",
        "evil.example",
        "javascript:alert(1)",
        "/ü",
        "",
        None,
    ],
)
def test_only_a_path_of_our_own_is_followed(app, elsewhere):
    with app.test_request_context():
        assert own_path(elsewhere) == "/"


@pytest.mark.parametrize("path", ["/", "/employees?query=a%20b&sort=-name", "/a/b.c"])
def test_a_path_of_our_own_is_followed(app, path):
    with app.test_request_context():
        assert own_path(path) == path


def test_signing_in_over_https_needs_no_referrer(app, company):
    client = app.test_client()
    secure = {"base_url": "https://localhost"}
    page = Page(client.get("/sign-in", **secure).text).form(FORM)
    answer = client.post(
        "/sign-in",
        data={**page.fields, "email": company.email, "password": company.password},
        **secure,
    )

    assert answer.status_code == 303


def test_an_address_with_a_nul_is_refused(stranger):
    form = stranger.get("/sign-in").form("main form")
    fields = {**form.fields, "email": "a\0@b.example", "password": "x"}

    assert stranger.http.post("/sign-in", data=fields).status_code == 400
