"""References between the operations of a bulk request (RFC 7644 §3.7.2).

`bulkId:ann` stands for the id that the resource of that bulkId will get. It is the
whole of a text, as in `"value": "bulkId:ann"`, or stands within one where an id
would: after a slash, as in `/Users/bulkId:ann`, or in quotes, as in
`members[value eq "bulkId:ann"]`.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from envoy_console.scim.errors import InvalidValueError

_REFERENCE = re.compile(r'\AbulkId:(.+)|(?<=[/"])bulkId:([^/"]+)', re.DOTALL)
_POINTERS = frozenset({"value", "$ref"})


def references(value: Any) -> frozenset[str]:
    """The bulkIds that are referred to anywhere in a JSON value."""
    return frozenset(_found(value))


def resolved(value: Any, ids: Mapping[str, str | None]) -> Any:
    """The value with ids in place of references; an id of None could not be made."""
    if isinstance(value, str):
        return _REFERENCE.sub(lambda found: _id(found, ids), value)
    if isinstance(value, list):
        return [resolved(element, ids) for element in value]
    if isinstance(value, dict):
        return {name: resolved(part, ids) for name, part in value.items()}
    return value


def without(document: dict[str, Any], pending: Collection[str]) -> dict[str, Any]:
    """The document less its links to resources that are yet to be made.

    A link is a reference, or the object that a reference is the `value` of.
    """
    return {
        name: _pruned(part, pending)
        for name, part in document.items()
        if not _is_link(part, pending)
    }


def not_created(bulk_id: str) -> InvalidValueError:
    """The error of an operation that cannot do without a resource that failed."""
    return InvalidValueError(
        f"“bulkId:{bulk_id[:64]}” was not created: see the operation of that bulkId."
    )


def _found(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        if "bulkId:" in value:
            yield from (whole or part for whole, part in _REFERENCE.findall(value))
    elif isinstance(value, list):
        for element in value:
            yield from _found(element)
    elif isinstance(value, dict):
        for part in value.values():
            yield from _found(part)


def _id(found: re.Match[str], ids: Mapping[str, str | None]) -> str:
    bulk_id = found[1] or found[2]
    resource_id = ids.get(bulk_id)
    if resource_id is not None:
        return resource_id
    if bulk_id in ids:
        raise not_created(bulk_id)
    raise InvalidValueError(
        f"“bulkId:{bulk_id[:64]}” refers to nothing: "
        "no POST of this request has that bulkId."
    )


def _pruned(value: Any, pending: Collection[str]) -> Any:
    if isinstance(value, list):
        return [_pruned(part, pending) for part in value if not _is_link(part, pending)]
    return without(value, pending) if isinstance(value, dict) else value


def _is_link(value: Any, pending: Collection[str]) -> bool:
    if isinstance(value, str):
        return not references(value).isdisjoint(pending)
    if isinstance(value, dict):
        return any(
            name.lower() in _POINTERS
            and isinstance(part, str)
            and _is_link(part, pending)
            for name, part in value.items()
        )
    return False
