"""The checks of scim2-tester as a table: what each is called here, where the RFC asks for
it, what it expects, and where it looks.
"""

from __future__ import annotations

DISCOVERY = frozenset({"discovery", "misc"})

WORDS = {
    "crud:create": "creating",
    "crud:read": "reading",
    "crud:read:attributes": "choosing attributes",
    "crud:update": "replacing",
    "crud:delete": "deleting",
    "patch:add": "adding attributes",
    "patch:remove": "removing attributes",
    "patch:replace": "changing attributes",
}

# scim2-tester's name of a check: our title, where it is asked, and what is expected
CHECKS = {
    "service_provider_config_endpoint": (
        "ServiceProviderConfig",
        "RFC 7644 §4",
        "GET /ServiceProviderConfig answers with a valid ServiceProviderConfig.",
    ),
    "service_provider_config_endpoint_methods": (
        "ServiceProviderConfig is read-only",
        "RFC 7644 §4",
        "POST, PUT, PATCH and DELETE are answered with 405.",
    ),
    "query_all_resource_types": (
        "ResourceTypes",
        "RFC 7644 §4",
        "GET /ResourceTypes answers with a list of valid resource types.",
    ),
    "query_resource_type_by_id": (
        "One resource type",
        "RFC 7644 §4",
        "GET /ResourceTypes/<id> answers with that one.",
    ),
    "access_invalid_resource_type": (
        "A resource type that is not there",
        "RFC 7644 §4",
        "404 with a SCIM error.",
    ),
    "resource_types_endpoint_methods": (
        "ResourceTypes is read-only",
        "RFC 7644 §4",
        "POST, PUT, PATCH and DELETE are answered with 405.",
    ),
    "resource_types_schema_validation": (
        "The schemas of the resource types",
        "RFC 7643 §6",
        "Every schema that a resource type names is found under /Schemas.",
    ),
    "query_all_schemas": (
        "Schemas",
        "RFC 7644 §4",
        "GET /Schemas answers with a list of valid schemas.",
    ),
    "access_schema_by_id": (
        "One schema",
        "RFC 7644 §4",
        "GET /Schemas/<id> answers with that one.",
    ),
    "access_invalid_schema": (
        "A schema that is not there",
        "RFC 7644 §4",
        "404 with a SCIM error.",
    ),
    "schemas_endpoint_methods": (
        "Schemas is read-only",
        "RFC 7644 §4",
        "POST, PUT, PATCH and DELETE are answered with 405.",
    ),
    "core_schemas_validation": (
        "The core schemas",
        "RFC 7643 §8.7",
        "The core schemas are as the RFC defines them.",
    ),
    "service_description": (
        "What discovery says fits together",
        "RFC 7643 §6",
        "Resource types and schemas describe resources that a client can build.",
    ),
    "random_url": (
        "An address that is not there",
        "RFC 7644 §3.12",
        "404 with a SCIM error.",
    ),
    "object_creation": (
        "Creating",
        "RFC 7644 §3.3",
        "POST answers 201 with a valid resource.",
    ),
    "object_query": (
        "Reading one",
        "RFC 7644 §3.4.1",
        "GET answers 200 with the resource that was made.",
    ),
    "object_query_without_id": (
        "Reading all",
        "RFC 7644 §3.4.2",
        "GET without an id answers with a ListResponse that holds it.",
    ),
    "object_query_with_attributes": (
        "Choosing attributes of one",
        "RFC 7644 §3.9",
        "attributes and excludedAttributes are honoured.",
    ),
    "object_list_with_attributes": (
        "Choosing attributes of all",
        "RFC 7644 §3.9",
        "attributes and excludedAttributes are honoured in lists.",
    ),
    "search_with_attributes": (
        "Searching by POST",
        "RFC 7644 §3.4.3",
        "POST /.search answers with a ListResponse and honours attributes.",
    ),
    "object_replacement": (
        "Replacing by PUT",
        "RFC 7644 §3.5.1",
        "PUT answers 200 with the new resource.",
    ),
    "object_deletion": (
        "Deleting",
        "RFC 7644 §3.6",
        "DELETE answers 204, and GET 404 afterwards.",
    ),
    "check_add_attribute": (
        "PATCH: add every attribute",
        "RFC 7644 §3.5.2.1",
        "Every attribute that clients may write can be added.",
    ),
    "check_remove_attribute": (
        "PATCH: remove every attribute",
        "RFC 7644 §3.5.2.2",
        "Every attribute that is not required can be removed.",
    ),
    "check_replace_attribute": (
        "PATCH: replace every attribute",
        "RFC 7644 §3.5.2.3",
        "Every attribute that clients may write can be replaced.",
    ),
}

SERVICE, TYPES, SCHEMAS = DISCOVERED = (
    "/ServiceProviderConfig",
    "/ResourceTypes",
    "/Schemas",
)

# where the checks of discovery look
PLACES = {
    "service_provider_config_endpoint": SERVICE,
    "service_provider_config_endpoint_methods": SERVICE,
    "query_all_resource_types": TYPES,
    "query_resource_type_by_id": TYPES,
    "access_invalid_resource_type": TYPES,
    "resource_types_endpoint_methods": TYPES,
    "resource_types_schema_validation": SCHEMAS,
    "query_all_schemas": SCHEMAS,
    "access_schema_by_id": SCHEMAS,
    "access_invalid_schema": SCHEMAS,
    "schemas_endpoint_methods": SCHEMAS,
    "core_schemas_validation": SCHEMAS,
    "service_description": SCHEMAS,
}
