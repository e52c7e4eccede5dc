"""`flask entra test-connection` and `check`, against our own endpoint and against one that
plays by a script.
"""

import json

import pytest

from tests.entra.transcripts.script import TOKEN
from tests.entra.world import own_url
from tests.harness.targets import answer, found, raw_target


@pytest.fixture
def run(app):
    """run("check", url, …, input=token) -> what came of `entra check url …`."""

    def ran(command, url, *given, **options):
        args = ["entra", command, url, "--token-stdin", *given]
        return app.test_cli_runner().invoke(args=args, **options)

    return ran


@pytest.mark.parametrize(
    ("given", "code", "told"),
    [
        (found(), 0, "The supplied credentials are authorized"),
        (answer(401), 1, "StatusCode: Unauthorized"),
        (answer(200, b"<p>hello"), 1, "<p>hello"),
    ],
)
def test_test_connection_asks_any_server(run, given, code, told):
    with raw_target(given) as target:
        ran = run("test-connection", target.url, input=TOKEN)

    assert (ran.exit_code, told in ran.output) == (code, True)
    assert f"Authorization: Bearer {TOKEN}".encode() in target.requests[0]


def test_test_connection_tells_scripts_the_code(run):
    with raw_target(answer(404)) as target:
        ran = run("test-connection", target.url, "--json", input="t")

    told = json.loads(ran.stdout)
    assert told["ok"] is False
    assert told["error_code"].endswith("ServiceIncompatible")


def test_the_endpoint_of_this_server_needs_no_special_word(app, run, server, token):
    ran = run("test-connection", own_url(app), input=token)

    assert ran.exit_code == 0


def test_a_check_prints_a_table_and_succeeds(app, run, server, token):
    ran = run("check", own_url(app), input=token)

    assert "Test Connection" in ran.output
    assert ran.exit_code == 0


def test_a_check_fails_where_something_failed(app, run, server):
    ran = run("check", own_url(app), "--json", input="wrong")

    statuses = {each["status"] for each in json.loads(ran.stdout)}
    assert statuses == {"failed", "skipped"}
    assert ran.exit_code == 1


def test_a_check_goes_nowhere_that_the_server_may_not_go(run):
    ran = run("check", "https://10.0.0.1/scim", input="t")

    assert "may not connect to 10.0.0.1" in ran.output
    assert ran.exit_code == 1
