"""What is logged: one line a record, no secrets, and the id of the request."""

import io
import json
import logging
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import httpx2
import pytest

from envoy_console import logs
from envoy_console.directory import token_text
from tests.harness import gunicorn as server
from tests.harness import serving

ROOT = Path(__file__).parents[2]
NASTY = "ann\n2026-11-29 [ERROR] forged\r\x1b[2J\u2028\u2029\x7f\x85\u202e@contoso"
PASSWORD = "correct horse battery"


@pytest.fixture
def unserved(databases, tmp_path):
    """An app that has not answered yet, so pages can be added."""
    with databases.empty() as url:
        app = serving.make_app(tmp_path, url)
        yield app
        serving.disconnect(app)


@pytest.fixture(params=["json", "plain"])
def as_json(request):
    return request.param == "json"


@pytest.fixture
def written(app, as_json):
    """What the app has logged so far, as text."""
    settings = app.extensions["envoy_console.config"]
    handler = logging.StreamHandler(io.StringIO())
    handler.setFormatter(logs.formatter(replace(settings, logs_as_json=as_json)))
    logger = logging.getLogger("envoy_console")
    logger.addHandler(handler)
    yield handler.stream.getvalue
    logger.removeHandler(handler)


def test_a_token_in_the_message_of_an_exception_does_not_reach_the_log(
    unserved, written, monkeypatch
):
    token = token_text.generate()

    def fail():
        raise RuntimeError(f"sent {token} in vain")

    monkeypatch.setattr("envoy_console.web.access.PUBLIC", {"failing"})
    unserved.add_url_rule("/failing", "failing", fail)
    answer = unserved.test_client().get("/failing")

    assert answer.status_code == 500
    assert "RuntimeError" in written()
    assert token not in written()
    assert token[5:20] not in written()


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Bearer hidden-secret",
        "{'Authorization': 'Basic hidden-secret'}",
        "('authorization', 'Bearer hidden-secret')",
        "Proxy-Authorization: Negotiate hidden-secret",
        "Cookie: session=hidden-secret; theme=hidden-secret",
        "{'Set-Cookie': '__Host-session=hidden-secret; Secure'}",
        "got bearer hidden-secret",
        "access_token: Bearer hidden-secret",
        "SAMLResponse=hidden-secret&RelayState=x",
        "{'SAMLResponse': 'hidden-secret'}",
        "ImmutableMultiDict([('password', 'hidden-secret'), ('a', 'b')])",
        '{"password": "a \\"hidden-secret"}',
        "new_password=hidden-secret",
        "password_hash='hidden-secret'",
        "csrf_token=hidden-secret",
        "X-CSRFToken: hidden-secret",
        "client_secret=hidden-secret&grant_type=client_credentials",
        "b'client_secret': b'hidden-secret'",
        '"access_token":"hidden-secret"',
        "esim_hidden-secret",
        "esec_hidden-secret",
        "postgresql://envoy:hidden-secret@db/envoy",
        "smtps://envoy:hidden-secret%40@mail",
        "signed with a secret for tests",
    ],
)
def test_secrets_are_taken_out_wherever_they_stand(app, written, text):
    logging.getLogger("envoy_console.any").warning("before %s", text)

    assert "hidden-secret" not in written()
    assert "a secret for tests" not in written()
    assert "before" in written()


@pytest.mark.parametrize(
    "text",
    [
        "the wire log has a gap of 3 requests",
        "The queue in Redis cannot be reached: Error 111 connecting to localhost:6379.",
        "Mail 7 could not be sent: [Errno 111] Connection refused",
    ],
)
def test_what_is_no_secret_stays_as_it_is(app, written, text):
    logging.getLogger("envoy_console.any").warning(text)

    assert text in written()


def test_a_hostile_name_gives_exactly_one_line(app, written):
    logging.getLogger("envoy_console.any").warning("no such user: %s", NASTY)

    lines = written().splitlines()
    assert len(lines) == 1
    assert lines[0].isprintable()
    assert "\\u2028" in lines[0]


def test_half_a_character_is_no_obstacle():
    record = logging.makeLogRecord({"msg": "\ud800", "levelname": "INFO"})

    for kind in (logs.PlainLines, logs.JsonLines):
        assert "\\ud800" in kind(logs.Redaction()).format(record)


def test_as_json_even_a_traceback_is_one_line():
    line = logs.JsonLines(logs.Redaction()).format(a_failure())

    assert len(line.splitlines()) == 1
    assert line.isascii()
    read = json.loads(line)
    assert "forged" in read["error"]
    assert read["error"].startswith("Traceback")


def test_as_text_a_traceback_is_readable_and_nothing_else_begins_a_line():
    text = logs.PlainLines(logs.Redaction()).format(a_failure())

    assert "\x1b" not in text
    assert "\u2028" not in text
    assert "Traceback (most recent call last):\n" in text


def a_failure():
    try:
        raise RuntimeError(NASTY)
    except RuntimeError:
        return logging.LogRecord(
            "any", logging.ERROR, __file__, 1, "failed", (), sys.exc_info()
        )


def environment(folder, **variables):
    url = f"sqlite:///{folder / 'any.db'}"
    return {**os.environ, **server.environment(url), **variables}


UNCAUGHT = """
import sys, threading
from envoy_console import create_app

def fail():
    raise RuntimeError(sys.argv[1])

create_app()
thread = threading.Thread(target=fail)
thread.start()
thread.join()
fail()
"""


def test_what_nobody_catches_is_logged_without_secrets(tmp_path):
    """In a thread, and in a command: Python itself would print all of it."""
    token = token_text.generate()
    told = subprocess.run(
        [sys.executable, "-c", UNCAUGHT, f"sent {token} in vain"],
        env=environment(tmp_path),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert told.returncode == 1
    assert told.stderr.count("RuntimeError: sent esim_[redacted] in vain") == 2
    assert token not in told.stderr


def test_what_a_worker_logs_is_as_json_too(tmp_path):
    """Not only our own loggers: the queue's write through the same handler."""
    program = (
        "import logging, app; logging.getLogger('huey').error('%s', 'esim_planted\\n')"
    )

    ran = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=environment(tmp_path, LOG_FORMAT="json"),
        stderr=subprocess.PIPE,
        text=True,
        check=True,
    )

    (line,) = ran.stderr.splitlines()
    assert json.loads(line)["logger"] == "huey"
    assert "planted" not in line


def test_every_line_of_gunicorn_is_json_and_names_the_request(databases):
    with databases.empty() as url:
        variables = server.environment(url, LOG_FORMAT="json", WEB_CONCURRENCY="1")
        with server.running(variables) as process:
            address = server.address(process)
            answers = {
                path: httpx2.get(f"{address}{path}?password=hunter2", headers=SENT)
                for path in ("/sign-in", "/scim/v2/Users", "/esim_planted%1b")
            }
            lines = [server.lines_until(process, " ms").string for _ in answers]

    records = [json.loads(line) for line in lines]
    for record, (path, answer) in zip(records, answers.items(), strict=True):
        assert record["path"] == path.replace("esim_planted", "esim_[redacted]")
        assert record["status"] == answer.status_code
        assert record["request_id"] == answer.headers["X-Request-Id"]
        assert record["logger"] == "gunicorn.access"


SENT = {"Authorization": "Bearer esim_planted"}


def test_below_scim_the_id_is_that_of_the_wire_log(scim, wire_log):
    answer = scim.get("/Users")

    assert wire_log.every("GET")[-1].id == answer.headers["X-Request-Id"]


def test_each_page_has_an_id_of_its_own(stranger):
    ids = {stranger.http.get("/sign-in").headers["X-Request-Id"] for _ in range(2)}

    assert len(ids) == 2


def test_an_unknown_format_stops_the_start(tmp_path):
    ran = subprocess.run(
        [sys.executable, "-c", "import app"],
        cwd=ROOT,
        env=environment(tmp_path, LOG_FORMAT="xml"),
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )

    assert ran.returncode == 1
    assert "cannot start. LOG_FORMAT must be json or plain" in ran.stderr
