"""How functions see their arguments: as text, as a number, as a truth, as a list."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from envoy_console.entra.expressions.errors import EvaluationError
from envoy_console.entra.expressions.moments import shown

INTEGER = re.compile(r"\s*-?[0-9]{1,30}\s*")


def text_of(value: Any) -> str:
    """Return a value as text: nothing is empty, a list its first item."""
    if value is None:
        return ""
    if isinstance(value, list):
        return text_of(value[0]) if value else ""
    if isinstance(value, datetime):
        return shown(value)
    return str(value)


def integer(value: Any, what: str) -> int:
    """Return a whole number; raises EvaluationError."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int):
        return value
    text = text_of(value)
    if not INTEGER.fullmatch(text):
        raise EvaluationError(f"{what} must be a whole number, not “{text[:60]}”.")
    return int(text)


def truth(value: Any) -> bool:
    """Return whether a value is, or spells, True."""
    if isinstance(value, bool):
        return value
    text = text_of(value).strip().lower()
    if text in ("true", "false"):
        return text == "true"
    if INTEGER.fullmatch(text):
        return int(text) != 0
    raise EvaluationError(f"Expected True or False, not “{text[:60]}”.")


def items(value: Any) -> list[Any]:
    """Return a value as a list: nothing has none, one value is one."""
    if is_empty(value):
        return []
    return value if isinstance(value, list) else [value]


def is_empty(value: Any) -> bool:
    return value is None or value == "" or value == []
