"""Bulk messages: many operations in one request (RFC 7644 §3.7).

A message that is no BulkRequest is refused whole. What its operations ask for is
judged one by one, when they are carried out.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from envoy_console.scim.bulk_references import references
from envoy_console.scim.dialects import Dialect
from envoy_console.scim.errors import (
    InvalidSyntaxError,
    InvalidValueError,
    PayloadTooLargeError,
    ScimError,
)
from envoy_console.scim.messages import BULK_REQUEST, BULK_RESPONSE, error_body
from envoy_console.scim.resources import check_schemas

METHODS = ("POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True, slots=True, eq=False)
class Operation:
    """One operation as it was sent; `bulk_id` is empty where it has none.

    `refers_to` holds the bulkIds that its path and data mention.
    """

    number: int
    method: str
    path: str
    bulk_id: str
    version: str | None
    data: dict[str, Any]
    refers_to: frozenset[str]


@dataclass(frozen=True, slots=True)
class BulkRequest:
    operations: tuple[Operation, ...]
    fail_on_errors: int | None


@dataclass(frozen=True, slots=True)
class Result:
    """What became of an operation; `location` is unknown where a POST failed."""

    operation: Operation
    status: int
    location: str | None = None
    version: str | None = None
    error: ScimError | None = None


def read_request(
    message: dict[str, Any], dialect: Dialect, *, max_operations: int
) -> BulkRequest:
    """The operations of a BulkRequest message, each checked for its shape."""
    parts = {name.lower(): part for name, part in message.items()}
    check_schemas(parts.get("schemas"), BULK_REQUEST, set(), dialect)
    given = parts.get("operations")
    if not isinstance(given, list) or not given:
        raise InvalidSyntaxError("Operations must be a list of at least one operation.")
    if len(given) > max_operations:
        raise PayloadTooLargeError(
            f"A bulk request may have at most {max_operations:,} Operations "
            f"(maxOperations), not {len(given):,}."
        )
    operations = tuple(_read(number, one) for number, one in enumerate(given))
    _check_distinct(operations)
    return BulkRequest(operations, _read_fail_on_errors(parts.get("failonerrors")))


def response(results: Collection[Result]) -> dict[str, Any]:
    """The BulkResponse message, its results in the order of the request."""
    in_order = sorted(results, key=lambda result: result.operation.number)
    return {
        "schemas": [BULK_RESPONSE],
        "Operations": [_as_json(result) for result in in_order],
    }


def _read(number: int, given: Any) -> Operation:
    name = f"Operations[{number}]"
    if not isinstance(given, dict):
        raise InvalidSyntaxError(f"{name} must be an object.")
    parts = {key.lower(): part for key, part in given.items()}
    method = _read_method(name, parts)
    path = _text(name, "path", parts)
    if path is None:
        raise InvalidSyntaxError(f"{name}.path is required, like “/Users”.")
    bulk_id = _text(name, "bulkId", parts) or ""
    if method == "POST" and not bulk_id:
        raise InvalidSyntaxError(f"{name}.bulkId is required where the method is POST.")
    data = _read_data(name, method, parts)
    return Operation(
        number, method, path, bulk_id, _text(name, "version", parts), data,
        references([path, data]),
    )  # fmt: skip


def _read_method(name: str, parts: dict[str, Any]) -> str:
    method = _text(name, "method", parts)
    if method is None or method.upper() not in METHODS:
        raise InvalidSyntaxError(f"{name}.method is one of {', '.join(METHODS)}.")
    return method.upper()


def _read_data(name: str, method: str, parts: dict[str, Any]) -> dict[str, Any]:
    data = parts.get("data")
    if method == "DELETE":
        return {}
    if not isinstance(data, dict):
        raise InvalidSyntaxError(
            f"{name}.data must be an object where the method is {method}."
        )
    return data


def _text(name: str, part: str, parts: dict[str, Any]) -> str | None:
    value = parts.get(part.lower())
    if value is not None and not isinstance(value, str):
        raise InvalidSyntaxError(f"{name}.{part} must be text.")
    return value


def _check_distinct(operations: Sequence[Operation]) -> None:
    seen: dict[str, int] = {}
    for operation in operations:
        if not operation.bulk_id:
            continue
        first = seen.setdefault(operation.bulk_id, operation.number)
        if first != operation.number:
            raise InvalidSyntaxError(
                f"Operations[{operation.number}].bulkId “{operation.bulk_id[:64]}” "
                f"is that of Operations[{first}]; each must be unique."
            )


def _read_fail_on_errors(value: Any) -> int | None:
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise InvalidValueError("failOnErrors must be a whole number of at least 1.")
    return value


def _as_json(result: Result) -> dict[str, Any]:
    """One of the Operations of a BulkResponse, without what is not known."""
    operation, error = result.operation, result.error
    parts = {
        "location": result.location,
        "method": operation.method,
        "bulkId": operation.bulk_id or None,
        "version": result.version,
        "status": str(result.status),
        "response": error and error_body(error),
    }
    return {name: part for name, part in parts.items() if part is not None}
