"""What surrounds the messages: media types, headers, addresses, limits, refusals."""

import pytest

from tests.messages import ERROR, entra_user

JSON = "application/json"
SCIM_JSON = "application/scim+json"


def is_scim_error(answer, status):
    body = answer.json()
    return (
        answer.status_code == status
        and answer.headers["Content-Type"] == SCIM_JSON
        and body["schemas"] == [ERROR]
        and body["status"] == str(status)
        and bool(body["detail"])
    )


@pytest.mark.parametrize(
    "content_type",
    [SCIM_JSON, JSON, f"{SCIM_JSON}; charset=utf-8", f"{JSON};charset=UTF-8"],
)
def test_both_media_types_are_taken_and_scim_json_is_sent(scim, content_type):
    answer = scim.post(
        "/Users",
        entra_user(f"{abs(hash(content_type))}@contoso.example"),
        headers={"Content-Type": content_type},
    )

    assert answer.status_code == 201
    assert answer.headers["Content-Type"] == SCIM_JSON


@pytest.mark.parametrize("content_type", ["text/plain", "application/xml", ""])
def test_any_other_media_type_is_415(scim, content_type):
    answer = scim.post(
        "/Users", entra_user("a@b.example"), headers={"Content-Type": content_type}
    )

    assert is_scim_error(answer, 415)


@pytest.mark.parametrize("encoding", ["gzip", "br", "nonsense"])
def test_a_body_that_is_packed_is_415(scim, encoding):
    answer = scim.post(
        "/Users", entra_user("a@b.example"), headers={"Content-Encoding": encoding}
    )

    assert is_scim_error(answer, 415)


@pytest.mark.parametrize("accept", ["*/*", JSON, SCIM_JSON, "text/html"])
def test_no_accept_header_makes_it_answer_anything_else(scim, accept):
    answer = scim.get("/Users", headers={"Accept": accept})

    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == SCIM_JSON


def test_a_client_that_sends_next_to_no_headers_is_served(scim):
    for name in ("User-Agent", "Accept", "Content-Type", "Accept-Encoding"):
        del scim.http.headers[name]

    assert scim.get("/Users?count=0").status_code == 200


@pytest.mark.parametrize(
    "address", ["/Users/", "//Users", "//Users//", "/Users/?count=1"]
)
def test_a_slash_too_many_is_forgiven(scim, address):
    assert scim.http.get(f"{scim.http.base_url}{address[1:]}").status_code == 200


@pytest.mark.parametrize("name", ["filter", "count", "sortBy", "attributes"])
def test_a_parameter_that_is_given_twice_is_refused_by_name(scim, name):
    answer = scim.get(f"/Users?{name}=id&{name}=id")

    assert is_scim_error(answer, 400)
    assert name in answer.json()["detail"]


def test_parameters_that_mean_nothing_here_are_passed_over(scim):
    assert scim.get("/Users?aadOptscim062020&count=0").status_code == 200


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("GET", "/Nothing", 404),
        ("GET", "/Users/no-such-id", 404),
        ("GET", "/Users/../../etc/passwd", 404),
        ("GET", "/Users/a%2Fb", 404),
        ("GET", "/Users/%00", 404),
        ("GET", "/Schemas/urn:nothing", 404),
        ("GET", "/ResourceTypes/Robot", 404),
        ("DELETE", "/Users", 405),
        ("POST", "/Users/0198c5b0-0000-7000-8000-000000000000", 405),
        ("PUT", "/Groups", 405),
        ("POST", "/ServiceProviderConfig", 405),
    ],
)
def test_what_is_not_there_is_refused_in_scims_own_shape(scim, method, address, status):
    assert is_scim_error(scim.http.request(method, address), status)


def test_what_lies_above_the_endpoint_is_refused_in_the_same_shape(scim, server):
    for address in ("/scim", "/scim/", "/scim/v1/Users"):
        assert is_scim_error(scim.http.get(f"{server}{address}"), 404)


def test_a_host_that_is_not_ours_is_told_what_to_set(scim):
    answer = scim.get("/Users", headers={"Host": "tunnel.example"})

    assert is_scim_error(answer, 400)
    assert "EXTERNAL_URL" in answer.json()["detail"]


def test_a_method_that_is_not_taken_names_those_that_are(scim):
    answer = scim.http.delete("/Users")

    assert set(answer.headers["Allow"].split(", ")) >= {"GET", "POST"}


def test_a_body_of_ten_megabytes_is_413(scim):
    answer = scim.http.post("/Users", content=b" " * 10_000_000)

    assert is_scim_error(answer, 413)


def test_a_body_of_ten_megabytes_in_chunks_is_413(scim):
    answer = scim.http.post("/Users", content=(b" " * 100_000 for _ in range(100)))

    assert answer.status_code in (400, 413)
    assert answer.json()["schemas"] == [ERROR]


@pytest.mark.parametrize(
    "authorization",
    ["", "Bearer", "Basic YTpi", "bearer nonsense", "Bearer " + "a" * 7000],
)
def test_without_a_good_token_it_is_401_and_says_how_to_come_in(scim, authorization):
    answer = scim.get("/Users", headers={"Authorization": authorization})

    assert is_scim_error(answer, 401)
    assert answer.headers["WWW-Authenticate"].startswith("Bearer ")
    assert "invalid_token" in answer.headers["WWW-Authenticate"]


def test_a_client_without_any_token_has_made_no_error_yet(scim):
    del scim.http.headers["Authorization"]

    answer = scim.get("/Users")

    assert is_scim_error(answer, 401)
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="SCIM"'


def test_a_token_in_the_query_opens_nothing(scim, token):
    answer = scim.get(f"/Users?access_token={token}", headers={"Authorization": ""})

    assert answer.status_code == 401


def test_a_signed_in_browser_opens_nothing_here(console):
    assert console.http.get("/scim/v2/Users").status_code == 401


def test_addresses_in_answers_are_ours_whatever_the_request_claims(scim):
    user = scim.post(
        "/Users",
        entra_user("ann@contoso.example"),
        headers={"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"},
    )

    assert "evil.example" not in user.text
    assert "evil.example" not in user.headers["Location"]
