"""Every kind of answer, read by the models of an independent SCIM library."""

import pytest
from scim2_models import (
    BulkResponse,
    Context,
    EnterpriseUser,
    Error,
    Group,
    ListResponse,
    ResourceType,
    Schema,
    ServiceProviderConfig,
    User,
)

from tests.messages import ENTERPRISE, bulk, bulk_change, bulk_user

EVERYTHING = {
    "name": {"givenName": "Ann", "familyName": "Lee", "formatted": "Ann Lee"},
    "displayName": "Ann Lee",
    "title": "Engineer",
    "active": True,
    "emails": [{"type": "work", "value": "ann@contoso.example", "primary": True}],
    "phoneNumbers": [{"type": "mobile", "value": "+351 912 345 678"}],
    "addresses": [{"type": "work", "country": "PT", "locality": "Lisbon"}],
    "photos": [{"type": "photo", "value": "https://contoso.example/ann.png"}],
    "preferredLanguage": "pt-PT",
    "timezone": "Europe/Lisbon",
}


@pytest.fixture
def ann(scim):
    boss = scim.create_user(displayName="The Boss")
    enterprise = {"department": "Roads", "manager": {"value": boss["id"]}}
    return scim.create_user(
        "ann@contoso.example", **EVERYTHING, **{ENTERPRISE: enterprise}
    )


def read(answer, model, context=Context.RESOURCE_QUERY_RESPONSE):
    return model.model_validate(answer.json(), scim_ctx=context)


def test_a_user_with_every_kind_of_attribute(scim, ann):
    user = read(scim.get(f"/Users/{ann['id']}"), User[EnterpriseUser])

    assert user.emails[0].value == "ann@contoso.example"
    assert user[EnterpriseUser].manager.display_name == "The Boss"
    assert user.meta.version == 'W/"1"'


def test_a_group_and_its_members(scim, ann):
    group = scim.create_group("Roads", members=[{"value": ann["id"]}])

    (member,) = read(scim.get(f"/Groups/{group['id']}"), Group).members

    assert str(member.ref).endswith(f"/Users/{ann['id']}")


@pytest.mark.parametrize(
    ("path", "model", "count"),
    [
        ("/Users", ListResponse[User[EnterpriseUser]], 2),
        ("/Groups", ListResponse[Group], 0),
        ("/Schemas", ListResponse[Schema], None),
        ("/ResourceTypes", ListResponse[ResourceType], 2),
    ],
)
def test_lists(scim, ann, path, model, count):
    found = read(scim.get(path), model)

    assert count in (found.total_results, None)


def test_what_the_service_can_do(scim):
    config = read(scim.get("/ServiceProviderConfig"), ServiceProviderConfig)

    assert config.patch.supported
    assert config.bulk.max_operations == 1_000


def test_what_became_of_bulk_operations(scim):
    operations = [bulk_user("ann"), bulk_change("DELETE", "/Users/nobody")]

    answer = scim.post("/Bulk", bulk(*operations))
    created, missing = read(answer, BulkResponse[User]).operations

    assert (created.method, created.bulk_id) == ("POST", "ann")
    assert (created.status, missing.status) == (201, 404)
    assert missing.response


@pytest.mark.parametrize(
    ("path", "status"),
    [("/Users/nobody", 404), ("/Nowhere", 404), ("/Users?filter=nonsense", 400)],
)
def test_refusals(scim, path, status):
    error = read(scim.get(path), Error)

    assert error.status == status
    assert error.detail
