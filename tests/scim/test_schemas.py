"""Schemas and resource types as they present themselves (RFC 7643 §6, §7)."""

import json

import pytest

from envoy_console.scim.schemas import (
    CORE_USER,
    ENTERPRISE,
    GROUP,
    RESOURCE_TYPES,
    SCHEMAS,
    USER,
    resource_type_to_json,
    schema_to_json,
)

BASE = "https://envoy.example/scim/v2"


def attributes(body):
    for attribute in body:
        yield attribute
        yield from attributes(attribute.get("subAttributes", []))


def attribute(schema, name):
    found = [a for a in schema_to_json(schema, BASE)["attributes"] if a["name"] == name]
    return found[0] if found else None


@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda schema: schema.name)
def test_every_attribute_states_all_its_characteristics(schema):
    body = schema_to_json(schema, BASE)

    assert body["id"] == schema.urn
    assert body["description"]
    assert body["meta"]["location"] == f"{BASE}/Schemas/{schema.urn}"
    for each in attributes(body["attributes"]):
        always = {"name", "type", "multiValued", "description", "required"}
        assert always | {"mutability", "returned", "uniqueness"} <= set(each)
        assert each["description"].endswith(".")
        assert ("subAttributes" in each) == (each["type"] == "complex")
        assert ("referenceTypes" in each) == (each["type"] == "reference")
        assert ("caseExact" in each) == (
            each["type"] in ("string", "reference", "binary")
        )
    assert "null" not in json.dumps(body)


def test_the_user_is_described_as_entra_expects():
    assert schema_to_json(USER.schema, BASE)["description"] == "User Account"


def test_the_password_is_not_listed():
    assert USER.schema.attribute("password") is not None
    assert attribute(USER.schema, "password") is None


def test_the_user_has_all_attributes_of_the_rfc():
    names = {a["name"] for a in schema_to_json(USER.schema, BASE)["attributes"]}

    assert names == {
        "userName",
        "name",
        "displayName",
        "nickName",
        "profileUrl",
        "title",
        "userType",
        "preferredLanguage",
        "locale",
        "timezone",
        "active",
        "emails",
        "phoneNumbers",
        "ims",
        "photos",
        "addresses",
        "groups",
        "entitlements",
        "roles",
        "x509Certificates",
    }


def test_names_that_identify_are_unique_and_required():
    for schema, name in ((USER.schema, "userName"), (GROUP.schema, "displayName")):
        stated = attribute(schema, name)
        assert (stated["required"], stated["uniqueness"]) == (True, "server")
        assert stated["caseExact"] is False


def test_a_resource_type_names_its_schemas():
    assert resource_type_to_json(USER, BASE) == {
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"],
        "id": "User",
        "name": "User",
        "description": "User Account",
        "endpoint": "/Users",
        "schema": CORE_USER,
        "schemaExtensions": [{"schema": ENTERPRISE, "required": False}],
        "meta": {
            "resourceType": "ResourceType",
            "location": f"{BASE}/ResourceTypes/User",
        },
    }


@pytest.mark.parametrize("resource_type", RESOURCE_TYPES, ids=lambda each: each.name)
def test_common_attributes_belong_to_every_resource(resource_type):
    for name in ("id", "externalId", "meta", "schemas"):
        assert resource_type.attribute(name.upper()).name == name


def test_names_ignore_case():
    assert USER.attribute("USERNAME").name == "userName"
    assert USER.attribute("name").sub("GIVENNAME").full_name == "name.givenName"
    assert USER.extension(ENTERPRISE.lower()).urn == ENTERPRISE
    assert USER.attribute("colour") is None
    assert GROUP.extension(ENTERPRISE) is None
