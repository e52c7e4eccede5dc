"""Schemas and resource types, and how they present themselves (RFC 7643 §6, §7)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from envoy_console.scim.attributes import (
    Attribute,
    Mutability,
    Names,
    Returned,
    Uniqueness,
)
from envoy_console.scim.schema_definitions import (
    COMMON_ATTRIBUTES,
    CORE_GROUP,
    CORE_USER,
    ENTERPRISE,
    ENTERPRISE_ATTRIBUTES,
    GROUP_ATTRIBUTES,
    USER_ATTRIBUTES,
)

__all__ = [
    "CORE_GROUP",
    "CORE_USER",
    "ENTERPRISE",
    "ENTERPRISE_USER",
    "GROUP",
    "RESOURCE_TYPES",
    "SCHEMAS",
    "USER",
    "Attribute",
    "Mutability",
    "ResourceType",
    "Returned",
    "Schema",
    "Uniqueness",
    "resource_type_to_json",
    "schema_to_json",
]

_SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:Schema"
_RESOURCE_TYPE = "urn:ietf:params:scim:schemas:core:2.0:ResourceType"


@dataclass(frozen=True, slots=True, eq=False)
class Schema:
    urn: str
    name: str
    description: str
    attributes: tuple[Attribute, ...]
    # the attribute of a name, whatever its case, or None
    attribute: Callable[[str], Attribute | None] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "attribute", Names(self.attributes).__getitem__)


@dataclass(frozen=True, slots=True, eq=False)
class ResourceType:
    name: str
    endpoint: str
    description: str
    schema: Schema
    extensions: tuple[Schema, ...] = ()
    required: tuple[Attribute, ...] = field(init=False, repr=False)
    # the core or common attribute of a name, whatever its case, or None
    attribute: Callable[[str], Attribute | None] = field(init=False, repr=False)
    _by_urn: dict[str, Schema] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        settle = object.__setattr__
        settle(self, "required", tuple(a for a in self.schema.attributes if a.required))
        names = Names((*COMMON_ATTRIBUTES, *self.schema.attributes))
        settle(self, "attribute", names.__getitem__)
        settle(self, "_by_urn", {e.urn.lower(): e for e in self.extensions})

    def extension(self, urn: str) -> Schema | None:
        return self._by_urn.get(urn.lower())


USER_SCHEMA = Schema(CORE_USER, "User", "User Account", USER_ATTRIBUTES)
GROUP_SCHEMA = Schema(CORE_GROUP, "Group", "Group", GROUP_ATTRIBUTES)
ENTERPRISE_USER = Schema(
    ENTERPRISE, "EnterpriseUser", "Enterprise User", ENTERPRISE_ATTRIBUTES
)
SCHEMAS = (USER_SCHEMA, GROUP_SCHEMA, ENTERPRISE_USER)

USER = ResourceType("User", "/Users", "User Account", USER_SCHEMA, (ENTERPRISE_USER,))
GROUP = ResourceType("Group", "/Groups", "Group", GROUP_SCHEMA)
RESOURCE_TYPES = (USER, GROUP)


def schema_to_json(schema: Schema, base_url: str) -> dict[str, Any]:
    return {
        "schemas": [_SCHEMA],
        "id": schema.urn,
        "name": schema.name,
        "description": schema.description,
        "attributes": [
            dict(_characteristics(attribute))
            for attribute in schema.attributes
            if not attribute.is_secret
        ],
        "meta": {
            "resourceType": "Schema",
            "location": f"{base_url}/Schemas/{schema.urn}",
        },
    }


def resource_type_to_json(resource_type: ResourceType, base_url: str) -> dict[str, Any]:
    return {
        "schemas": [_RESOURCE_TYPE],
        "id": resource_type.name,
        "name": resource_type.name,
        "description": resource_type.description,
        "endpoint": resource_type.endpoint,
        "schema": resource_type.schema.urn,
        "schemaExtensions": [
            {"schema": extension.urn, "required": False}
            for extension in resource_type.extensions
        ],
        "meta": {
            "resourceType": "ResourceType",
            "location": f"{base_url}/ResourceTypes/{resource_type.name}",
        },
    }


def _characteristics(attribute: Attribute) -> Iterator[tuple[str, Any]]:
    """Everything RFC 7643 §7 asks for, leaving out what does not apply."""
    yield "name", attribute.name
    yield "type", attribute.type
    yield "multiValued", attribute.multi_valued
    yield "description", attribute.description
    yield "required", attribute.required
    if attribute.canonical_values:
        yield "canonicalValues", list(attribute.canonical_values)
    if attribute.type in ("string", "reference", "binary"):
        yield "caseExact", attribute.case_exact
    yield "mutability", attribute.mutability.value
    yield "returned", attribute.returned.value
    yield "uniqueness", attribute.uniqueness.value
    if attribute.reference_types:
        yield "referenceTypes", list(attribute.reference_types)
    if attribute.sub_attributes:
        yield (
            "subAttributes",
            [dict(_characteristics(sub)) for sub in attribute.sub_attributes],
        )
