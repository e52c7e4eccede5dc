"""Requests for an access token in the wire log: seen by whose client it is, no secrets."""

import json
from dataclasses import replace
from urllib.parse import parse_qsl

import pytest
import sqlalchemy as sa

from envoy_console.directory import clients, exchange_log, integrations, throttle
from envoy_console.models.traffic import TOKEN_REQUEST
from envoy_console.models.transactions import read, write
from envoy_console.oauth.exchanges import REFUSALS_LOGGED
from tests import builders
from tests.harness.exchanges import exchanges
from tests.oauth.conftest import ENDPOINT, GRANT


@pytest.fixture(autouse=True)
def no_failures_yet(app):
    """All tests come from one address, whose wrong secrets are counted."""
    with app.app_context():
        write(lambda tx: throttle.forgive_all(tx, "oauth"))


def wrong(credentials):
    return replace(credentials, client_secret="esec_guessed")


def test_a_request_for_a_token_is_logged_without_secret_and_token(
    credentials, ask, wire_log
):
    answer = ask(credentials, scope="scim")
    made = answer.json()["access_token"]

    row = wire_log.newest()

    assert (row.method, row.path, row.status) == ("POST", ENDPOINT, 200)
    assert (row.resource_type, row.client_id) == (TOKEN_REQUEST, credentials.client_id)
    assert row.id == answer.headers["X-Request-Id"]
    assert (row.detail, row.quirks) == (None, [])
    assert dict(parse_qsl(row.request_body)) == {
        "grant_type": "client_credentials",
        "client_id": credentials.client_id,
        "client_secret": "[redacted]",
        "scope": "scim",
    }
    said = json.loads(row.response_body)
    assert said["expires_in"] == 3600
    assert said["access_token"] == row.token_hint
    assert row.token_hint.endswith(made[-4:])
    assert made not in str(row)
    assert credentials.client_secret not in str(row)


def test_a_secret_in_the_header_is_not_kept_either(credentials, http, wire_log):
    secret = (credentials.client_id, credentials.client_secret)
    answer = http.post(ENDPOINT, data=GRANT, auth=secret)

    row = wire_log.newest()

    assert answer.status_code == row.status == 200
    headers = {name.lower(): value for name, value in row.request_headers.items()}
    assert headers["authorization"] == "Basic [redacted]"
    assert row.client_id == credentials.client_id
    assert answer.request.headers["Authorization"].partition(" ")[2] not in str(row)


@pytest.mark.parametrize(
    ("more", "status", "reason"),
    [
        (
            {"client_secret": "esec_guessed"},
            401,
            "The Client Secret is not the current",
        ),
        ({"grant_type": "password"}, 400, "The only grant_type here is"),
        ({"grant_type": ""}, 400, "grant_type is missing"),
        ({"scope": "https://graph.microsoft.com/.default"}, 400, "scope"),
    ],
)
def test_a_refused_request_says_why(credentials, ask, wire_log, more, status, reason):
    assert ask(credentials, **more).status_code == status

    row = wire_log.newest()

    assert (row.path, row.status) == (ENDPOINT, status)
    assert reason in row.detail
    assert credentials.client_secret not in str(row)
    assert "esec_guessed" not in str(row)


def test_the_log_alone_tells_a_wrong_secret_from_a_revoked_client(
    credentials, ask, do, wire_log
):
    wrong_secret = ask(wrong(credentials)).json()
    assert f"…{credentials.client_secret[-4:]}" in wire_log.newest().detail

    do(clients.revoke)

    assert ask(credentials).json() == wrong_secret
    assert "This client is revoked" in wire_log.newest().detail


def test_whoever_guesses_too_often_is_seen_to_wait(credentials, ask, wire_log):
    for _ in range(6):
        ask(wrong(credentials))

    assert [row.status for row in wire_log.every("POST")] == [401] * 5 + [429]
    assert "Too many attempts" in wire_log.newest().detail


def test_a_flood_of_refusals_does_not_wash_the_log_out(credentials, ask, wire_log):
    for _ in range(REFUSALS_LOGGED + 20):
        assert ask(credentials, grant_type="password").status_code == 400
    assert ask(credentials).status_code == 200

    statuses = [row.status for row in wire_log.every("POST")]

    assert REFUSALS_LOGGED <= statuses.count(400) < REFUSALS_LOGGED + 10
    assert statuses[-1] == 200


@pytest.mark.parametrize(
    "asked", ["0190c0de-0000-7000-8000-000000000000", "somebody", ""]
)
def test_whoever_is_no_client_is_in_nobodys_log(app, credentials, ask, asked):
    answer = ask(replace(credentials, client_id=asked))

    assert answer.status_code == 401
    with app.app_context():
        exchange_log.current().flush()
        with read() as tx:
            mine = exchanges.c.id == answer.headers["X-Request-Id"]
            assert tx.execute(sa.select(exchanges).where(mine)).all() == []


def test_only_the_company_of_the_client_sees_it(app, credentials, ask, wire_log, do):
    other = builders.found_company(app)
    builders.issue_token(app, other)
    with app.app_context():
        theirs = write(lambda tx: clients.issue(tx, other.admin))

    ask(theirs)
    ask(credentials)

    assert [row.client_id for row in wire_log.every("POST")] == [credentials.client_id]


@pytest.mark.parametrize(
    "sent",
    [
        {"params": {"client_secret": "esec_in-the-url", "x": "esec_in-the-url"}},
        {"data": {"scope": "esec_in-the-scope"}},
        {"data": {"client_id": ["esec_as-the-id"]}},
        {"data": {"esec_AS-a-Name": ""}},
        {"data": {"client_assertion": "eyJhbGciOi.esec_"}},
        {"json": {"client_secret": "esec_in-json"}},
        {"headers": {"Cookie": "session=esec_in-a-cookie"}},
    ],
)
def test_a_secret_in_the_wrong_place_is_not_kept(credentials, http, wire_log, sent):
    auth = (credentials.client_id, credentials.client_secret)
    if "data" in sent:
        sent["data"] = {**GRANT, **sent["data"]}

    http.post(ENDPOINT, auth=auth, **sent)

    row = wire_log.newest("POST")
    assert "esec_" not in row.path + row.request_body + str(row.request_headers)


def test_the_integration_counts_requests_to_the_directory_only(
    app, company, credentials, ask, wire_log
):
    ask(credentials)
    ask(wrong(credentials))
    assert len(wire_log.every("POST")) == 2

    with app.app_context(), read() as tx:
        integration = integrations.find(tx, company.id)
    assert (integration.request_count, integration.rejected_count) == (0, 0)
    assert integration.last_request_at is None


def test_the_page_shows_it_and_what_to_do(credentials, ask, wire_log, console):
    ask(wrong(credentials))
    row = wire_log.newest()

    page = console.get(f"/activity/requests/{row.id}")

    shown = page.select("[data-exchange]")[0].text
    assert "The OAuth client got no access token" in shown
    assert "The Client Secret is not the current one" in shown
    assert credentials.client_id in shown
    assert "It cannot be sent again: it asks for an access token" in shown
    command = page.select("#curl")[0].text
    assert f"client_id={credentials.client_id}" in command
    assert "client_secret=$CLIENT_SECRET" in command
    assert "Bearer" not in command


def test_the_list_can_be_asked_for_access_tokens_alone(
    credentials, ask, scim, wire_log, console
):
    scim.get("/Users")
    ask(credentials)
    wire_log.newest()

    page = console.get(f"/activity/requests?resource={TOKEN_REQUEST}")

    (link,) = page.select("table.wire a.row-link")
    assert link.text == ENDPOINT


def test_home_says_what_was_refused(credentials, ask, wire_log, console):
    ask(wrong(credentials))
    wire_log.newest()

    assert "The OAuth client was not let in" in console.get("/").text


def test_it_cannot_be_sent_again(credentials, ask, wire_log, console, post):
    ask(credentials)
    row = wire_log.newest()

    answer = post(console, f"/activity/requests/{row.id}/replay")

    assert "This request cannot be sent again" in answer.text
    assert len(wire_log.every("POST")) == 1
