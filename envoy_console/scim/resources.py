"""Reading a resource from a POST or PUT body (RFC 7644 §3.3 and §3.5.1).

The result is the canonical document: names spelt as in the schema, values of
the right type, and nothing that only the service provider may set. Extension
attributes are under the URN of their extension; `id`, `schemas` and `meta` are not
part of it.
"""

from typing import Any

from envoy_console.scim.changes import change
from envoy_console.scim.dialects import Dialect
from envoy_console.scim.errors import (
    InvalidPathError,
    InvalidSyntaxError,
    InvalidValueError,
)
from envoy_console.scim.keys import find_key
from envoy_console.scim.paths import ExtensionPath
from envoy_console.scim.schemas import (
    RESOURCE_TYPES,
    Attribute,
    ResourceType,
    Schema,
)
from envoy_console.scim.selection import Selection, parse_selection, select
from envoy_console.scim.values import read

__all__ = [
    "Selection",
    "check_required",
    "check_schemas",
    "parse_selection",
    "read_resource",
    "schemas_of",
    "select",
]


def read_resource(
    body: dict[str, Any], resource_type: ResourceType, dialect: Dialect
) -> dict[str, Any]:
    """The canonical document of a request body."""
    _check_schemas_of(body, resource_type, dialect)
    document: dict[str, Any] = {}
    for name, value in body.items():
        attribute = resource_type.attribute(name)
        if attribute is not None:
            _assign(document, attribute, value, dialect)
        else:
            _read_key(document, name, value, resource_type, dialect)
    check_required(document, resource_type)
    return document


def schemas_of(document: dict[str, Any], resource_type: ResourceType) -> list[str]:
    """The schemas that a document makes use of."""
    used = [e.urn for e in resource_type.extensions if document.get(e.urn)]
    return [resource_type.schema.urn, *used]


def check_required(document: dict[str, Any], resource_type: ResourceType) -> None:
    for attribute in resource_type.required:
        if not document.get(attribute.name):
            raise InvalidValueError(
                f"{attribute.name} is required and must not be empty."
            )


def check_schemas(
    claimed: Any, expected: str, known: set[str], dialect: Dialect
) -> None:
    """Whether a message claims the schema that it must, and no unknown ones."""
    if claimed is None:
        claimed = []
    if not isinstance(claimed, list) or not all(isinstance(u, str) for u in claimed):
        raise InvalidSyntaxError("schemas must be a list of URIs.")
    urns = {urn.lower() for urn in claimed}
    if expected.lower() not in urns and not dialect.allows("missing_schemas"):
        raise InvalidSyntaxError(f"schemas must contain “{expected}”.")
    unknown = urns - {expected.lower()} - known
    if unknown and not dialect.allows("extra_schema_uris"):
        raise InvalidSyntaxError(
            f"schemas contains “{min(unknown)[:128]}”, which is not a schema "
            "of this kind of message."
        )


def _check_schemas_of(
    body: dict[str, Any], resource_type: ResourceType, dialect: Dialect
) -> None:
    claimed = body.get("schemas")
    if claimed is None:
        claimed = next((v for k, v in body.items() if k.lower() == "schemas"), None)
    known = {extension.urn.lower() for extension in resource_type.extensions}
    _refuse_other_types(claimed, resource_type)
    check_schemas(claimed, resource_type.schema.urn, known, dialect)


def _refuse_other_types(claimed: Any, resource_type: ResourceType) -> None:
    """A group is no user, whatever else is forgiven."""
    mine = resource_type.schema.urn
    if not isinstance(claimed, list) or mine in claimed:
        return
    for other in RESOURCE_TYPES:
        if other is not resource_type and other.schema.urn in claimed:
            raise InvalidSyntaxError(
                f"This is a {other.name}, by its schemas; a {resource_type.name} "
                f"claims “{mine}”."
            )


def _assign(
    holder: dict[str, Any], attribute: Attribute, value: Any, dialect: Dialect
) -> None:
    if attribute.is_read_only or attribute.is_secret:
        return
    value = read(attribute, value, dialect)
    if value is not None:
        holder[attribute.name] = value


def _read_extension(
    document: dict[str, Any], extension: Schema, value: Any, dialect: Dialect
) -> None:
    if value is None:
        return
    if not isinstance(value, dict):
        raise InvalidValueError(f"{extension.urn} must be an object.")
    holder = document.get(extension.urn, {})
    for name, part in value.items():
        attribute = extension.attribute(name)
        if attribute is None:
            dialect.pass_over(f"{extension.urn}:{name}")
        else:
            _assign(holder, attribute, part, dialect)
    if holder:
        document[extension.urn] = holder


def _read_key(
    document: dict[str, Any],
    key: str,
    value: Any,
    resource_type: ResourceType,
    dialect: Dialect,
) -> None:
    """A key that names no core attribute: an extension, a path, or nothing known."""
    try:
        target = find_key(key, resource_type, dialect)
    except InvalidPathError as error:
        raise InvalidSyntaxError(error.detail) from None
    if isinstance(target, ExtensionPath):
        _read_extension(document, target.extension, value, dialect)
    elif target is not None and not target.attribute_path.is_read_only:
        change(document, "add", target, value, dialect)
