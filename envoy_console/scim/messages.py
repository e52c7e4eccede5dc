"""The messages around resources: lists, errors, pages and sorting.

RFC 7644 §3.4.2 has pages by index, RFC 9865 those by cursor.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from envoy_console.scim.attribute_paths import AttributePath, parse_attribute_path
from envoy_console.scim.errors import (
    InvalidCountError,
    InvalidPathError,
    InvalidValueError,
    ScimError,
)
from envoy_console.scim.schemas import ResourceType

LIST_RESPONSE = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
SEARCH_REQUEST = "urn:ietf:params:scim:api:messages:2.0:SearchRequest"
BULK_REQUEST = "urn:ietf:params:scim:api:messages:2.0:BulkRequest"
BULK_RESPONSE = "urn:ietf:params:scim:api:messages:2.0:BulkResponse"
PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"

_NUMBER = re.compile(r"-?[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Page:
    """A slice of a result: `start_index` counts from 1, `offset` from 0."""

    start_index: int
    count: int

    @property
    def offset(self) -> int:
        return self.start_index - 1


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a sorted list: right behind the resource with this key and id.

    `total` is what was counted for the first page; `kind` tells the resource types
    of a mixed list apart.
    """

    id: str
    key: Any = None
    total: int = 0
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Walk:
    """The next resources after a position, or the first ones (RFC 9865)."""

    count: int
    after: Position | None = None


Window = Page | Walk


@dataclass(frozen=True, slots=True)
class Sort:
    path: AttributePath
    descending: bool = False


def list_response(
    resources: Sequence[dict[str, Any]],
    *,
    total: int,
    start_index: int,
    items_per_page: int,
) -> dict[str, Any]:
    return {
        "schemas": [LIST_RESPONSE],
        "totalResults": total,
        "startIndex": start_index,
        "itemsPerPage": items_per_page,
        "Resources": list(resources),
    }


def walk_response(
    resources: Sequence[dict[str, Any]],
    *,
    total: int,
    items_per_page: int,
    next_cursor: str | None,
) -> dict[str, Any]:
    """One page of a walk by cursor; the last page names no next one."""
    following = {"nextCursor": next_cursor} if next_cursor else {}
    return {
        "schemas": [LIST_RESPONSE],
        "totalResults": total,
        "itemsPerPage": items_per_page,
        **following,
        "Resources": list(resources),
    }


def error_body(error: ScimError) -> dict[str, Any]:
    body: dict[str, Any] = {"schemas": [ERROR], "status": str(error.status)}
    if error.scim_type:
        body["scimType"] = error.scim_type
    body["detail"] = error.detail
    return body


def parse_page(
    start_index: str | None, count: str | None, *, default: int, maximum: int
) -> Page:
    """The slice asked for; too small or too large a wish is brought within bounds."""
    first = _number("startIndex", start_index, default=1)
    wanted = _number("count", count, default=default)
    return Page(max(first, 1), min(max(wanted, 0), maximum))


def parse_walk(
    count: str | None, after: Position | None, *, default: int, maximum: int
) -> Walk:
    """The next page asked for; with a cursor, a count out of bounds is an error."""
    try:
        wanted = _number("count", count, default=default)
    except InvalidValueError as error:
        raise InvalidCountError(error.detail) from None
    if not 0 <= wanted <= maximum:
        raise InvalidCountError(
            f"With a cursor, count must be between 0 and {maximum}, not {wanted}."
        )
    return Walk(wanted, after)


def parse_sort(
    sort_by: str | None, sort_order: str | None, resource_type: ResourceType
) -> Sort | None:
    """The order asked for; a complex attribute is sorted by its `value`."""
    order = (sort_order or "ascending").lower()
    if order not in ("ascending", "descending"):
        raise InvalidValueError("sortOrder is either ascending or descending.")
    if not sort_by:
        return None
    return Sort(_sortable(sort_by, resource_type), order == "descending")


def _sortable(sort_by: str, resource_type: ResourceType) -> AttributePath:
    try:
        path = parse_attribute_path(sort_by, resource_type)
    except InvalidPathError as error:
        raise InvalidValueError(f"sortBy: {error.detail}") from None
    if path.leaf.is_complex:
        value = path.attribute.sub("value")
        path = AttributePath(path.schema_urn, path.attribute, value)
    if path.leaf.is_complex or path.leaf.is_secret:
        raise InvalidValueError(f"Resources cannot be sorted by “{path}”.")
    return path


def _number(name: str, text: str | None, *, default: int) -> int:
    if text is None or text == "":
        return default
    if not _NUMBER.fullmatch(text):
        raise InvalidValueError(f"{name} must be a whole number of at most 9 digits.")
    return int(text)
