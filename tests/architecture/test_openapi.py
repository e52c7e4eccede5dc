"""docs/openapi.yaml describes the endpoint that is served: no more and no less."""

import re
from pathlib import Path

import pytest
import schemathesis

from envoy_console.scim.schemas import ENTERPRISE_USER, GROUP, USER
from envoy_console.scim_api.blueprint import PREFIX

DOCUMENT = Path(__file__).parents[2] / "docs" / "openapi.yaml"
IMPLIED = {"HEAD", "OPTIONS"}  # Flask answers these itself

WRITTEN_AS = {
    "reference": "string",
    "binary": "string",
    "dateTime": "string",
    "complex": "object",
}


@pytest.fixture(scope="module")
def document():
    return schemathesis.openapi.from_path(DOCUMENT)


@pytest.fixture(scope="module")
def schemas(document):
    return document.raw_schema["components"]["schemas"]


def routes(app):
    """(method, path) of everything that is served below the Tenant URL."""
    return {
        (method, templated(rule.rule.removeprefix(PREFIX)))
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(PREFIX)
        for method in rule.methods - IMPLIED
    }


def templated(rule):
    """A route as OpenAPI writes it."""
    return re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule) or "/"


def described(attributes):
    """Attributes as a schema of properties has them: name -> type, sub-attributes."""
    return {
        attribute.name: (
            WRITTEN_AS.get(attribute.type, attribute.type),
            attribute.multi_valued,
            described(attribute.sub_attributes),
        )
        for attribute in attributes
        if not attribute.is_secret
    }


def properties(schema, schemas):
    """The same, read from the document."""
    return {
        name: _property(resolved(part, schemas), schemas)
        for name, part in schema.get("properties", {}).items()
        if not name.startswith("urn:")
    }


def _property(part, schemas):
    is_list = part["type"] == "array"
    element = resolved(part["items"], schemas) if is_list else part
    return element["type"], is_list, properties(element, schemas)


def resolved(schema, schemas):
    """The schema that is meant where a reference stands."""
    if "$ref" not in schema:
        return schema
    return schemas[schema["$ref"].removeprefix("#/components/schemas/")]


def test_the_document_is_valid_openapi(document):
    document.validate()

    assert document.raw_schema["openapi"].startswith("3.1.")


def test_every_route_is_documented_and_every_documented_route_exists(app, document):
    documented = {
        (method.upper(), path)
        for path, item in document.raw_schema["paths"].items()
        for method in item
        if method in {"get", "post", "put", "patch", "delete"}
    }

    assert documented == routes(app)


def test_every_operation_says_what_may_go_wrong(document):
    for result in document.get_all_operations():
        statuses = set(result.ok().definition.raw["responses"])
        assert statuses >= {"401", "403", "429", "503"}, result.ok().label


@pytest.mark.parametrize(
    ("names", "resource_type"),
    [
        (("UserAttributes",), USER),
        (("GroupAttributes", "Group"), GROUP),
    ],
)
def test_resources_have_the_attributes_of_their_schemas(schemas, names, resource_type):
    common = [
        resource_type.attribute(n) for n in ("schemas", "id", "externalId", "meta")
    ]
    documented = {
        k: v for n in names for k, v in properties(schemas[n], schemas).items()
    }

    assert documented == described([*common, *resource_type.schema.attributes])


def test_the_extension_has_the_attributes_of_its_schema(schemas):
    documented = properties(schemas["EnterpriseUser"], schemas)

    assert documented == described(ENTERPRISE_USER.attributes)
    assert ENTERPRISE_USER.urn in schemas["UserAttributes"]["properties"]
