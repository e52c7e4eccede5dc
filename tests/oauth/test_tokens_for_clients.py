"""OAuth 2.0 client credentials (RFC 6749 §4.4), from the secret to the directory."""

import base64
import json
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from urllib.parse import quote

import pytest
import sqlalchemy as sa
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata

from envoy_console.directory import accounts, clients, integrations, throttle, tokens
from envoy_console.directory.clients import Credentials, access_tokens
from envoy_console.models import Throttle
from envoy_console.models.base import new_id, table
from envoy_console.models.transactions import read, write
from tests import builders
from tests.harness.console_client import ConsoleClient
from tests.harness.scim_client import ScimClient
from tests.oauth.conftest import ENDPOINT, GRANT, in_body

METADATA = "/.well-known/oauth-authorization-server"
throttles = table(Throttle)


@pytest.fixture
def access_token(credentials, ask):
    return ask(credentials).json()["access_token"]


@pytest.fixture
def scim_with(server):
    """scim_with(token) -> how the SCIM endpoint answers to it."""

    def answer(token):
        with ScimClient(server, token) as client:
            return client.get("/Users")

    return answer


@pytest.fixture
def flask(app, company):
    """flask("client-issue") -> what `flask token client-issue` says of the company."""
    runner = app.test_cli_runner()
    return lambda *words: runner.invoke(
        args=["token", *words, "--company", company.name]
    )


@pytest.fixture
def let_pass(app, company):
    """let_pass(minutes=61) -> what the company was given grows that much older."""

    def older(**time):
        passed = timedelta(**time)
        with app.app_context():
            write(lambda tx: age(tx, company.id, passed))

    return older


@pytest.fixture(autouse=True)
def no_failures_yet(app):
    """All tests come from one address, whose wrong secrets are counted."""

    def forget():
        with app.app_context():
            write(lambda tx: tx.execute(throttles.delete()))

    forget()
    yield
    forget()


def age(tx, company_id, passed):
    """Move every moment of the company's clients and tokens into the past."""
    for rows, names in (
        (access_tokens, ("created_at", "expires_at")),
        (clients.clients, ("created_at", "previous_until")),
    ):
        mine = rows.c.company_id == company_id
        for row in tx.execute(sa.select(rows).where(mine)).all():
            moments = {name: getattr(row, name) for name in names}
            values = {name: at and at - passed for name, at in moments.items()}
            tx.execute(rows.update().where(rows.c.id == row.id).values(values))


def basic(user, password):
    return {"Authorization": f"Basic {encoded(f'{user}:{password}')}"}


def encoded(text):
    return base64.b64encode(text.encode()).decode()


def wrong(credentials):
    return replace(credentials, client_secret="esec_guessed")


def error(answer):
    """The status and the code of a refusal, which is of the right form."""
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.json()["error_description"].isascii()
    return answer.status_code, answer.json()["error"]


def test_an_access_token_has_the_form_that_the_rfc_gives_it(credentials, ask):
    answer = ask(credentials)

    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Pragma"] == "no-cache"
    made = answer.json()
    assert made.pop("access_token").startswith("esim_")
    assert made == {"token_type": "Bearer", "expires_in": 3600, "scope": "scim"}


def test_an_access_token_opens_the_directory_of_its_company(server, access_token, scim):
    with ScimClient(server, access_token) as client:
        ann = client.create_user("ann@contoso.example")

    assert scim.found('userName eq "ann@contoso.example"') == [ann]


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
def test_an_independent_client_library_gets_in(server, credentials, method):
    with OAuth2Client(
        credentials.client_id,
        credentials.client_secret,
        token_endpoint_auth_method=method,
    ) as client:
        client.fetch_token(server + ENDPOINT, grant_type="client_credentials")

        assert client.get(f"{server}/scim/v2/Users").status_code == 200


def test_a_percent_encoded_id_and_secret_are_decoded(http, credentials):
    parts = (credentials.client_id, credentials.client_secret)
    user, password = (quote(part).replace("-", "%2D") for part in parts)

    answer = http.post(ENDPOINT, data=GRANT, headers=basic(user, password))

    assert answer.status_code == 200


def test_each_request_gets_a_token_of_its_own_and_all_of_them_work(
    credentials, ask, scim_with
):
    made = [ask(credentials).json()["access_token"] for _ in range(3)]

    assert len(set(made)) == 3
    assert [scim_with(one).status_code for one in made] == [200, 200, 200]


def test_the_token_that_it_stands_beside_goes_on_working(access_token, scim):
    assert scim.get("/Users").status_code == 200


def test_recognising_an_access_token_takes_no_more_queries(
    access_token, scim_with, query_budget
):
    with query_budget(2):
        assert scim_with(access_token).status_code == 200


def test_an_access_token_lives_for_an_hour(access_token, scim_with, let_pass):
    let_pass(minutes=59)
    assert scim_with(access_token).status_code == 200

    let_pass(minutes=1)
    answer = scim_with(access_token)

    assert answer.status_code == 401
    assert "has expired" in answer.json()["detail"]
    assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


def test_expired_access_tokens_are_forgotten(app, credentials, ask, let_pass):
    for _ in range(3):
        ask(credentials)
    let_pass(hours=2)
    ask(credentials)

    with app.app_context(), read() as tx:
        mine = access_tokens.c.client_id == credentials.client_id
        kept = tx.execute(sa.select(access_tokens).where(mine)).all()
    assert len(kept) == 1


def test_the_old_secret_works_until_its_grace_is_over(
    credentials, access_token, ask, do, scim_with, let_pass
):
    new = do(clients.rotate, grace=timedelta(hours=1))

    assert new.client_id == credentials.client_id
    assert [ask(each).status_code for each in (credentials, new)] == [200, 200]
    assert scim_with(access_token).status_code == 200

    let_pass(hours=1)

    assert error(ask(credentials)) == (401, "invalid_client")
    assert ask(new).status_code == 200


def test_without_grace_the_old_secret_and_its_access_tokens_stop_at_once(
    credentials, access_token, ask, do, scim_with
):
    new = do(clients.rotate, grace=timedelta(0))

    assert error(ask(credentials)) == (401, "invalid_client")
    assert scim_with(access_token).status_code == 401
    assert scim_with(ask(new).json()["access_token"]).status_code == 200


def test_only_the_last_secret_but_one_has_a_grace_period(credentials, ask, do):
    do(clients.rotate, grace=timedelta(hours=24))
    do(clients.rotate, grace=timedelta(hours=24))

    assert error(ask(credentials)) == (401, "invalid_client")


def test_revoking_the_client_stops_its_access_tokens_at_once(
    credentials, access_token, ask, do, scim_with, scim
):
    do(clients.revoke)

    assert error(ask(credentials)) == (401, "invalid_client")
    assert scim_with(access_token).status_code == 401
    assert "revoked" in scim_with(access_token).json()["detail"]
    assert scim.get("/Users").status_code == 200


def test_after_a_revocation_there_is_room_for_another_client(credentials, ask, do):
    do(clients.revoke)

    assert ask(do(clients.issue)).status_code == 200


def test_an_integration_has_one_client(credentials, ask, do):
    with pytest.raises(clients.ClientExistsError):
        do(clients.issue)

    assert ask(credentials).status_code == 200


def test_uninstalling_stops_the_client_and_its_access_tokens(
    credentials, access_token, ask, do, scim_with
):
    do(integrations.uninstall)

    assert error(ask(credentials)) == (401, "invalid_client")
    assert scim_with(access_token).status_code == 401


def test_an_access_token_is_refused_when_the_installer_is_no_longer_an_admin(
    app, company, credentials, ask, scim_with
):
    mine = accounts.accounts.c.id == company.account_id
    with app.app_context():
        write(
            lambda tx: tx.execute(
                accounts.accounts.update().where(mine).values(role="viewer")
            )
        )

    answer = scim_with(ask(credentials).json()["access_token"])

    assert answer.status_code == 403
    assert company.email in answer.json()["detail"]


def test_the_wire_log_and_the_history_tell_which_client_it_was(
    app, server, company, credentials, access_token, wire_log
):
    with ScimClient(server, access_token) as client:
        client.create_user(displayName="Ann Lee")
    exchange = wire_log.newest("POST")

    assert exchange.client_id == credentials.client_id
    assert access_token not in str(exchange)
    with ConsoleClient(server) as console:
        console.sign_in(company)
        request = console.get(f"/activity/requests/{exchange.id}")
        assert credentials.client_id in request.text
        history = console.get("/activity/changes").text
        assert f"OAuth client …{credentials.client_id[-4:]}" in history


def test_an_access_token_is_none_of_the_two_tokens_of_the_page(
    app, company, credentials, ask
):
    for _ in range(5):
        ask(credentials)

    with app.app_context(), read() as tx:
        integration = integrations.find(tx, company.id)
        assert len(tokens.live(tx, integration.id)) == 1
        assert len(tokens.of_company(tx, company.id)) == 1


@pytest.mark.parametrize("deed", [tokens.reveal, tokens.revoke])
def test_an_access_token_can_neither_be_revealed_nor_revoked_as_a_token(
    app, credentials, access_token, do, scim_with, deed
):
    with app.app_context(), read() as tx:
        mine = access_tokens.c.client_id == credentials.client_id
        token_id = tx.execute(sa.select(access_tokens.c.id).where(mine)).scalar_one()

    with pytest.raises(tokens.UnknownTokenError):
        do(deed, token_id=token_id)

    assert scim_with(access_token).status_code == 200


def test_the_secret_is_nowhere_in_the_database(app, credentials, ask):
    made = ask(credentials).json()["access_token"]
    with app.app_context(), read() as tx:
        rows = [
            *tx.execute(sa.select(clients.clients)).all(),
            *tx.execute(sa.select(access_tokens)).all(),
        ]

    assert credentials.client_secret not in str(rows)
    assert made not in str(rows)


def test_one_companys_client_sees_nothing_of_another(app, ask, server, access_token):
    other = builders.found_company(app)
    builders.issue_token(app, other)
    with app.app_context():
        theirs = write(lambda tx: clients.issue(tx, other.admin))
    with ScimClient(server, access_token) as client:
        ann = client.create_user()

    with ScimClient(server, ask(theirs).json()["access_token"]) as client:
        assert client.get(f"/Users/{ann['id']}").status_code == 404
        assert client.get("/Users").json()["totalResults"] == 0


def test_one_companys_secret_does_not_open_anothers_client(app, ask, credentials):
    other = builders.found_company(app)
    builders.issue_token(app, other)
    with app.app_context():
        theirs = write(lambda tx: clients.issue(tx, other.admin))

    mixed = Credentials(theirs.client_id, credentials.client_secret)

    assert error(ask(mixed)) == (401, "invalid_client")


def test_a_wrong_id_and_a_wrong_secret_get_the_same_answer(credentials, ask):
    wrong_secret = ask(wrong(credentials))
    wrong_id = ask(replace(credentials, client_id=new_id()))

    assert error(wrong_secret) == error(wrong_id) == (401, "invalid_client")
    assert wrong_secret.json() == wrong_id.json()


def test_a_wrong_secret_in_the_header_is_answered_with_a_challenge(http, credentials):
    headers = basic(credentials.client_id, "guessed")

    answer = http.post(ENDPOINT, data=GRANT, headers=headers)

    assert error(answer) == (401, "invalid_client")
    assert answer.headers["WWW-Authenticate"] == 'Basic realm="OAuth"'


def test_whoever_keeps_guessing_has_to_wait(credentials, ask):
    answers = [ask(wrong(credentials)) for _ in range(6)]

    assert [a.status_code for a in answers] == [401] * 5 + [429]
    assert error(answers[-1]) == (429, "invalid_client")
    assert int(answers[-1].headers["Retry-After"]) >= 1


def test_guessing_at_many_clients_from_one_address_has_to_wait(credentials, ask):
    statuses = [
        ask(replace(credentials, client_id=new_id())).status_code
        for _ in range(throttle.FREE_PER_SOURCE + 1)
    ]

    assert statuses == [401] * throttle.FREE_PER_SOURCE + [429]


def test_the_right_secret_gets_in_whoever_else_is_guessing(credentials, ask):
    for _ in range(6):
        ask(wrong(credentials))

    assert ask(credentials).status_code == 200


def test_the_right_secret_gives_the_count_back(credentials, ask):
    for _ in range(4):
        ask(wrong(credentials))
    ask(credentials)

    assert [ask(wrong(credentials)).status_code for _ in range(4)] == [401] * 4


@pytest.mark.parametrize(
    ("secret_of", "statuses"),
    [(lambda right: right, {200}), (wrong, {401, 429})],
)
def test_many_requests_at_once_are_all_answered(credentials, ask, secret_of, statuses):
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(ask, [secret_of(credentials)] * 16))

    assert {a.status_code for a in answers} <= statuses


@pytest.mark.parametrize(
    "grant_type", ["password", "authorization_code", "refresh_token", "ünbekannt"]
)
def test_another_grant_type_is_refused(credentials, ask, grant_type):
    answer = ask(credentials, grant_type=grant_type)

    assert error(answer) == (400, "unsupported_grant_type")


def test_a_scope_of_ours_is_granted_and_another_refused(credentials, ask):
    assert ask(credentials, scope="scim").status_code == 200
    assert error(ask(credentials, scope="scim mail")) == (400, "invalid_scope")


@pytest.mark.parametrize(
    "body",
    [
        {"content": b""},
        {"json": GRANT},
        {"data": {}},
        {"data": {"grant_type": ""}},
        {"data": {"grant_type": ["client_credentials", "client_credentials"]}},
        {"files": {"grant_type": (None, "client_credentials")}},
        {"data": {"grant_type": "x" * 2_000_000}},
    ],
)
def test_a_malformed_request_is_refused(http, body):
    status, code = error(http.post(ENDPOINT, **body))

    assert status in (400, 413)
    assert code == "invalid_request"


def test_the_parameters_may_not_be_in_the_url(http, credentials):
    answer = http.post(ENDPOINT, params={**GRANT, **in_body(credentials)}, data={})

    assert error(answer) == (400, "invalid_request")


def test_the_secret_may_be_in_one_place_only(http, credentials):
    headers = basic(credentials.client_id, credentials.client_secret)

    answer = http.post(
        ENDPOINT, data={**GRANT, **in_body(credentials)}, headers=headers
    )

    assert error(answer) == (400, "invalid_request")


@pytest.mark.parametrize(
    "header",
    [
        "Basic",
        "Basic ====",
        "Basic x",
        "Basic /w==",  # not UTF-8
        "Basic \xfc",  # not ASCII
        f"Basic {encoded('no colon')}",
        f"Basic {encoded(':')}",
        f"Basic {encoded('a%00b:c')}",
        "Bearer esim_something",
        "Digest username=ann",
    ],
)
def test_a_strange_header_is_refused(http, header):
    headers = {"Authorization": header.encode("latin-1")}

    status, code = error(http.post(ENDPOINT, data=GRANT, headers=headers))

    assert (status, code) in [(400, "invalid_request"), (401, "invalid_client")]


@pytest.mark.parametrize("name", ["client_id", "client_secret"])
@pytest.mark.parametrize("value", ["", "\x00", "\ud800", "'; --", "x" * 10_000])
def test_a_strange_id_or_secret_is_refused(http, credentials, name, value):
    data = {**GRANT, **in_body(credentials), name: value}
    body = "&".join(
        f"{key}={quote(text.encode('utf-8', 'surrogatepass'))}"
        for key, text in data.items()
    )
    form = {"Content-Type": "application/x-www-form-urlencoded"}

    assert error(http.post(ENDPOINT, content=body, headers=form)) == (
        401,
        "invalid_client",
    )


def test_the_token_endpoint_answers_nothing_but_post(http):
    answer = http.get(ENDPOINT)

    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


def test_the_metadata_describe_the_token_endpoint(http, server):
    found = AuthorizationServerMetadata(http.get(METADATA).json())

    assert found == {
        "issuer": server,
        "token_endpoint": server + ENDPOINT,
        "token_endpoint_auth_methods_supported": [
            "client_secret_basic",
            "client_secret_post",
        ],
        "grant_types_supported": ["client_credentials"],
        "response_types_supported": [],
        "scopes_supported": ["scim"],
    }
    found.validate_issuer()
    found.validate_token_endpoint()


def test_the_service_provider_config_announces_both_ways_in(scim):
    schemes = scim.get("/ServiceProviderConfig").json()["authenticationSchemes"]

    assert [(s["type"], s.get("primary", False)) for s in schemes] == [
        ("oauthbearertoken", True),
        ("oauth2", False),
    ]


def test_the_command_line_installs_and_issues_a_client_that_works(flask, ask, server):
    made = json.loads(flask("client-issue", "--json").stdout)

    assert made.pop("token_endpoint") == server + ENDPOINT
    assert ask(Credentials(**made)).status_code == 200


def test_the_command_line_speaks_in_the_words_of_entras_form(flask, ask):
    said = flask("client-issue").stdout
    client_id = re.search(r"^Client Identifier +(\S+)$", said, re.MULTILINE)[1]
    secret = re.search(r"^Client Secret +(\S+)", said, re.MULTILINE)[1]

    assert ask(Credentials(client_id, secret)).status_code == 200


def test_the_command_line_revokes_the_client(
    flask, credentials, access_token, scim_with
):
    assert flask("client-revoke").exit_code == 0

    assert scim_with(access_token).status_code == 401


@pytest.mark.parametrize(
    ("words", "reason"),
    [("client-issue", "already"), ("client-revoke", "no OAuth client")],
)
def test_the_command_line_says_why_it_cannot(flask, words, reason):
    flask("client-issue")
    if words == "client-revoke":
        flask("client-revoke")

    refused = flask(words)

    assert refused.exit_code == 1
    assert reason in refused.stderr
