"""What a list request asks for: in a URL (RFC 7644 §3.4.2) or in a body (§3.4.3).

Both become the same texts, so that everything behind this is written once. A body is
read strictly whatever the dialect: Entra sends none, so there is nothing to forgive.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from envoy_console.scim.dialects import Dialect
from envoy_console.scim.errors import InvalidSyntaxError, InvalidValueError
from envoy_console.scim.messages import SEARCH_REQUEST
from envoy_console.scim.resources import check_schemas


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """The parameters as texts; lists of attributes are separated by commas."""

    attributes: str | None = None
    excluded_attributes: str | None = None
    filter: str | None = None
    sort_by: str | None = None
    sort_order: str | None = None
    start_index: str | None = None
    count: str | None = None
    cursor: str | None = None


def from_query(args: Mapping[str, str]) -> SearchRequest:
    """Read the query of a URL; parameters that are not ours are not read."""
    return SearchRequest(
        **{field: args.get(name) for name, (field, _) in _PARAMETERS.items()}
    )


def from_body(body: dict[str, Any]) -> SearchRequest:
    """Read a SearchRequest message."""
    asked: dict[str, str] = {}
    claimed = None
    for key, value in body.items():
        if key.lower() == "schemas":
            claimed = value
        elif value is not None:
            field, text = _parameter(key, value)
            asked[field] = text
    check_schemas(claimed, SEARCH_REQUEST, set(), Dialect(strict=True))
    return SearchRequest(**asked)


def _parameter(key: str, value: Any) -> tuple[str, str]:
    for name, (field, read) in _PARAMETERS.items():
        if name.lower() == key.lower():
            return field, read(name, value)
    raise InvalidSyntaxError(f"A SearchRequest has no attribute “{key[:128]}”.")


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise InvalidValueError(f"{name} must be text.")
    return value


def _whole_number(name: str, value: Any) -> str:
    if not isinstance(value, int) or isinstance(value, bool):
        raise InvalidValueError(f"{name} must be a whole number.")
    return str(value)


def _names(name: str, value: Any) -> str:
    if not isinstance(value, list) or not all(isinstance(n, str) for n in value):
        raise InvalidValueError(f"{name} must be a list of names of attributes.")
    return ",".join(value)


_PARAMETERS: dict[str, tuple[str, Callable[[str, Any], str]]] = {
    "attributes": ("attributes", _names),
    "excludedAttributes": ("excluded_attributes", _names),
    "filter": ("filter", _text),
    "sortBy": ("sort_by", _text),
    "sortOrder": ("sort_order", _text),
    "startIndex": ("start_index", _whole_number),
    "count": ("count", _whole_number),
    "cursor": ("cursor", _text),
}
