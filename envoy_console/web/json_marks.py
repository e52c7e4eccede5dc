"""Which parts of a message's JSON a request changed, and the JSON laid out with these
parts marked.

The history names what changed by attribute path, as `emails[type eq "work"].value`. In a
resource that is where the value stands; in a PATCH it is what an operation is about.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from envoy_console.scim.folding import fold
from envoy_console.scim.schemas import ENTERPRISE

CORE = "urn:ietf:params:scim:schemas:core:2.0:"
BELOW = (".", "[", ":")
SURROGATE = re.compile("[\ud800-\udfff]")

# the way to a value from the top of the JSON: keys and places in lists
Pointer = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """What a request changed: attribute paths, and the ids of members."""

    attributes: frozenset[str]
    members: frozenset[str]

    @classmethod
    def of(cls, events: Iterable[Any]) -> Changes:
        """Read them from the events of the history that a request left behind."""
        kept = [event for event in events if event.action != "deleted"]
        attributes = (change["attribute"] for event in kept for change in event.changes)
        members = (event.related_id for event in kept if event.related_id)
        return cls(frozenset(map(_folded, attributes)), frozenset(members))

    def touch(self, path: str) -> bool:
        """Tell whether the attribute at `path`, or a part of it, changed."""
        asked = _folded(path)
        return any(_is_within(one, asked) for one in self.attributes)

    def hold(self, path: str) -> bool:
        """Tell whether the attribute at `path` is one that changed, or part of one."""
        asked = _folded(path)
        return any(_is_within(asked, one) for one in self.attributes)

    def name(self, path: str) -> bool:
        """Tell whether a path speaks of a member that joined or left."""
        return any(member in path for member in self.members)


def marked(text: str, changes: Changes | None) -> list[tuple[bool, str]] | None:
    """Return (is marked, piece) of a JSON text laid out in lines; None for other text."""
    try:
        document = json.loads(text)
        pointers = frozenset(_pointers(document, changes)) if changes else frozenset()
        return list(_joined(_laid_out(document, (), pointers, 0)))
    except (ValueError, RecursionError):
        return None  # empty, cut to size, or not JSON at all


def _pointers(document: Any, changes: Changes) -> Iterator[Pointer]:
    operations = _key(document, "operations")
    if operations is None:
        yield from _in_resource(document, "", (), changes)
    elif isinstance(document[operations], list):
        for place, operation in enumerate(document[operations]):
            yield from _in_operation(operation, (operations, place), changes)


def _in_operation(operation: Any, at: Pointer, changes: Changes) -> Iterator[Pointer]:
    path_key, value_key = _key(operation, "path"), _key(operation, "value")
    path = operation[path_key] if path_key else ""
    if not isinstance(path, str):
        return
    found = []
    if value_key is not None:
        inside = (*at, value_key)
        found = list(_in_resource(operation[value_key], path, inside, changes))
    is_about = not found and value_key is None and changes.touch(path)
    if path_key and (found or is_about or changes.name(path)):
        yield (*at, path_key)
    yield from found


def _in_resource(
    value: Any, path: str, at: Pointer, changes: Changes
) -> Iterator[Pointer]:
    if isinstance(value, dict):
        if _folded(path) == "members" and _is_member(value, changes):
            yield at
            return
        for key, inner in value.items():
            yield from _in_resource(inner, _join(path, key), (*at, key), changes)
    elif isinstance(value, list):
        for place, element in enumerate(value):
            inside = path + _selector(element)
            yield from _in_resource(element, inside, (*at, place), changes)
    elif path and changes.hold(path):
        yield at


def _is_member(value: dict[str, Any], changes: Changes) -> bool:
    """Tell whether an object names a member that joined; its value may be anything."""
    member_id = value.get("value")
    return isinstance(member_id, str) and member_id in changes.members


def _laid_out(
    value: Any, at: Pointer, pointers: frozenset[Pointer], depth: int
) -> Iterator[tuple[bool, str]]:
    """Yield the pieces of `value`; a marked piece is a whole value with its key."""
    if not (isinstance(value, dict | list) and value):
        yield False, _dumped(value, depth)
        return
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    items: Collection[tuple[str | int, Any]]
    items = value.items() if isinstance(value, dict) else list(enumerate(value))
    yield False, f"{opening}\n"
    for number, (key, inner) in enumerate(items, 1):
        name = f"{_dumped(key, 0)}: " if isinstance(key, str) else ""
        yield False, "  " * (depth + 1)
        if (*at, key) in pointers:
            yield True, name + _dumped(inner, depth + 1)
        else:
            yield False, name
            yield from _laid_out(inner, (*at, key), pointers, depth + 1)
        yield False, ",\n" if number < len(items) else "\n"
    yield False, "  " * depth + closing


def _dumped(value: Any, depth: int) -> str:
    """Return JSON to be read; half a surrogate pair is no text that could be sent."""
    text = json.dumps(value, indent=2, ensure_ascii=False)
    return SURROGATE.sub("\ufffd", text).replace("\n", "\n" + "  " * depth)


def _joined(pieces: Iterable[tuple[bool, str]]) -> Iterator[tuple[bool, str]]:
    """Put unmarked pieces that follow each other into one."""
    plain: list[str] = []
    for is_marked, piece in pieces:
        if not is_marked:
            plain.append(piece)
            continue
        yield False, "".join(plain)
        yield True, piece
        plain.clear()
    yield False, "".join(plain)


def _key(value: Any, name: str) -> str | None:
    """Return how an object spells the key `name`; SCIM does not care about case."""
    if not isinstance(value, dict):
        return None
    return next((key for key in value if key.lower() == name), None)


def _join(path: str, key: str) -> str:
    if not path:
        return key
    return f"{path}:{key}" if _folded(path) == fold(ENTERPRISE) else f"{path}.{key}"


def _selector(element: Any) -> str:
    if isinstance(element, dict) and "type" in element:
        return f'[type eq "{element["type"]}"]'
    return ""


def _folded(path: str) -> str:
    text = fold(path)
    if text.startswith(fold(CORE)):
        return text.removeprefix(fold(CORE)).partition(":")[2]
    return text


def _is_within(path: str, outer: str) -> bool:
    return path == outer or path.startswith(tuple(outer + sign for sign in BELOW))
