"""Every request as it is on the wire, to the byte (spec: Microsoft's documentation and
captures of the real service).
"""

import pytest

from envoy_console.entra.connection_test import check_connection, probe
from tests.entra.transcripts.script import request, without_guid
from tests.harness.targets import answer, found, raw_target

ANN = {"id": "u-1", "userName": "ann@contoso.example"}


@pytest.mark.parametrize("flag", ["", "?aadOptscim062020"])
def test_test_connection_asks_for_a_user_and_a_group_nobody_has(connect, flag):
    with raw_target(found()) as target:
        check_connection(
            connect(target.url + flag),
            "Envoy",
            user_attribute="userName",
            group_attribute="displayName",
        )

    assert [*map(without_guid, target.requests)] == [
        request("GET /scim/v2/Users?filter=userName+eq+%22GUID%22", target),
        request(
            "GET /scim/v2/Groups?excludedAttributes=members"
            "&filter=displayName+eq+%22GUID%22",
            target,
        ),
    ]


def test_the_probe_of_a_cycle_asks_for_three_users_and_a_group_nobody_has(connect):
    with raw_target(found()) as target:
        probe(
            connect(target.url),
            user_attribute="userName",
            group_attribute="displayName",
            times=3,
        )

    users = request("GET /scim/v2/Users?filter=userName+eq+%22GUID%22", target)
    groups = request(
        "GET /scim/v2/Groups?excludedAttributes=members"
        "&filter=displayName+eq+%22GUID%22",
        target,
    )
    assert [*map(without_guid, target.requests)] == [users, users, users, groups]
    assert len(set(target.requests)) == 4


@pytest.mark.parametrize(
    ("attribute", "value", "query"),
    [
        ("userName", "ann@contoso.example", "userName+eq+%22ann%40contoso.example%22"),
        ("externalId", "Zoë +1", "externalId+eq+%22Zo%C3%AB+%2B1%22"),
        (
            'emails[type eq "work"].value',
            "a@b.example",
            "emails%5Btype+eq+%22work%22%5D.value+eq+%22a%40b.example%22",
        ),
        ("userName", 'a" or "b', "userName+eq+%22a%5C%22+or+%5C%22b%22"),
        ("userName", "DOMAIN\\ann", "userName+eq+%22DOMAIN%5C%5Cann%22"),
        ("userName", "a&b=c", "userName+eq+%22a%26b%3Dc%22"),
        ("userName", "a\r\nHost: evil", "userName+eq+%22a%5Cr%5CnHost%3A+evil%22"),
    ],
)
def test_a_user_is_matched_by_a_filter(connect, attribute, value, query):
    with raw_target(found(ANN)) as target:
        assert connect(target.url).find("Users", attribute, value) == [ANN]

    assert target.requests == [request(f"GET /scim/v2/Users?filter={query}", target)]


def test_a_group_is_matched_without_its_members(connect):
    with raw_target(found()) as target:
        assert connect(target.url).find("Groups", "displayName", "All staff") == []

    line = (
        "GET /scim/v2/Groups?excludedAttributes=members"
        "&filter=displayName+eq+%22All+staff%22"
    )
    assert target.requests == [request(line, target)]


@pytest.mark.parametrize(
    ("resource_type", "path"),
    [("Users", "/Users/u-1"), ("Groups", "/Groups/u-1?excludedAttributes=members")],
)
def test_a_known_object_is_read_by_its_id(connect, resource_type, path):
    with raw_target(answer(200, ANN)) as target:
        assert connect(target.url).read(resource_type, "u-1") == ANN

    assert target.requests == [request(f"GET /scim/v2{path}", target)]


@pytest.mark.parametrize("resource_type", ["Users", "Groups"])
def test_an_object_is_created(connect, resource_type):
    with raw_target(answer(201, ANN)) as target:
        created = connect(target.url).create(
            resource_type, {"displayName": "Zoë", "active": True, "roles": []}
        )

    body = '{"displayName":"Zoë","active":true,"roles":[]}'
    assert created == ANN
    assert target.requests == [
        request(f"POST /scim/v2/{resource_type}", target, body=body)
    ]


@pytest.mark.parametrize("resource_type", ["Users", "Groups"])
def test_an_object_is_patched(connect, resource_type):
    operation = {"op": "Replace", "path": 'emails[type eq "work"].value', "value": "x"}
    with raw_target(answer(200, ANN), answer(204)) as target:
        client = connect(target.url)
        answers = [
            client.patch(resource_type, "u-1", {"Operations": [operation]})
            for _ in range(2)
        ]

    body = (
        '{"Operations":[{"op":"Replace",'
        '"path":"emails[type eq \\"work\\"].value","value":"x"}]}'
    )
    sent = request(f"PATCH /scim/v2/{resource_type}/u-1", target, body=body)
    assert answers == [ANN, None]
    assert target.requests == [sent, sent]


@pytest.mark.parametrize("resource_type", ["Users", "Groups"])
@pytest.mark.parametrize("status", [204, 404])
def test_an_object_is_deleted_though_it_may_be_gone(connect, resource_type, status):
    with raw_target(answer(status)) as target:
        connect(target.url).delete(resource_type, "u-1")

    assert target.requests == [request(f"DELETE /scim/v2/{resource_type}/u-1", target)]


def test_an_id_cannot_lead_to_another_path(connect):
    with raw_target(answer(200, ANN)) as target:
        connect(target.url).read("Users", "../Groups?a=b#c d\r\n")

    line = "GET /scim/v2/Users/..%2FGroups%3Fa%3Db%23c%20d%0D%0A"
    assert target.requests == [request(line, target)]


@pytest.mark.parametrize("ending", ["/", "?aadOptscim062020", "/?aadOptscim062020"])
def test_the_slash_and_the_flag_of_a_tenant_url_are_not_sent(connect, ending):
    with raw_target(answer(200, ANN)) as target:
        connect(target.url + ending).read("Users", "u-1")

    assert target.requests == [request("GET /scim/v2/Users/u-1", target)]


def test_one_connection_serves_a_whole_cycle(connect):
    with raw_target(found()) as target:
        client = connect(target.url)
        for number in range(20):
            client.find("Users", "userName", str(number))

    assert (len(target.requests), target.connections) == (20, 1)


def test_a_text_that_is_no_unicode_is_left_for_the_target_to_refuse(connect):
    with (
        raw_target(answer(400)) as target,
        pytest.raises(Exception, match="BadRequest"),
    ):
        connect(target.url).create("Users", {"displayName": "\ud800"})

    assert target.requests[0].endswith(b'{"displayName":"\xed\xa0\x80"}')


def test_the_answer_names_the_exchange_it_belongs_to(connect):
    answers = answer(200, ANN, X_Request_Id="abc-1"), answer(200, ANN)
    with raw_target(*answers) as target:
        client = connect(target.url)
        client.read("Users", "u-1")
        named = client.last_request_id
        client.read("Users", "u-1")

    assert (named, client.last_request_id) == ("abc-1", None)
