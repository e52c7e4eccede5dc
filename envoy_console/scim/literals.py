"""Values as a filter writes them: JSON literals (RFC 7644 §3.4.2.2, `compValue`)."""

import json
import re
from math import isfinite

from envoy_console.scim.errors import InvalidFilterError
from envoy_console.scim.strict_json import MAX_INTEGER, is_encodable

Literal = str | int | float | bool | None

_CONSTANTS: dict[str, Literal] = {"true": True, "false": False, "null": None}
_NUMBER = re.compile(
    r"-?(?:0|[1-9][0-9]{0,16}+)(\.[0-9]{1,32}+)?([eE][+-]?[0-9]{1,3}+)?"
)


def quoted(token: str) -> str:
    """The text of a string in double quotes, with JSON's escapes."""
    try:
        text = json.loads(token)
    except ValueError:
        raise InvalidFilterError(
            f"The text {token[:64]} is not a JSON string; "
            "it needs a closing quote and valid escapes."
        ) from None
    return plain(text)


def plain(text: str) -> str:
    """Text that can be stored, and so could be found."""
    if "\0" in text or not is_encodable(text):
        raise InvalidFilterError(
            "Text in a filter must not contain NUL or half of a surrogate pair."
        )
    return text


def is_constant(token: str) -> bool:
    return token in _CONSTANTS or _NUMBER.fullmatch(token) is not None


def constant(token: str) -> Literal:
    """true, false, null or a number."""
    if token in _CONSTANTS:
        return _CONSTANTS[token]
    number = float(token)
    if not isfinite(number) or abs(number) > MAX_INTEGER:
        raise InvalidFilterError(f"The number {token} is outside ±2^53.")
    return number if any(mark in token for mark in ".eE") else int(token)
