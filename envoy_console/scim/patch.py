"""Applying a PATCH message to a resource (RFC 7644 §3.5.2).

The operations are applied in order to a copy; if one fails, nothing has happened.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from envoy_console.scim.changes import change, check_remove_by_value
from envoy_console.scim.dialects import Dialect
from envoy_console.scim.errors import (
    InvalidSyntaxError,
    InvalidValueError,
    NoTargetError,
)
from envoy_console.scim.keys import (
    Target,
    find_target,
    targets_of_extension,
    targets_of_object,
)
from envoy_console.scim.links import LinkOperation, Verb, join, link_operation
from envoy_console.scim.messages import PATCH_OP
from envoy_console.scim.paths import ExtensionPath
from envoy_console.scim.resources import check_schemas
from envoy_console.scim.schemas import ResourceType

__all__ = ["LinkOperation", "Outcome", "apply"]

MAX_OPERATIONS = 1_000

_VERBS: dict[str, Verb] = {"add": "add", "remove": "remove", "replace": "replace"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """The changed document, and what is to be done about its links."""

    document: dict[str, Any]
    links: list[LinkOperation]


@dataclass(frozen=True, slots=True)
class Operation:
    op: Verb
    path: str | None
    value: Any


def apply(
    document: dict[str, Any],
    message: dict[str, Any],
    resource_type: ResourceType,
    dialect: Dialect,
    *,
    linked: frozenset[str] = frozenset(),
) -> Outcome:
    """Apply all operations of a message, or raise the first error."""
    working = {k: dict(v) if isinstance(v, dict) else v for k, v in document.items()}
    links: list[LinkOperation] = []
    for operation in read_operations(message, dialect):
        for path, value in _targets(operation, resource_type, dialect):
            if path.attribute_path.attribute.name not in linked:
                change(working, operation.op, path, value, dialect)
                continue
            link = link_operation(operation.op, path, value, dialect)
            if link is not None:
                join(links, link)
    return Outcome(working, links)


def read_operations(message: dict[str, Any], dialect: Dialect) -> list[Operation]:
    """The operations of a PatchOp message, each checked for its shape."""
    parts = {name.lower(): part for name, part in message.items()}
    check_schemas(parts.get("schemas"), PATCH_OP, set(), dialect)
    operations = parts.get("operations")
    if not isinstance(operations, list) or not operations:
        raise InvalidSyntaxError("Operations must be a list of at least one operation.")
    if len(operations) > MAX_OPERATIONS:
        raise InvalidSyntaxError(
            f"A PATCH may have at most {MAX_OPERATIONS} operations."
        )
    return [_read_operation(operation, dialect) for operation in operations]


def _read_operation(operation: Any, dialect: Dialect) -> Operation:
    if not isinstance(operation, dict):
        raise InvalidSyntaxError("Each of the Operations must be an object.")
    parts = {name.lower(): part for name, part in operation.items()}
    op = _read_op(parts.get("op"), dialect)
    path = parts.get("path")
    if path is not None and not isinstance(path, str):
        raise InvalidSyntaxError("The path of an operation must be text.")
    if op != "remove" and "value" not in parts:
        raise InvalidValueError(f"The operation “{op}” needs a value.")
    return Operation(op, path, parts.get("value"))


def _read_op(op: Any, dialect: Dialect) -> Verb:
    if isinstance(op, str):
        if op in _VERBS:
            return _VERBS[op]
        if op.lower() in _VERBS and dialect.allows("capitalised_ops"):
            return _VERBS[op.lower()]
    raise InvalidSyntaxError("The op of an operation is one of add, remove, replace.")


def _targets(
    operation: Operation, resource_type: ResourceType, dialect: Dialect
) -> Iterator[Target]:
    """What an operation is about, one attribute at a time, with the value for each."""
    value = operation.value
    if operation.path is None:
        if operation.op == "remove":
            raise NoTargetError(
                "A remove operation must say in its path what to remove."
            )
        if not isinstance(value, dict):
            raise InvalidValueError("Without a path, the value must be an object.")
        yield from targets_of_object(value, resource_type, dialect)
        return
    target = find_target(operation.path, resource_type, dialect)
    if isinstance(target, ExtensionPath):
        if operation.op == "remove" and value is not None:
            check_remove_by_value(dialect)
            value = None
        yield from targets_of_extension(target.extension, value, dialect)
    elif target is not None:
        yield target, value
