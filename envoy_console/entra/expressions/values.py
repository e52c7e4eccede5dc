"""How functions see their arguments: as text, as a number, as a truth, as a list.

Where a text is wanted, no value is an empty text.
"""

from __future__ import annotations

import json
import re
from datetime import datetime
from enum import Enum
from typing import Any, Final

from envoy_console.entra.expressions.errors import EvaluationError
from envoy_console.entra.expressions.moments import shown

LONGEST = 100_000
INTEGER = re.compile(r"\s*[+-]?[0-9]{1,30}\s*")


class Ignore(Enum):
    """The type of IGNORE, which is not a value."""

    IGNORE = "IGNORE"


# what IgnoreFlowIfNullOrEmpty gives: leave this target attribute alone
IGNORE: Final[Any] = Ignore.IGNORE


def is_empty(value: Any) -> bool:
    return value is IGNORE or value in (None, "", [], {})


def text_of(value: Any) -> str:
    """Return a value as text: of several values the first."""
    if is_empty(value):
        return ""
    if isinstance(value, list):
        return text_of(value[0])
    if isinstance(value, datetime):
        return shown(value)
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


def integer(value: Any, what: str) -> int:
    """Return a whole number; raises EvaluationError."""
    if isinstance(value, int):
        return int(value)
    text = text_of(value)
    if not INTEGER.fullmatch(text):
        raise EvaluationError(f"{what} must be a whole number, not “{text[:60]}”.")
    return int(text)


def truth(value: Any) -> bool:
    """Return what a value is or spells: True, False, or a number that is not 0."""
    if isinstance(value, bool):
        return value
    text = text_of(value).strip().lower()
    if text in ("true", "false", ""):
        return text == "true"
    if INTEGER.fullmatch(text):
        return int(text) != 0
    raise EvaluationError(f"Expected True or False, not “{text[:60]}”.")


def items(value: Any) -> list[Any]:
    """Return a value as a list: nothing has none, one value is one."""
    if is_empty(value):
        return []
    return value if isinstance(value, list) else [value]


def refuse_longer(length: int) -> None:
    """Refuse to make a text that nobody could want."""
    if length > LONGEST:
        raise EvaluationError(f"The text becomes longer than {LONGEST:,} characters.")
