"""A user as an answer shows it, spliced around the text that the database keeps.

The document is stored as it is to be read, but for what the directory adds to it:
schemas, id, manager, meta and groups. Parsing and writing it anew was half the cost of
a page of 100 users. What a splice cannot be sure of, it leaves to `users.as_user`.
"""

from __future__ import annotations

from typing import Any

import orjson

from envoy_console.directory.people import EmployeeRecord
from envoy_console.scim.schemas import ENTERPRISE, USER
from envoy_console.scim_api import wire

# inside a text of JSON each quote is escaped, so this stands before the extension only
EXTENSION = f'"{ENTERPRISE}":{{'

PLAIN = f'{{"schemas":["{USER.schema.urn}"],"id":"'
EXTENDED = f'{{"schemas":["{USER.schema.urn}","{ENTERPRISE}"],"id":"'


def user(
    record: EmployeeRecord,
    *,
    location: str,
    manager: dict[str, Any] | None,
    groups: list[dict[str, Any]],
) -> bytes | None:
    """Return the JSON of a user at a URL; None when its text is not made for splicing."""
    text = record.text
    start = text.rfind(EXTENSION)
    if start >= 0 and text.startswith("}", start + len(EXTENSION)):
        return None
    if manager is not None:
        managed = _with_manager(text, start, _json(manager))
        if managed is None:
            return None
        text, start = managed, 0
    head = PLAIN if start < 0 else EXTENDED
    tail = f',"groups":{_json(groups)}' if groups else ""
    meta = _meta(record, location)
    return f'{head}{record.id}",{text[1:-1]},"meta":{meta}{tail}}}'.encode()


def _meta(record: EmployeeRecord, location: str) -> str:
    """Write what `wire.meta` returns."""
    return (
        f'{{"resourceType":"{USER.name}"'
        f',"created":"{wire.instant(record.created_at)}"'
        f',"lastModified":"{wire.instant(record.updated_at)}"'
        f',"location":{_json(location)},"version":"W/\\"{record.version}\\""}}'
    )


def _with_manager(text: str, start: int, manager: str) -> str | None:
    """Put the manager into the extension, which comes last and holds no object."""
    if start < 0:
        return f'{text[:-1]},{EXTENSION}"manager":{manager}}}}}'
    if not text.endswith("}}") or "}" in text[start:-2]:
        return None
    return f'{text[:-2]},"manager":{manager}}}}}'


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()
