"""Functions that make text of text."""

from __future__ import annotations

import re
import secrets
import string
import unicodedata
import uuid
from typing import Any

from envoy_console.entra.expressions.errors import EvaluationError
from envoy_console.entra.expressions.functions import Functions
from envoy_console.entra.expressions.values import integer, is_empty, text_of
from envoy_console.entra.patterns import Pattern, compile_pattern

functions = Functions()

# letters that have no accent to be taken off
PLAIN = str.maketrans(
    {
        **{"ø": "oe", "Ø": "OE", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE"},
        **{"ß": "ss", "ẞ": "SS", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ð": "d"},
        **{"Ð": "D", "þ": "th", "Þ": "TH", "\u0131": "i", "ħ": "h", "Ħ": "H"},
    }
)
SPECIAL = "!@#$%^&*()-_=+[]{}?"


@functions.add(
    "Append(source, suffix)",
    "Adds a suffix to the end of a text.",
    'Append([mailNickname], "@contoso.example")',
    takes=(2, 2),
)
def append(source: Any, suffix: Any) -> str:
    return text_of(source) + text_of(suffix)


@functions.add(
    "CStr(value)", "Turns a value into text.", "CStr([accountEnabled])", takes=(1, 1)
)
def cstr(value: Any) -> str:
    return text_of(value)


@functions.add("Guid()", "Makes a new random GUID.", "Guid()", takes=(0, 0))
def guid() -> str:
    return str(uuid.uuid4())


@functions.add(
    "InStr(value1, value2, start, compareType)",
    "Tells where value2 first stands in value1, counted from 1; 0 when it does not.",
    'InStr([mail], "@")',
    takes=(2, 4),
)
def in_str(value: Any, wanted: Any, start: Any = None, compare: Any = None) -> int:
    text, part = text_of(value), text_of(wanted)
    if text_of(compare) == "1":  # vbTextCompare
        text, part = text.lower(), part.lower()
    begin = integer(start, "The start") if not is_empty(start) else 1
    return text.find(part, max(begin, 1) - 1) + 1


@functions.add(
    "Left(source, numChars)",
    "Takes so many characters from the left.",
    "Left([givenName], 1)",
    takes=(2, 2),
)
def left(source: Any, number: Any) -> str:
    return text_of(source)[: max(integer(number, "The number of characters"), 0)]


@functions.add(
    "Mid(source, start, length)",
    "Takes length characters from position start on, counted from 1.",
    "Mid([userPrincipalName], 1, 8)",
    takes=(3, 3),
)
def mid(source: Any, start: Any, length: Any) -> str:
    begin, number = integer(start, "The start"), integer(length, "The length")
    if begin < 1 or number < 0:
        raise EvaluationError(
            "Mid starts at 1 or later and takes 0 or more characters."
        )
    return text_of(source)[begin - 1 : begin - 1 + number]


@functions.add(
    "NormalizeDiacritics(source)",
    "Takes the accents off letters, so that they can be in a user name.",
    "NormalizeDiacritics([givenName])",
    takes=(1, 1),
)
def normalize_diacritics(source: Any) -> str:
    parts = unicodedata.normalize("NFKD", text_of(source).translate(PLAIN))
    return "".join(each for each in parts if not unicodedata.combining(each))


@functions.add(
    "PCase(source, wordSeparators)",
    "Capitalises the first letter of each word and lowers the others.",
    'PCase("ADA LOVELACE")',
    takes=(1, 2),
)
def pcase(source: Any, separators: Any = None) -> str:
    marks = text_of(separators) or " "
    pattern = f"[^{re.escape(marks)}]+"
    return re.sub(pattern, lambda word: word[0].capitalize(), text_of(source))


@functions.add(
    "RandomString(length, minimumNumbers, minimumSpecialCharacters, minimumCapital, "
    "minimumLowerCase, charactersToAvoid)",
    "Makes a random text of a length, with at least so many of each kind.",
    'RandomString(12, 2, 1, 2, 2, "0O1l")',
    takes=(5, 6),
)
def random_string(length: Any, *minima: Any) -> str:
    number = integer(length, "The length")
    avoided = text_of(minima[4]) if len(minima) > 4 else ""
    kinds = (string.digits, SPECIAL, string.ascii_uppercase, string.ascii_lowercase)
    allowed = ["".join(c for c in kind if c not in avoided) for kind in kinds]
    wanted = [max(integer(least, "A minimum"), 0) for least in minima[:4]]
    if not 1 <= number <= 256 or sum(wanted) > number:
        raise EvaluationError(
            "RandomString makes 1 to 256 characters, no fewer than asked."
        )
    if any(least and not kind for least, kind in zip(wanted, allowed, strict=True)):
        raise EvaluationError("RandomString is to avoid all characters of a kind.")
    rest = allowed[3] or allowed[2] or allowed[0] or allowed[1]
    if not rest:
        raise EvaluationError("RandomString is to avoid every character.")
    chosen = [
        secrets.choice(kind)
        for least, kind in zip(wanted, allowed, strict=True)
        for _ in range(least)
    ]
    chosen += [secrets.choice(rest) for _ in range(number - len(chosen))]
    secrets.SystemRandom().shuffle(chosen)
    return "".join(chosen)


@functions.add(
    "Redact()",
    "Writes [Redact] into the provisioning logs in place of a value.",
    "Redact()",
    takes=(0, 1),
)
def redact(_value: Any = None) -> str:
    return "[Redact]"


@functions.add(
    "Replace(source, oldValue, regexPattern, regexGroupName, replacementValue, "
    "replacementAttributeName, template)",
    "Replaces a text, or what a regular expression finds, in a source or a template.",
    'Replace([mail], , "(?<domain>@.*)", "domain", "@contoso.example", , )',
    takes=(5, 7),
)
def replace(
    source: Any,
    old: Any,
    pattern: Any,
    group: Any,
    replacement: Any,
    attribute: Any = None,
    template: Any = None,
) -> str:
    text = text_of(source)
    if not is_empty(old):
        if not is_empty(template):
            return text_of(template).replace(text_of(old), text)
        return text.replace(text_of(old), text_of(replacement))
    if is_empty(pattern):
        raise EvaluationError("Replace needs an oldValue or a regexPattern.")
    compiled = compile_pattern(text_of(pattern))
    if is_empty(group):
        return compiled.replace(text_of(replacement), text)
    _require_group(compiled, text_of(group))
    if attribute is None:
        return compiled.replace_group(text_of(group), text_of(replacement), text)
    return text or _group_of(compiled, text_of(group), text_of(attribute))


@functions.add(
    "StripSpaces(source)",
    "Takes all spaces out.",
    "StripSpaces([displayName])",
    takes=(1, 1),
)
def strip_spaces(source: Any) -> str:
    return text_of(source).replace(" ", "")


@functions.add(
    "ToLower(source, culture)",
    "Writes everything in small letters.",
    "ToLower([mail])",
    takes=(1, 2),
)
def to_lower(source: Any, _culture: Any = None) -> str:
    return text_of(source).lower()


@functions.add(
    "ToUpper(source, culture)",
    "Writes everything in capital letters.",
    "ToUpper([country])",
    takes=(1, 2),
)
def to_upper(source: Any, _culture: Any = None) -> str:
    return text_of(source).upper()


@functions.add(
    "Word(source, wordNumber, delimiters)",
    "Takes a word, counted from 1; every character of delimiters ends one.",
    'Word([displayName], 2, " ")',
    takes=(3, 3),
)
def word(source: Any, number: Any, delimiters: Any) -> str:
    marks = text_of(delimiters)
    parts = re.split(f"[{re.escape(marks)}]+", text_of(source)) if marks else [source]
    words = [text_of(each) for each in parts if each]
    position = integer(number, "The number of the word")
    return words[position - 1] if 1 <= position <= len(words) else ""


def _require_group(pattern: Pattern, group: str) -> None:
    if not pattern.has_group(group):
        raise EvaluationError(
            f"The regular expression {pattern.text} has no group named {group}."
        )


def _group_of(pattern: Pattern, group: str, text: str) -> str:
    match = pattern.search(text)
    return (match.group(group) or "") if match else ""
