"""How the app is served: gunicorn.conf.py, tried with gunicorn itself."""

import contextlib
import os
import runpy
import socket
from http.client import HTTPConnection
from pathlib import Path

import httpx2
import pytest

from envoy_console.models import engine
from tests import builders
from tests.harness import gunicorn as server
from tests.harness import serving
from tests.harness.databases import upgrade
from tests.harness.gunicorn import address, lines_until

ROOT = Path(__file__).parents[2]


@pytest.fixture
def environment(databases):
    with databases.empty() as url:
        yield server.environment(url)


@pytest.fixture
def gunicorn(environment):
    with server.running(environment) as process:
        yield process


@pytest.fixture
def gunicorn_with_company(environment, gunicorn, tmp_path):
    """The URL of a server that has a company, and a token of it."""
    app = serving.make_app(tmp_path, environment["DATABASE_URL"])
    upgrade(app)
    token = builders.issue_token(app, builders.found_company(app))
    serving.disconnect(app)
    return httpx2.URL(address(gunicorn)), token


@pytest.fixture
def configured(environment, monkeypatch):
    """configured(PORT="1") -> the settings of gunicorn.conf.py in that environment."""

    def configure(**variables):
        for name, value in {**environment, **variables}.items():
            monkeypatch.setenv(name, value)
        return runpy.run_path(str(ROOT / "gunicorn.conf.py"))

    return configure


def test_it_serves_says_where_and_stops_when_told(environment):
    # one worker, which has answered: gunicorn loses a signal to one that is being born
    with server.running({**environment, "WEB_CONCURRENCY": "1"}) as gunicorn:
        url = address(gunicorn)
        lines_until(gunicorn, "Envoy Console: http://localhost")

        assert httpx2.get(f"{url}/healthz").status_code == 200

        gunicorn.terminate()
        assert gunicorn.wait(20) == 0


def test_its_log_shows_paths_on_one_line_and_no_query(gunicorn):
    url = address(gunicorn)

    httpx2.get(f"{url}/scim/v2/Users%0A?filter=secret")

    line = lines_until(gunicorn, "GET /scim").string
    assert "/scim/v2/Users%0A" in line
    assert "secret" not in line


def test_a_filter_of_100_kb_is_refused_before_it_is_read(gunicorn):
    url = httpx2.URL(address(gunicorn))

    with socket.create_connection((url.host, url.port), timeout=10) as connection:
        connection.sendall(b"GET /scim/v2/Users?filter=" + b"a" * 100_000)
        status_line = connection.makefile("rb").readline()

    assert status_line.startswith(b"HTTP/1.1 4")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"zz\r\nnonsense\r\n", b"400"),
        (b"40000000\r\n" + b" " * 1024, b"400"),
        ((b"80000\r\n" + b" " * 0x80000 + b"\r\n") * 3 + b"0\r\n\r\n", b"413"),
    ],
    ids=["no chunk", "cut off", "too long"],
)
def test_a_body_in_bad_chunks_is_refused(gunicorn_with_company, body, status):
    url, token = gunicorn_with_company
    head = (
        f"POST /scim/v2/Users HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}"
        "\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    )

    with socket.create_connection((url.host, url.port), timeout=10) as connection:
        connection.sendall(head.encode() + body)
        connection.shutdown(socket.SHUT_WR)
        status_line = connection.makefile("rb").readline()

    assert status_line.split()[1] == status


@pytest.mark.parametrize(
    ("path", "status"), [("/scim/v2/Bulk", 413), ("/scim/v2/nowhere", 404)]
)
def test_the_connection_outlives_a_large_body_that_is_refused(
    gunicorn_with_company, path, status
):
    url, token = gunicorn_with_company
    headers = {
        "Authorization": f"Bearer {token}",
        "Content-Type": "application/scim+json",
    }
    with contextlib.closing(HTTPConnection(url.host, url.port)) as connection:
        connection.connect()
        connection.auto_open = 0  # a second connection would be an error
        for _ in range(3):
            connection.request("POST", path, b"x" * 1_200_000, headers)
            answer = connection.getresponse()
            answer.read()
            assert answer.status == status


def test_a_wrong_setting_stops_the_start_with_a_sentence(configured):
    with pytest.raises(SystemExit, match=r"cannot start\. PORT must be a whole number"):
        configured(PORT="eighty")


def test_as_many_workers_as_asked_for_share_a_sound_database(configured):
    assert configured(WEB_CONCURRENCY="3")["workers"] == 3


def test_a_sqlite_that_may_lose_commits_gets_one_worker(configured, monkeypatch):
    monkeypatch.setattr(engine, "SAFE_SQLITE", (99, 0, 0))

    settings = configured(WEB_CONCURRENCY="3", DATABASE_URL="sqlite:///any.db")

    assert settings["workers"] == 1
    assert os.environ["WEB_CONCURRENCY"] == "1"


def test_an_ipv6_address_is_bound_in_brackets(configured):
    assert configured(HOST="::1", PORT="80")["bind"] == "[::1]:80"
