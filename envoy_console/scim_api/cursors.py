"""Cursors: a position in a list, signed and dated (RFC 9865).

The server remembers nothing about a walk. The signature is salted with what the list
was asked for, so a cursor opens no other company's list, filter or order, and its date
ends it. Any process that shares SECRET_KEY can continue the walk.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

import orjson
from itsdangerous import BadData, SignatureExpired, URLSafeTimedSerializer

from envoy_console import config
from envoy_console.scim.errors import ExpiredCursorError, InvalidCursorError
from envoy_console.scim.messages import Position

# whose list it is, of which resources, by which filter and in which order
List = tuple[str, str, str | None, str | None, bool]


def seal(position: Position, of: List) -> str:
    """Return the cursor for a position in a list."""
    key = position.key
    at = key.isoformat() if isinstance(key, datetime) else None
    content = [position.id, at or key, at is not None, position.total, position.kind]
    return str(_serializer(of).dumps(content))


def open_sealed(cursor: str, of: List) -> Position:
    """Return the position; raises InvalidCursorError, ExpiredCursorError."""
    lifetime = config.current().cursor_lifetime.total_seconds()
    try:
        content = _serializer(of).loads(cursor, max_age=int(lifetime))
    except SignatureExpired:
        raise ExpiredCursorError(
            f"The cursor has expired: the next page must be asked for within "
            f"{lifetime:.0f} seconds. Begin again with an empty cursor."
        ) from None
    except BadData:
        raise InvalidCursorError(
            "cursor must be the nextCursor of the page before, with the same filter, "
            "sortBy and sortOrder, or empty for the first page."
        ) from None
    return _position(*content)


def _position(
    last_id: str, key: Any, is_moment: bool, total: int, kind: str
) -> Position:
    key = datetime.fromisoformat(key) if is_moment else key
    return Position(last_id, key, total, kind)


def _serializer(of: List) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(
        config.current().signing_keys,
        salt=b"scim cursor" + orjson.dumps(of),
        signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
    )
