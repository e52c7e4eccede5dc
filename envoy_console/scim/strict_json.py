"""Reading a request body: JSON (RFC 8259) without its ambiguous corners.

Two readers of one body must see the same document. So there is one encoding
(UTF-8), no key twice (SCIM names ignore case, RFC 7643 §2.1), no number that a
neighbour would round, no text that a database could not hold, and bounds on
depth and length that are checked before they could cost anything.
"""

import json
import re
from math import isfinite
from typing import Any, Never

from envoy_console.scim.errors import InvalidSyntaxError

MAX_DEPTH = 32
MAX_ARRAY_LENGTH = 10_000
MAX_INTEGER = 2**53

_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\Z)', re.DOTALL)
_NOT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_SUSPECT_ESCAPE = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")


def loads(body: bytes) -> Any:
    """The JSON value of a request body."""
    text = _decode(body)
    _check_depth(body)
    try:
        value = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise InvalidSyntaxError(
            f"The body is not valid JSON: {error.msg} "
            f"at line {error.lineno}, column {error.colno}."
        ) from None
    if _SUSPECT_ESCAPE.search(text) or body.count(b",") >= MAX_ARRAY_LENGTH:
        _check_contents(value)
    return value


def load_object(body: bytes) -> dict[str, Any]:
    """The JSON object of a request body, which is what every SCIM message is."""
    value = loads(body)
    if not isinstance(value, dict):
        raise InvalidSyntaxError("The body must be a JSON object, like {…}.")
    return value


def _decode(body: bytes) -> str:
    if not body:
        raise InvalidSyntaxError("The body is empty; a JSON object was expected.")
    if body.startswith(b"\xef\xbb\xbf"):
        raise InvalidSyntaxError("The body must not start with a byte order mark.")
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise InvalidSyntaxError(
            f"The body must be UTF-8; byte {error.start} is not."
        ) from None


def _check_depth(body: bytes) -> None:
    if body.count(b"[") + body.count(b"{") <= MAX_DEPTH:
        return
    depth = 0
    for bracket in _STRING.sub(b"", body).translate(None, _NOT_BRACKETS):
        depth += 1 if bracket in b"[{" else -1
        if depth > MAX_DEPTH:
            raise InvalidSyntaxError(
                f"The body is nested more than {MAX_DEPTH} levels deep."
            )


def _check_contents(root: Any) -> None:
    """Walk the whole value, without recursion, for over-long arrays and odd text."""
    pending = [root]
    while pending:
        value = pending.pop()
        if isinstance(value, str):
            _check_text(value)
        elif isinstance(value, dict):
            pending.extend(value)
            pending.extend(value.values())
        elif isinstance(value, list):
            if len(value) > MAX_ARRAY_LENGTH:
                raise InvalidSyntaxError(
                    f"An array may hold at most {MAX_ARRAY_LENGTH} values, "
                    f"not {len(value)}."
                )
            pending.extend(value)


def _check_text(text: str) -> None:
    if "\0" in text:
        raise InvalidSyntaxError("Text must not contain the NUL character (\\u0000).")
    if not is_encodable(text):
        raise InvalidSyntaxError(
            "Text must not contain half of a surrogate pair (\\ud800 to \\udfff)."
        )


def is_encodable(text: str) -> bool:
    """Whether the text can leave again as UTF-8, which a lone surrogate cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(set(map(str.casefold, values))) < len(pairs):
        raise InvalidSyntaxError(
            f"The key “{_repeated(pairs)}” appears twice in one object; "
            "names are the same whatever their case."
        )
    return values


def _repeated(pairs: list[tuple[str, Any]]) -> str:
    keys = [key.casefold() for key, _ in pairs]
    shown = next(key for i, key in enumerate(keys) if key in keys[:i])[:64]
    return shown.encode(errors="replace").decode()


def _integer(digits: str) -> int:
    if len(digits) > 17 or abs(int(digits)) > MAX_INTEGER:
        raise InvalidSyntaxError(f"The number {digits[:20]} is outside ±2^53.")
    return int(digits)


def _decimal(digits: str) -> float:
    number = float(digits)
    if not isfinite(number):
        raise InvalidSyntaxError(f"The number {digits[:20]} is too large.")
    return number


def _constant(name: str) -> Never:
    raise InvalidSyntaxError(f"{name} is not a JSON number.")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object,
    parse_int=_integer,
    parse_float=_decimal,
    parse_constant=_constant,
)
