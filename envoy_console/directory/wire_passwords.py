r"""Takes passwords out of requests before they are kept.

A body may be any bytes, cut off or no JSON at all, so its names are looked for rather than
parsed, in one pass. They are read as JSON reads them: `"p\u0061ssword"` is one too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote_plus

from envoy_console.redaction import HIDDEN

_TEXT = rb'"[^"\\]*+(?:\\(?:.|\Z)[^"\\]*+)*+(?:"|\Z)'
_STRING = re.compile(_TEXT, re.DOTALL)
_NAME = re.compile(rb"(%b)(\s*+:\s*+)?" % _TEXT, re.DOTALL)
_BRACKET = re.compile(rb"%b|([\[{])|[\]}]" % _TEXT, re.DOTALL)
_LETTER = re.compile(rb"\\u00([4-7][0-9a-fA-F])")
_PLAIN = re.compile(rb"[^\s,\]}]*+")
# a quotation mark too many makes text of names: what still looks like one
_PATH = re.compile(rb'"path"\s*+:\s*+"[^"]*password', re.IGNORECASE)
_PASSWORD = re.compile(rb'(password"\s*+:\s*+)%b' % _TEXT, re.IGNORECASE | re.DOTALL)
_VALUE = re.compile(
    rb'((?:password|"value)"\s*+:\s*+)%b' % _TEXT, re.IGNORECASE | re.DOTALL
)


def without_passwords(body: bytes) -> bytes:
    """Take passwords out: members of that name, values of a PATCH on that path, and
    filters that compare with one.

    The whole body is looked at, since what is cut off may tell what is a password.
    """
    # what was written as UTF-16 is refused, and yet easily read
    body = body.replace(b"\0", b"")
    # an accent that is escaped is no letter of a name that we look for
    if b"password" not in body.lower() and not _LETTER.search(body):
        return body
    members = [*_members(body)]
    is_patch = _PATH.search(body) is not None or any(
        name == b'"path"' and b"password" in _read(_string(body, start))
        for name, start in members
    )
    kept, end = [], 0
    for name, start in members:
        if start >= end and _is_secret(body, name, start, is_patch):
            kept += [body[end:start], f'"{HIDDEN}"'.encode()]
            end = _end(body, start)
    looks = _VALUE if is_patch else _PASSWORD
    return looks.sub(rb'\1"%b"' % HIDDEN.encode(), b"".join([*kept, body[end:]]))


def query_without_passwords(query: str) -> str:
    """Hide the parameters of a URL in which a password is spoken of."""
    if "password" not in unquote_plus(query).lower():
        return query
    return "&".join(map(_parameter, query.split("&")))


def _parameter(text: str) -> str:
    name, _, value = text.partition("=")
    return f"{name}={HIDDEN}" if "password" in unquote_plus(value).lower() else text


def _is_secret(body: bytes, name: bytes, start: int, is_patch: bool) -> bool:
    if name == b'"filter"':
        return b"password" in _read(_string(body, start))
    return b"password" in name or (is_patch and name == b'"value"')


def _members(body: bytes) -> Iterator[tuple[bytes, int]]:
    """Yield each name with its quotes, and where its value begins."""
    for found in _NAME.finditer(body):
        if found[2]:
            yield _read(found[1]), found.end()


def _string(body: bytes, start: int) -> bytes:
    found = _STRING.match(body, start)
    return found[0] if found else b""


def _read(string: bytes) -> bytes:
    """Return a JSON string in lower case, its escaped letters as letters."""
    return _LETTER.sub(lambda found: bytes.fromhex(found[1].decode()), string).lower()


def _end(body: bytes, start: int) -> int:
    """Return where a value ends, or the body where it does not."""
    if body[start : start + 1] not in (b"[", b"{"):
        found = _STRING.match(body, start) or _PLAIN.match(body, start)
        return found.end() if found else start
    depth = 0
    for piece in _BRACKET.finditer(body, start):
        if piece[0][:1] != b'"':
            depth += 1 if piece[1] else -1
        if not depth:
            return piece.end()
    return len(body)
