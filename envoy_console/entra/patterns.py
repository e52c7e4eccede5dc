"""Regular expressions that somebody typed: in .NET's spelling, and never a worker that hangs.

Expressions and scoping filters are evaluated for every object, so a pattern has a tenth
of a second for a text and is then given up. Reading a pattern knows no such limit: what
must come a number of times is written out so many times, and a few letters could ask for
more than there is memory (`(?:a|bc){1000000}`). So that is reckoned up before.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from envoy_console import late

if TYPE_CHECKING:
    import regex
else:  # it takes 1 MiB, and hardly any request needs it
    regex = late.module("regex")

SECONDS = 0.1
LONGEST = 2_000
# characters, with every repetition that must be written out
LONGEST_WRITTEN_OUT = 20_000
# the same few are asked about every object
REMEMBERED = 64

Match: TypeAlias = "regex.Match[str]"

# what .NET spells in another way: `(?'name'…)`, `\k<name>`, and braces that are no
# repetition, which stand for themselves (elsewhere they would ask for a fuzzy match)
SPELLING = re.compile(
    r"""\(\?'(?P<group>\w+)'
      | \\k(?:<(?P<back>\w+)>|'(?P<quoted>\w+)')
      | \\[pPxuN]\{[^{}]*\} | \\.
      | \{[0-9]+(?:,[0-9]*)?\}
      | (?P<brace>\{)""",
    re.VERBOSE | re.DOTALL,
)
# how often something has to come at least, and whether it is a group
TIMES = re.compile(r"(?P<group>\)?)\{(?P<least>[0-9]+)(?:,[0-9]*)?\}")
# `(?x)`, which allows space and comments between a group and its number
SPACED = re.compile(r"\(\?[a-zA-Z0-9-]*x")


class PatternError(Exception):
    """A regular expression that cannot be read, and where: characters count from 0."""

    def __init__(self, message: str, position: int = 0) -> None:
        super().__init__(message)
        self.position = position


class PatternTimeoutError(Exception):
    """A regular expression took too long over a text."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression that gives up after a tenth of a second."""

    text: str
    compiled: regex.Pattern[str]

    def search(self, text: str) -> Match | None:
        """Return the first match in `text`; raises PatternTimeoutError."""
        try:
            found: Match | None = self.compiled.search(text, timeout=SECONDS)
        except TimeoutError as error:
            raise self._too_slow() from error
        return found

    def replace(self, fill: Callable[[Match], str], text: str) -> str:
        """Return `text` with every match filled anew; raises PatternTimeoutError."""
        try:
            filled: str = self.compiled.sub(fill, text, timeout=SECONDS)
        except TimeoutError as error:
            raise self._too_slow() from error
        return filled

    def has_group(self, name: str) -> bool:
        return name in self.compiled.groupindex

    def _too_slow(self) -> PatternTimeoutError:
        return PatternTimeoutError(
            f"The regular expression “{_short(self.text)}” takes too long over this "
            "value. Avoid a repetition within a repetition."
        )


@lru_cache(maxsize=REMEMBERED)
def compile_pattern(text: str) -> Pattern:
    """Return the pattern that `text` writes; raises PatternError."""
    if len(text) > LONGEST:
        raise PatternError(
            f"A regular expression may have {LONGEST:,} characters; this has "
            f"{len(text):,}.",
            LONGEST,
        )
    spelt = SPELLING.sub(_respelt, text)
    _refuse_boundless(text, spelt)
    try:
        # the library would remember far more of them
        return Pattern(text, regex.compile(spelt, cache_pattern=False))
    except regex.error as error:
        raise PatternError(
            f"The regular expression “{_short(text)}” cannot be read: {error.msg}.",
            _position(text, error.pos or 0),
        ) from error
    except RecursionError as error:
        raise PatternError(
            f"The regular expression “{_short(text)}” has too many groups within groups."
        ) from error


def _refuse_boundless(text: str, spelt: str) -> None:
    """Refuse a pattern that becomes far longer when its repetitions are written out.

    It is reckoned too long rather than too short: every repetition of a group counts for
    all that stands before it, and the greatest of the others for all of the pattern.
    """
    is_spaced = SPACED.search(spelt) is not None
    groups, others = 1, 1
    for found in TIMES.finditer(spelt):
        least = int(found["least"]) or 1
        if found["group"] or is_spaced:
            groups *= least
        else:
            others = max(others, least)
        if len(spelt) * groups * others > LONGEST_WRITTEN_OUT:
            raise PatternError(
                f"The regular expression “{_short(text)}” repeats too much: written out, "
                f"it would have more than {LONGEST_WRITTEN_OUT:,} characters. Make the "
                "numbers in braces smaller.",
                _position(text, found.start()),
            )


def _respelt(found: re.Match[str]) -> str:
    if name := found["group"]:
        return f"(?<{name}>"
    if name := found["back"] or found["quoted"]:
        return rf"\g<{name}>"
    return r"\{" if found["brace"] else found[0]


def _position(text: str, position: int) -> int:
    """Return where in `text` a place in its other spelling is."""
    for found in SPELLING.finditer(text):
        if found.start() >= position:
            break
        position -= len(_respelt(found)) - len(found[0])
    return min(position, len(text))


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:60]}…"
