"""What the endpoint says of itself (RFC 7644 §4), and that it is true."""

import pytest

from tests.messages import CORE_GROUP, CORE_USER, ENTERPRISE


def test_it_announces_what_it_serves(scim):
    said = scim.get("/ServiceProviderConfig").json()

    assert said["patch"]["supported"]
    assert said["sort"]["supported"]
    assert said["etag"]["supported"]
    assert said["filter"] == {"supported": True, "maxResults": 200}
    assert said["authenticationSchemes"][0]["type"] == "oauthbearertoken"


def test_the_announced_page_limit_is_the_one_enforced(scim, app, company):
    most = scim.get("/ServiceProviderConfig").json()["filter"]["maxResults"]

    assert scim.get(f"/Users?count={most + 1}").json()["itemsPerPage"] <= most


def test_the_old_address_of_the_configuration_still_answers(scim):
    old = scim.get("/serviceConfiguration")

    assert old.json() == scim.get("/ServiceProviderConfig").json()


def test_both_resource_types_are_described(scim):
    listed = scim.get("/ResourceTypes").json()["Resources"]

    assert {kind["name"]: kind["endpoint"] for kind in listed} == {
        "User": "/Users",
        "Group": "/Groups",
    }
    for kind in listed:
        assert scim.get(f"/ResourceTypes/{kind['id']}").json() == kind


def test_every_schema_is_listed_and_found_by_its_urn_in_any_case(scim):
    listed = scim.get("/Schemas").json()["Resources"]

    assert {schema["id"] for schema in listed} == {CORE_USER, CORE_GROUP, ENTERPRISE}
    for schema in listed:
        assert scim.get(f"/Schemas/{schema['id'].lower()}").json() == schema


def test_no_schema_holds_a_null_or_names_the_password(scim):
    text = scim.get("/Schemas").text

    assert "null" not in text
    assert '"password"' not in text


@pytest.mark.parametrize(
    "address", ["/Schemas", "/ResourceTypes", "/ServiceProviderConfig"]
)
def test_what_describes_the_endpoint_cannot_be_filtered(scim, address):
    answer = scim.get(f'{address}?filter=id eq "x"')

    assert answer.status_code == 403
    assert "filter" in answer.json()["detail"]
