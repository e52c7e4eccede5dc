"""Reading what a target answers, with no trust in it.

An answer becomes a document only if it is JSON that a database can keep, and a list of
resources only if it is a SCIM ListResponse: whatever else comes back from a query must
never be taken for “nobody was found”.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from typing import Any

LIST_RESPONSE = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
SUSPICIOUS_ESCAPE = re.compile(r"\\u(0000|d[89a-f])", re.IGNORECASE)
UNKEEPABLE = re.compile("[\x00\ud800-\udfff]")


class UnreadableError(Exception):
    """An answer is not what SCIM asks for; the text says what is wrong with it."""


def resources(body: bytes) -> list[dict[str, Any]]:
    """Return the resources in a ListResponse."""
    document = _document(body)
    if LIST_RESPONSE not in _list(document, "schemas"):
        raise UnreadableError(
            f"A query must be answered by a ListResponse, whose schemas are "
            f'["{LIST_RESPONSE}"].'
        )
    total, found = document.get("totalResults"), _list(document, "Resources")
    if not isinstance(total, int) or isinstance(total, bool) or total < len(found):
        raise UnreadableError("totalResults must be the number of resources found.")
    if total and not found:
        raise UnreadableError(f"totalResults is {total}, but Resources holds none.")
    return [_identified(resource) for resource in found]


def resource(body: bytes) -> dict[str, Any]:
    """Return the one resource that a body holds."""
    return _identified(_document(body))


def _document(body: bytes) -> dict[str, Any]:
    try:
        text = body.decode()
        document = json.loads(text, parse_constant=_refuse, parse_float=_finite)
    except (ValueError, RecursionError):
        raise UnreadableError("The answer is not JSON.") from None
    if not isinstance(document, dict):
        raise UnreadableError("The answer is JSON, but not an object.")
    if SUSPICIOUS_ESCAPE.search(text) and any(map(UNKEEPABLE.search, _texts(document))):
        raise UnreadableError("The answer holds characters that are no text.")
    return document


def _identified(resource: Any) -> dict[str, Any]:
    if not isinstance(resource, dict):
        raise UnreadableError("A resource must be a JSON object.")
    identifier = resource.get("id")
    if not isinstance(identifier, str) or not identifier:
        raise UnreadableError("A resource must have an id, which is a text.")
    return resource


def _list(document: dict[str, Any], name: str) -> list[Any]:
    found = document.get(name) or []
    if not isinstance(found, list):
        raise UnreadableError(f"{name} must be a list.")
    return found


def _texts(document: Any) -> Iterator[str]:
    """Yield every text in a document, the names of its members among them."""
    waiting = [document]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            waiting += [*value, *value.values()]
        elif isinstance(value, list):
            waiting += value


def _refuse(constant: str) -> float:
    raise ValueError(constant)


def _finite(text: str) -> float:
    number = float(text)
    return number if math.isfinite(number) else _refuse(text)
