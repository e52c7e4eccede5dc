"""The cookie that waits for an answer, and answers that come at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from flask import Response

from envoy_console.sso import pending
from envoy_console.sso.pending import Pending
from tests.sso.forge import encoded, signed

ASKED = Pending("_asked", "a-company", "/employees")


@pytest.fixture
def cookie(app, monkeypatch):
    """cookie("https://…") -> the header that makes a browser keep a request."""

    def made(external_url):
        settings = app.extensions["envoy_console.config"]
        changed = replace(settings, external_url=external_url)
        monkeypatch.setitem(app.extensions, "envoy_console.config", changed)
        with app.test_request_context():
            response = Response()
            pending.remember(response, ASKED)
            return response.headers["Set-Cookie"]

    return made


def remembered(app, header):
    name_and_value = header.partition(";")[0]
    with app.test_request_context(headers={"Cookie": name_and_value}):
        return pending.remembered()


def test_over_https_it_comes_along_with_the_answer_of_another_site(cookie):
    header = cookie("https://console.example")

    assert header.startswith("__Host-saml=")
    for part in ("Secure", "HttpOnly", "Path=/", "SameSite=None", "Max-Age=600"):
        assert part in header
    assert "Domain" not in header


def test_over_http_it_stays_on_this_site(cookie):
    header = cookie("http://localhost:8000")

    assert header.startswith("saml=")
    assert "HttpOnly" in header
    assert "SameSite=Lax" in header
    assert "Secure" not in header


def test_it_says_what_was_asked(app, cookie):
    assert remembered(app, cookie("http://localhost:8000")) == ASKED


def test_one_that_was_changed_says_nothing(app, cookie):
    header = cookie("http://localhost:8000")

    assert remembered(app, header.replace("saml=", "saml=x", 1)) is None
    assert remembered(app, "saml=") is None


def test_one_that_is_older_than_it_may_get_says_nothing(app, cookie, monkeypatch):
    header = cookie("http://localhost:8000")
    monkeypatch.setattr(pending, "LIFETIME", timedelta(seconds=-1))

    assert remembered(app, header) is None


def test_of_answers_at_the_same_moment_one_gets_in(make_browser, saml, ann):
    saml.save(idp_initiated=True)
    path = urlsplit(saml.addresses.acs_url).path
    response = encoded(signed(saml.claim(name_id=ann["userName"]).tree()))
    browsers = [make_browser() for _ in range(6)]

    def send(browser):
        answer = browser.http.post(
            path, data={"SAMLResponse": response}, follow_redirects=False
        )
        return answer.status_code

    with ThreadPoolExecutor(6) as threads:
        answers = sorted(threads.map(send, browsers))

    assert answers == [303] + [403] * 5
