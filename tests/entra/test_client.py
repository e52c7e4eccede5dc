"""Whatever a target does, the failure has Entra's code, a reason and a remedy."""

import ssl
import time

import pytest

from envoy_console.entra import target_errors
from envoy_console.entra.target_errors import (
    DUPLICATES,
    INCOMPATIBLE,
    INVALID_ANCHOR,
    MULTIPLE_ENTRIES,
    TIMEOUT,
    UNREACHABLE,
    TargetError,
)
from tests.harness.targets import (
    LIST_RESPONSE,
    NOBODY,
    answer,
    certificate,
    drip,
    found,
    hang,
    raw_target,
    slow_reader,
)

ANN = {"id": "u-1", "userName": "ann@contoso.example"}
HTML = b"<!doctype html><title>Sign in</title>"

CODES = {
    400: "SystemForCrossDomainIdentityManagementBadRequest",
    401: "SystemForCrossDomainIdentityManagementCredentialValidationFailure",
    402: INCOMPATIBLE,
    403: "InsufficientRights",
    405: "MethodNotAllowed",
    406: INCOMPATIBLE,
    409: "Conflict",
    415: INCOMPATIBLE,
    422: "UnprocessableEntity",
    429: "TooManyRequests",
    500: "InternalServerError",
    501: "NotImplemented",
    502: "InternalServerError",
    503: "InternalServerError",
    504: "InternalServerError",
    599: "InternalServerError",
}

VERBS = {
    "query": lambda client: client.query("Users", "userName", "ann"),
    "read": lambda client: client.read("Users", "u-1"),
    "create": lambda client: client.create("Users", {}),
    "patch": lambda client: client.patch("Users", "u-1", {}),
    "delete": lambda client: client.delete("Users", "u-1"),
}

GARBAGE = {
    "HTML": HTML,
    "nothing": b"",
    "half a document": b'{"id": "u-1"',
    "not UTF-8": b'{"id": "\xff"}',
    "UTF-16": '{"id": "u-1"}'.encode("utf-16"),
    "a list": b"[]",
    "a text": b'"u-1"',
    "null": b"null",
    "NaN": b'{"id": "u-1", "x": NaN}',
    "a number out of range": b'{"id": "u-1", "x": 1e999}',
    "a number of 5,000 digits": b'{"id": "u-1", "x": %s}' % (b"9" * 5000),
    "a NUL": b'{"id": "u-1", "x": ["\\u0000"]}',
    "half a character": b'{"id": "u-1", "x": {"\\ud83d": 1}}',
    "nested too deeply": b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
    "no id": b'{"userName": "ann"}',
    "an empty id": b'{"id": ""}',
    "a number as id": b'{"id": 5}',
}

LISTS = {
    "no schema": {"totalResults": 0, "Resources": []},
    "another schema": {**NOBODY, "schemas": ["urn:x"]},
    "a schema that is no list": {**NOBODY, "schemas": LIST_RESPONSE},
    "no total": {"schemas": [LIST_RESPONSE], "Resources": []},
    "a total that is a text": {**NOBODY, "totalResults": "0"},
    "a total that is too small": {**NOBODY, "Resources": [ANN]},
    "a total without resources": {**NOBODY, "totalResults": 1},
    "resources that are no list": {**NOBODY, "totalResults": 1, "Resources": ANN},
    "a resource that is no object": {**NOBODY, "totalResults": 1, "Resources": [5]},
    "a resource without an id": {**NOBODY, "totalResults": 1, "Resources": [{}]},
    "one user": ANN,
}


def failure_of(client, verb="query"):
    """Return the error that a verb ends in."""
    with pytest.raises(TargetError) as caught:
        VERBS[verb](client)
    assert caught.value.recommendation
    return caught.value


def after(connect, *answers, verb="query", **options):
    """Return the error that these answers lead to."""
    with raw_target(*answers) as target:
        return failure_of(connect(target.url, **options), verb)


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("status", CODES)
def test_a_status_has_the_code_that_entra_gives_it(connect, status, verb):
    error = after(connect, answer(status, HTML), verb=verb)

    assert (error.code, error.status) == (CODES[status], status)
    assert error.is_credentials is (status == 401)
    assert error.body == HTML.decode()


def test_the_message_is_the_one_in_entra_s_logs(connect):
    error = after(connect, answer(409, {"detail": "taken"}), verb="create")

    assert error.message == (
        "StatusCode: Conflict\nMessage: Processing of the HTTP request resulted in an "
        "exception. Please see the HTTP response returned by the 'Response' property of "
        'this exception for details.\nWeb Response:\n{"detail": "taken"}'
    )


@pytest.mark.parametrize("verb", ["query", "create"])
def test_a_resource_type_that_is_missing_is_an_incompatible_target(connect, verb):
    error = after(connect, answer(404, HTML), verb=verb)

    assert (error.code, error.is_credentials) == (INCOMPATIBLE, True)
    assert "HTTP/404 Not Found" in error.message


@pytest.mark.parametrize("verb", ["read", "patch"])
@pytest.mark.parametrize("status", [404, 410])
def test_an_object_that_is_missing_is_an_invalid_anchor(connect, status, verb):
    error = after(connect, answer(status), verb=verb)

    assert (error.code, error.is_credentials) == (INVALID_ANCHOR, False)


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("status", [202, 206, 300, 302, 399])
def test_a_status_that_no_request_hopes_for_is_incompatible(connect, status, verb):
    error = after(connect, answer(status, ANN), verb=verb)

    assert (error.code, error.status) == (INCOMPATIBLE, status)


@pytest.mark.parametrize("verb", ["read", "create"])
@pytest.mark.parametrize("body", GARBAGE.values(), ids=GARBAGE)
def test_an_answer_that_is_no_resource_is_incompatible(connect, body, verb):
    error = after(connect, answer(200, body), verb=verb)

    assert error.code == INCOMPATIBLE
    assert "not able to deserialize" in error.message
    assert "\x00" not in error.body


@pytest.mark.parametrize("body", [HTML, b"[]", b"{}"])
def test_so_is_one_to_a_patch(connect, body):
    assert after(connect, answer(200, body), verb="patch").code == INCOMPATIBLE


def test_a_patch_may_be_answered_by_nothing(connect):
    with raw_target(answer(200)) as target:
        assert connect(target.url).patch("Users", "u-1", {}) is None


@pytest.mark.parametrize("document", LISTS.values(), ids=LISTS)
def test_an_answer_that_is_no_list_is_never_taken_for_absence(connect, document):
    assert after(connect, answer(200, document)).code == INCOMPATIBLE


def test_a_list_that_is_empty_may_do_without_resources(connect):
    with raw_target(answer(200, {**NOBODY, "Resources": None})) as target:
        assert connect(target.url).find("Users", "userName", "ann") == []


def test_letters_beyond_the_first_plane_are_text(connect):
    with raw_target(answer(200, b'{"id": "\\ud83d\\ude00"}')) as target:
        assert connect(target.url).read("Users", "u-1") == {"id": "\U0001f600"}


def test_two_users_that_match_are_duplicates(connect):
    with (
        raw_target(found(ANN, {"id": "u-2"})) as target,
        pytest.raises(TargetError, match="2 Users have userName 'ann'") as caught,
    ):
        connect(target.url).find("Users", "userName", "ann")

    assert caught.value.code == DUPLICATES


def test_a_group_must_come_without_its_members(connect):
    group = {"id": "g-1", "members": [{"value": "u-1"}]}
    with raw_target(found(group)) as target, pytest.raises(TargetError) as caught:
        connect(target.url).find("Groups", "displayName", "All staff")

    assert caught.value.code == MULTIPLE_ENTRIES


def test_a_list_of_members_may_be_there_when_it_is_empty(connect):
    group = {"id": "g-1", "members": []}
    with raw_target(found(group)) as target:
        assert connect(target.url).find("Groups", "displayName", "All") == [group]


@pytest.mark.parametrize("behaviour", [hang, drip])
@pytest.mark.parametrize("verb", VERBS)
def test_an_answer_that_does_not_end_is_a_timeout(connect, behaviour, verb):
    began = time.monotonic()

    error = after(connect, behaviour, verb=verb, deadline=0.3)

    assert error.code == TIMEOUT
    assert 0.3 <= time.monotonic() - began < 2


def test_a_look_up_that_does_not_end_is_a_timeout(connect):
    def resolve(host, port):
        time.sleep(0.5)
        return []

    client = connect("http://localhost:9", deadline=0.1, resolve=resolve)

    assert failure_of(client).code == TIMEOUT


def test_a_request_that_is_read_too_slowly_is_a_timeout(connect):
    with slow_reader() as url, pytest.raises(TargetError) as caught:
        connect(url, deadline=0.5).create("Users", {"title": "x" * 100_000_000})

    assert caught.value.code == TIMEOUT


def test_after_a_timeout_the_next_request_is_answered(connect):
    with raw_target(hang_once(), answer(200, ANN)) as target:
        client = connect(target.url, deadline=0.3)
        failure_of(client, "read")

        assert client.read("Users", "u-1") == ANN


def hang_once():
    """Answer nothing for longer than the client waits."""
    return lambda connection, over: over.wait(0.5)


def test_a_body_of_3_mib_is_not_read_to_its_end(connect):
    error = after(connect, answer(200, b" " * 3 * 1024 * 1024))

    assert (error.code, len(error.body)) == (INCOMPATIBLE, 2048)
    assert "larger than 1024 KiB" in error.message


def test_a_body_in_many_small_chunks_is_not_read_to_its_end(connect):
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunk = b"400\r\n%s\r\n" % (b" " * 1024)

    assert after(connect, head + chunk * 3000).code == INCOMPATIBLE


@pytest.mark.parametrize(
    "sent",
    [
        b"nonsense\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/1.1 abc\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\nConnection: close\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n5\r\n{",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}",
        b"HTTP/1.1 200 OK\r\nX: " + b"a" * 200_000,
        b"\x15\x03\x01\x00\x02\x02\x46",
        b"\x00" * 200_000,
    ],
    ids=lambda sent: repr(sent[:60]),
)
def test_an_answer_that_is_no_http_is_a_protocol_error(connect, sent):
    def reaction(connection, over):
        connection.sendall(sent)

    assert after(connect, reaction).code == UNREACHABLE


def test_a_target_that_hangs_up_is_a_protocol_error(connect):
    assert after(connect, lambda *_: None).code == UNREACHABLE


def test_a_target_that_is_not_there_is_a_protocol_error(connect):
    with raw_target(found()) as target:
        gone = target.url

    assert failure_of(connect(gone)).code == UNREACHABLE


def test_a_name_that_is_not_there_is_a_protocol_error(connect):
    def resolve(host, port):
        raise OSError("Name or service not known")

    error = failure_of(connect("http://localhost:9", resolve=resolve))

    assert error.code == UNREACHABLE
    assert "localhost cannot be looked up" in error.message


def test_a_name_without_addresses_is_a_protocol_error(connect):
    client = connect("http://localhost:9", resolve=lambda *_: [])

    assert "no address" in failure_of(client).message


def test_the_next_address_is_dialled_where_the_first_does_not_listen(connect):
    with raw_target(answer(200, ANN)) as target:
        client = connect(f"http://localhost:{target.port}/scim/v2")

        assert client.read("Users", "u-1") == ANN


@pytest.mark.parametrize("token", ["", "  ", "two words", "t\u00f6ken", "a\r\nX: b"])
def test_a_token_that_no_header_can_carry_is_refused(connect, token):
    with raw_target(found()) as target:
        error = failure_of(connect(target.url, token=token))

    assert (error.is_credentials, target.connections) == (True, 0)


@pytest.mark.parametrize("place", ["before", "across the cut"])
def test_the_token_is_shown_nowhere(connect, place):
    filler = "x" * (0 if place == "before" else 2040)
    body = f"{filler} Bearer a/secret+token a%2Fsecret%2Btoken".encode()

    error = after(connect, answer(400, body), token="a/secret+token")

    assert "secret" not in error.message + error.body
    assert len(error.body) <= 2048


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("30", 30), (" 5 ", 5), ("0", 0), ("-5", None), ("soon", None), ("", None)],
)
def test_retry_after_is_read(connect, header, seconds):
    error = after(connect, answer(429, Retry_After=header))

    assert error.retry_after == seconds


def test_a_target_over_tls_is_verified_by_its_name(connect, tmp_path):
    file = certificate(tmp_path)
    ours = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    ours.load_cert_chain(file)
    names = []
    ours.sni_callback = lambda connection, name, context: names.append(name)
    trusting = ssl.create_default_context(cafile=file)

    with raw_target(answer(200, ANN), context=ours) as target:
        url = f"https://localhost:{target.port}"
        assert connect(url, ssl_context=trusting).read("Users", "u-1") == ANN

    assert names == ["localhost"]
    assert f"Host: localhost:{target.port}\r\n".encode() in target.requests[0]


def test_a_certificate_that_nobody_vouches_for_is_refused(connect, tmp_path):
    ours = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    ours.load_cert_chain(certificate(tmp_path))

    with raw_target(answer(200, ANN), context=ours) as target:
        error = failure_of(connect(f"https://localhost:{target.port}"))

    assert error.code == UNREACHABLE
    assert "certificate" in error.message
    assert target.requests == []


def test_every_code_has_a_remedy():
    codes = {*target_errors.CODES.values(), target_errors.SERVER_ERROR, INCOMPATIBLE}

    assert codes <= set(target_errors.RECOMMENDATIONS)
