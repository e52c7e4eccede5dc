"""Every answer carries the protective headers, whatever its status."""

import pytest

from envoy_console.config import Config, ConfigError
from envoy_console.headers import ALWAYS
from tests.harness import serving
from tests.messages import entra_user

ANSWERS = {
    "a page": ("GET", "/sign-in", 200),
    "a probe": ("GET", "/healthz", 200),
    "a stylesheet": ("GET", "/static/css/tokens.css", 200),
    "a redirect": ("GET", "/employees", 303),
    "a form without its token": ("POST", "/sign-in", 400),
    "a page that is not there": ("GET", "/nowhere", 404),
    "a file that is not there": ("GET", "/static/nowhere.css", 404),
    "a method that is not there": ("DELETE", "/sign-in", 405),
    "SCIM without a token": ("GET", "/scim/v2/Users", 401),
    "SCIM that is not there": ("GET", "/scim/v2/Nowhere", 401),
}


def missing(answer):
    return {k: v for k, v in ALWAYS.items() if answer.headers.get(k) != v}


@pytest.mark.parametrize("name", ANSWERS)
def test_every_answer_carries_them(stranger, name):
    method, path, status = ANSWERS[name]

    answer = stranger.http.request(method, path, follow_redirects=False)

    assert answer.status_code == status
    assert missing(answer) == {}


def test_what_is_too_large_is_refused_with_them(stranger):
    answer = stranger.http.post("/sign-in", content=b"x" * (2 * 1024 * 1024))

    assert answer.status_code == 413
    assert missing(answer) == {}


def test_without_a_database_answers_carry_them(tmp_path):
    app = serving.make_app(tmp_path, f"sqlite:///{tmp_path}/nowhere/envoy.db")

    answer = app.test_client().get("/readyz")

    assert answer.status_code == 503
    assert missing(answer) == {}


def test_nothing_but_static_files_may_be_kept_by_a_cache(stranger):
    assert stranger.http.get("/sign-in").headers["Cache-Control"] == "no-store"
    static = stranger.http.get("/static/css/tokens.css")
    assert static.headers["Cache-Control"] != "no-store"


@pytest.mark.parametrize("path", ["/sign-in", "/static/css/tokens.css", "/nowhere"])
def test_each_answer_carries_them_once(stranger, path):
    assert_once(stranger.http.get(path))


def test_what_scim_answers_carries_them_once(scim):
    created = scim.post("/Users", entra_user("ada@contoso.example"))
    user = f"/Users/{created.json()['id']}"
    known = {"If-None-Match": created.headers["ETag"]}

    assert_once(created)
    assert_once(scim.http.request("HEAD", user))
    unchanged = scim.get(user, headers=known)
    assert unchanged.status_code == 304
    assert_once(unchanged)
    deleted = scim.delete(user)
    assert deleted.status_code == 204
    assert_once(deleted)


@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_a_refusal_below_static_is_kept_by_nobody(stranger, method):
    answer = stranger.http.request(method, "/static/css/tokens.css")

    assert answer.status_code in (400, 405)
    assert answer.headers["Cache-Control"] == "no-store"


def assert_once(answer):
    names = [name.lower() for name, _ in answer.headers.multi_items()]
    wanted = {name.lower() for name in (*ALWAYS, "Cache-Control")}
    assert {name: names.count(name) for name in wanted} == dict.fromkeys(wanted, 1)


def test_the_wire_log_shows_them_too(scim, wire_log):
    answer = scim.get("/Users")

    logged = {row.id: row.response_headers for row in wire_log.every("GET")}
    kept = logged[answer.headers["X-Request-Id"]]
    assert ALWAYS.items() <= kept.items()
    assert kept["X-Request-Id"] == answer.headers["X-Request-Id"]


def test_an_address_that_no_header_can_carry_is_refused_at_the_start(tmp_path):
    with pytest.raises(ConfigError, match="xn--"):
        Config.from_env(tmp_path, {"EXTERNAL_URL": "https://büro.example"})


@pytest.mark.parametrize("path", ["/", "/healthz", "/sign-in"])
def test_a_name_that_is_not_ours_is_refused_with_what_to_set(stranger, path):
    answer = stranger.http.get(path, headers={"Host": "evil.example"})

    assert answer.status_code == 400
    assert "evil.example" not in answer.text
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_the_policy_allows_no_inline_code_and_no_other_host():
    policy = ALWAYS["Content-Security-Policy"]

    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "http" not in policy
    assert "*" not in policy
