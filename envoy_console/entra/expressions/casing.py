"""Small and capital letters as .NET makes them: one character stays one character."""

from __future__ import annotations

import re
import unicodedata

from envoy_console.entra.expressions.errors import EvaluationError

CULTURE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
# the languages whose i keeps its dot
DOTTED = ("tr", "az")


def upper(text: str, culture: str = "") -> str:
    """Return `text` in capitals, by the rules of a culture such as tr-TR."""
    if _is_dotted(culture):
        text = text.replace("i", "İ")
    return "".join(_same_length(each, each.upper()) for each in text)


def lower(text: str, culture: str = "") -> str:
    """Return `text` in small letters, by the rules of a culture such as tr-TR."""
    if _is_dotted(culture):
        text = text.replace("I", "ı").replace("İ", "i")  # noqa: RUF001
    return "".join(_same_length(each, each.lower()) for each in text)


def proper(text: str, separators: str) -> str:
    """Return `text` with a capital at the start of each word.

    Without separators a word begins with a letter and goes on to what is neither letter,
    digit nor apostrophe, as in .NET's ToTitleCase.
    """
    made, is_inside = [], False
    for each in text:
        made.append(lower(each) if is_inside else upper(each))
        if separators:
            is_inside = each not in separators
        else:
            is_inside = each.isalpha() or (is_inside and _continues(each))
    return "".join(made)


def _continues(character: str) -> bool:
    return character == "'" or unicodedata.category(character)[0] in "LMN"


def _same_length(before: str, after: str) -> str:
    return after if len(after) == 1 else before


def _is_dotted(culture: str) -> bool:
    if culture and not CULTURE.fullmatch(culture):
        raise EvaluationError(
            f"“{culture[:60]}” is not a culture. Write one like en-US or tr-TR."
        )
    return culture.lower().split("-")[0] in DOTTED
