"""Test Connection, against targets of all kinds and against our own endpoint."""

import uuid

import pytest

from envoy_console.entra.connection_test import check_connection, probe
from envoy_console.entra.target_errors import INVALID_ANCHOR, TargetError
from tests.harness.targets import answer, found, raw_target
from tests.messages import CORE_GROUP, CORE_USER, patch, replace

ANN = {"id": "u-1"}
SCIM = "SystemForCrossDomainIdentityManagement"


def check(client):
    return check_connection(
        client, "Envoy", user_attribute="userName", group_attribute="displayName"
    )


@pytest.fixture
def own(app, server, connect, token):
    """A client of our own endpoint, by the address that the tutorial names."""
    settings = app.extensions["envoy_console.config"]
    return connect("https://app.envoy.com/scim/v2", settings, token=token)


def test_empty_lists_are_a_success(connect):
    with raw_target(found()) as target:
        result = check(connect(target.url))

    assert (result.ok, result.title) == (True, "Testing connection to Envoy")
    assert result.message == (
        "The supplied credentials are authorized to enable provisioning"
    )


def test_groups_are_not_asked_for_unless_they_are_mapped(connect):
    with raw_target(found()) as target:
        client = connect(target.url)
        assert check_connection(client, "Envoy", user_attribute="externalId").ok

    assert [b"/Users?filter=externalId+eq" in sent for sent in target.requests] == [
        True
    ]


@pytest.mark.parametrize(
    ("given", "code", "details"),
    [
        (answer(401), f"{SCIM}CredentialValidationFailure", "Unauthorized"),
        (answer(404), f"{SCIM}ServiceIncompatible", "HTTP/404 Not Found"),
        (answer(500), f"{SCIM}CredentialValidationUnavailable", "InternalServerError"),
        (answer(403), f"{SCIM}CredentialValidationUnavailable", "Forbidden"),
        (answer(204), f"{SCIM}ServiceIncompatible", "unexpected response"),
        (answer(200, b"<p>hello"), f"{SCIM}ServiceIncompatible", "<p>hello"),
        (found(ANN), f"{SCIM}ServiceIncompatibleFiltering", "random value"),
        (found(ANN, ANN), f"{SCIM}ServiceIncompatibleFiltering", "random value"),
        (lambda *_: None, f"{SCIM}CredentialValidationUnavailable", "not able to"),
    ],
)
@pytest.mark.parametrize("failing", ["Users", "Groups"])
def test_everything_else_is_a_failure(connect, given, code, details, failing):
    answers = [given] if failing == "Users" else [found(), given]
    with raw_target(*answers) as target:
        result = check(connect(target.url))

    assert (result.ok, result.error_code) == (False, code)
    assert result.message.startswith("You appear to have entered invalid credentials.")
    assert details in result.details
    assert result.recommendation
    assert len(target.requests) == len(answers)


def test_a_failure_has_a_request_id_though_the_target_gave_none(connect):
    with raw_target(answer(500), answer(500, X_Request_Id="theirs")) as target:
        client = connect(target.url)
        ids = [check(client).request_id for _ in range(2)]

    assert str(uuid.UUID(ids[0])) == ids[0]
    assert ids[1] == "theirs"


def test_our_own_endpoint_passes(own, wire_log):
    result = check(own)

    assert result.ok
    assert result.request_id == own.last_request_id


def test_our_own_endpoint_refuses_a_wrong_token(app, server, connect):
    settings = app.extensions["envoy_console.config"]
    client = connect(settings.scim_url, settings, token="esim_wrong")

    result = check(client)

    assert result.error_code == f"{SCIM}CredentialValidationFailure"


def test_a_cycle_begins_against_our_own_endpoint(own):
    probe(own, user_attribute="userName", group_attribute="displayName", times=3)


@pytest.mark.parametrize(
    ("resource_type", "schema", "attribute", "other"),
    [
        ("Users", CORE_USER, "userName", "title"),
        ("Groups", CORE_GROUP, "displayName", "externalId"),
    ],
)
def test_our_own_endpoint_takes_an_object_from_its_creation_to_its_end(
    own, resource_type, schema, attribute, other
):
    name = 'O"Neil \\ Zoë'
    created = own.create(resource_type, {"schemas": [schema], attribute: name})
    identifier = created["id"]

    assert own.find(resource_type, attribute, name)[0]["id"] == identifier
    own.patch(resource_type, identifier, patch(replace(other, "new")))
    assert own.read(resource_type, identifier)[other] == "new"
    own.delete(resource_type, identifier)
    own.delete(resource_type, identifier)
    with pytest.raises(TargetError) as caught:
        own.read(resource_type, identifier)
    assert caught.value.code == INVALID_ANCHOR


def test_creating_a_user_twice_is_a_conflict(own):
    body = {"schemas": [CORE_USER], "userName": "ann@contoso.example"}
    own.create("Users", body)

    with pytest.raises(TargetError) as caught:
        own.create("Users", body)

    assert caught.value.code == "Conflict"
    assert '"uniqueness"' in caught.value.body
