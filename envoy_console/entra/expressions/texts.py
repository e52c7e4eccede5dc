"""Functions that make text of text."""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Iterator
from typing import Any

from envoy_console.entra.expressions.casing import lower, proper, upper
from envoy_console.entra.expressions.errors import EvaluationError
from envoy_console.entra.expressions.functions import Functions
from envoy_console.entra.expressions.values import integer, text_of

functions = Functions()

COMPARE_TYPES = ("vbBinaryCompare", "vbTextCompare")

LATIN = frozenset(string.ascii_letters + "æÆœŒøØ")
WITHOUT_ACCENT = str.maketrans(
    {
        **{"æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "oe", "Ø": "OE"},
        **{
            "ß": "ss",
            "ẞ": "SS",
            "ł": "l",
            "Ł": "L",
            "\N{LATIN SMALL LETTER DOTLESS I}": "i",
        },
    }
)


@functions.add(
    "Append(source, suffix)",
    "The source with the suffix at its end.",
    'Append([mailNickname], ".test")',
)
def append(source: Any, suffix: Any) -> str:
    return text_of(source) + text_of(suffix)


@functions.add(
    "InStr(value1, value2, start?, compareType?)",
    "Where value2 first stands in value1, counted from 1; 0 where it does not. "
    "compareType is vbBinaryCompare or vbTextCompare, which disregards case.",
    'InStr("The quick brown fox", "quick")',
)
def in_str(value: Any, wanted: Any, start: Any, compare_type: Any) -> int:
    text, part = text_of(value), text_of(wanted)
    begin = 1 if start is None else integer(start, "The start of InStr")
    if begin < 1:
        raise EvaluationError(f"InStr counts from 1: it cannot start at {begin}.")
    if _disregards_case(text_of(compare_type)):
        text, part = lower(text), lower(part)
    return text.find(part, begin - 1) + 1


@functions.add(
    "Left(string, numChars)",
    "So many characters from the left; all of them where the number is negative.",
    'Left("John Doe", 3)',
)
def left(source: Any, number: Any) -> str:
    text, length = text_of(source), integer(number, "The number of Left")
    return text if length < 0 else text[:length]


@functions.add(
    "Mid(source, start, length)",
    "So many characters from a place on, counted from 1.",
    "Mid([givenName], 1, 3)",
)
def mid(source: Any, start: Any, length: Any) -> str:
    begin = integer(start, "The start of Mid")
    number = integer(length, "The length of Mid")
    if begin < 1 or number < 0:
        raise EvaluationError(
            "Mid starts at 1 or later and takes 0 characters or more."
        )
    return text_of(source)[begin - 1 : begin - 1 + number]


@functions.add(
    "NormalizeDiacritics(source)",
    "The text without accents: ä becomes a, ø becomes oe, ß becomes ss.",
    'NormalizeDiacritics("Zoë Bjørnsson")',
)
def normalize_diacritics(source: Any) -> str:
    return "".join(_unaccented(text_of(source))).translate(WITHOUT_ACCENT)


@functions.add(
    "PCase(source, wordSeparators?)",
    "Each word with a capital, all other letters small.",
    """PCase("PINTO-DE'SILVA", " '-")""",
)
def p_case(source: Any, separators: Any) -> str:
    return proper(text_of(source), text_of(separators))


@functions.add(
    "StripSpaces(source)", "The text without its spaces.", "StripSpaces([displayName])"
)
def strip_spaces(source: Any) -> str:
    return text_of(source).replace(" ", "")


@functions.add(
    "ToLower(source, culture?)",
    "The text in small letters, by the rules of a culture such as tr-TR.",
    "ToLower([mail])",
)
def to_lower(source: Any, culture: Any) -> str:
    return lower(text_of(source), text_of(culture))


@functions.add(
    "ToUpper(source, culture?)",
    "The text in capitals, by the rules of a culture such as tr-TR.",
    "ToUpper([country])",
)
def to_upper(source: Any, culture: Any) -> str:
    return upper(text_of(source), text_of(culture))


@functions.add(
    "Word(string, wordNumber, delimiters)",
    "One word, counted from 1; every character of the delimiters parts words.",
    'Word("The quick brown fox", 3, " ")',
)
def word(source: Any, number: Any, delimiters: Any) -> str:
    marks, position = text_of(delimiters), integer(number, "The number of Word")
    words = [part for part in _parted(text_of(source), marks) if part]
    return words[position - 1] if 1 <= position <= len(words) else ""


def _unaccented(text: str) -> Iterator[str]:
    """Go through the characters without what stands above, below or through a letter."""
    is_latin = False
    for each in text:
        if is_latin and "\u0300" <= each <= "\u036f":
            continue
        base = unicodedata.normalize("NFD", each)[0]
        is_latin = base in LATIN
        yield base if is_latin else each


def _disregards_case(compare_type: str) -> bool:
    if compare_type and compare_type not in COMPARE_TYPES:
        raise EvaluationError(
            f"“{compare_type[:60]}” is not a compareType. Use {' or '.join(COMPARE_TYPES)}."
        )
    return compare_type == "vbTextCompare"


def _parted(text: str, marks: str) -> list[str]:
    return re.split(f"[{re.escape(marks)}]", text) if marks else [text]
