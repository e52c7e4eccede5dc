"""Changing one attribute of a document: the verbs of RFC 7644 §3.5.2.

Values are replaced, never changed in place, so that the document the caller holds
stays as it was.
"""

from typing import Any

from envoy_console.scim.attributes import Attribute, Mutability
from envoy_console.scim.dialects import Dialect
from envoy_console.scim.elements import change_elements
from envoy_console.scim.errors import (
    InvalidSyntaxError,
    InvalidValueError,
    MutabilityError,
)
from envoy_console.scim.paths import AttributePath, Path
from envoy_console.scim.values import merged, read_one, read_parts


def change(
    document: dict[str, Any], op: str, path: Path, value: Any, dialect: Dialect
) -> None:
    """Apply one operation to a document whose first two levels may be written to."""
    target = path.attribute_path
    check_mutable(target)
    if target.leaf.is_secret:
        return
    if op == "remove" and value is not None:
        check_remove_by_value(dialect)
    holder = document
    if target.schema_urn is not None:
        holder = document.get(target.schema_urn, {})
    attribute = target.attribute
    result = _changed(holder.get(attribute.name), op, path, value, dialect)
    if result is not None:
        holder[attribute.name] = result
    elif attribute.required:
        raise _required(attribute, op)
    else:
        holder.pop(attribute.name, None)
    if target.schema_urn is not None:
        _keep_extension(document, target.schema_urn, holder)


def _keep_extension(
    document: dict[str, Any], urn: str, extension: dict[str, Any]
) -> None:
    """An extension without any value is not part of the document."""
    if extension:
        document[urn] = extension
    else:
        document.pop(urn, None)


def check_mutable(target: AttributePath) -> None:
    """Only the service provider sets readOnly attributes; nobody changes immutable ones."""
    if target.is_read_only:
        raise MutabilityError(f"“{target}” is read-only; only Envoy sets it.")
    if target.leaf.mutability is Mutability.IMMUTABLE:
        raise MutabilityError(
            f"“{target}” cannot be changed; remove the value and add another."
        )


def check_remove_by_value(dialect: Dialect) -> None:
    """Taken by the letter, `Remove members` with a list would empty the group."""
    if not dialect.allows("remove_by_value"):
        raise InvalidSyntaxError(
            "A remove operation takes no value; say in its path what to remove, "
            'like “members[value eq "…"]”.'
        )


def _changed(current: Any, op: str, path: Path, value: Any, dialect: Dialect) -> Any:
    attribute = path.attribute_path.attribute
    sub_attribute = path.attribute_path.sub_attribute
    if attribute.multi_valued:
        return change_elements(current or [], op, path, value, dialect)
    if sub_attribute is not None:
        part = None if op == "remove" else read_one(sub_attribute, value, dialect)
        return merged(current or {}, [(sub_attribute, part)])
    if op == "remove":
        return None
    if isinstance(value, dict) and attribute.is_complex:
        return merged(current or {}, read_parts(attribute, value, dialect))
    new = read_one(attribute, value, dialect)
    if new is None and attribute.type == "boolean":
        return _kept(attribute, current, dialect)
    return new


def _kept(attribute: Attribute, current: Any, dialect: Dialect) -> Any:
    """Emptiness must not let anybody back in who was shut out."""
    if dialect.allows("empty_boolean_kept"):
        return current
    raise InvalidValueError(f"{attribute.full_name} must be true or false.")


def _required(attribute: Attribute, op: str) -> MutabilityError | InvalidValueError:
    if op == "remove":
        return MutabilityError(f"{attribute.name} is required and cannot be removed.")
    return InvalidValueError(f"{attribute.name} is required and must not be empty.")
