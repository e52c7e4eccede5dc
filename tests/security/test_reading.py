"""Reading changes nothing, and says so to caches; every answer is protected."""

import pytest

from envoy_console.headers import ALWAYS

# What a visit does leave: that somebody is there, how far the guide is, and who took
# the directory or a log along.
TRACES = frozenset({"tutorial_marks"})
TAKING_ALONG = frozenset(
    {"console.export_employees", "console.download_requests", "entra.download_logs"}
)


@pytest.fixture
def mine(company, appoint, enter):
    appoint(company)
    return enter(company)


def test_no_page_changes_anything_by_being_read(
    routes, address, company, contents, mine, knock
):
    reading = [route for route in routes if route.method == "GET"]
    assert len(reading) > 90
    changed = {}
    before = contents(company)
    for route in reading:
        answer = knock(mine, "GET", address(route))
        assert answer.status_code < 500, route
        after = contents(company)
        if route.endpoint in TAKING_ALONG:
            for name in ("audit_events", "audit_chains"):
                before[name] = after[name]
        tables = {name for name in after if after[name] != before[name]} - TRACES
        if tables:
            changed[str(route)] = tables
        before = after

    assert changed == {}


def test_no_page_is_kept_by_a_cache_or_goes_without_its_headers(
    routes, address, mine, knock
):
    bare = []
    for route in routes:
        if route.method == "GET":
            headers = knock(mine, "GET", address(route)).headers
            missing = {k for k, v in ALWAYS.items() if headers.get(k) != v}
            missing -= {"Content-Security-Policy"}  # some name one more form target
            policy = headers["Content-Security-Policy"]
            is_cached = headers["Cache-Control"] != "no-store"
            if missing or is_cached or "unsafe" in policy or "*" in policy:
                bare.append(f"{route}: {missing} {headers['Cache-Control']} {policy}")

    assert bare == []


def test_every_route_refuses_a_method_that_it_does_not_have_with_the_headers(
    app, stranger
):
    for rule in app.url_map.iter_rules():
        path = rule.rule.replace("<", "").replace(">", "")
        answer = stranger.http.request("TRACE", path, follow_redirects=False)
        assert answer.status_code in (401, 405), rule
        assert {k for k, v in ALWAYS.items() if answer.headers.get(k) != v} == set()


def test_every_form_refuses_what_is_far_too_large_with_the_headers(
    routes, mine, knock, address
):
    for route in routes:
        if route.method == "POST":
            answer = mine.http.post(
                address(route), content=b"x" * (2 * 1024 * 1024), follow_redirects=False
            )
            assert answer.status_code in (400, 413), route
            assert {k for k, v in ALWAYS.items() if answer.headers.get(k) != v} == set()


def test_every_page_that_fails_does_so_with_the_headers_and_without_a_trace(
    app, routes, address, mine, knock, monkeypatch
):
    def fail(**_):
        raise RuntimeError("secret of ours in /app/envoy_console")

    paths = [address(route) for route in routes if route.method == "GET"]
    for name in {r.endpoint for r in routes if r.method == "GET"}:
        monkeypatch.setitem(app.view_functions, name, fail)
    for path in paths:
        answer = mine.http.get(path, follow_redirects=False)
        assert answer.status_code == 500, path
        assert "secret of ours" not in answer.text
        assert "Traceback" not in answer.text
        assert {k for k, v in ALWAYS.items() if answer.headers.get(k) != v} == set()


def test_no_form_of_another_site_is_taken_whatever_token_it_has(
    routes, address, company, contents, mine, knock
):
    before = contents(company)
    elsewhere = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}
    answers = {
        str(route): knock(mine, "POST", address(route), headers=elsewhere).status_code
        for route in routes
        if route.method == "POST"
    }

    assert answers == dict.fromkeys(answers, 403)
    assert contents(company) == before
