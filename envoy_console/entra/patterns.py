"""Regular expressions that somebody typed: in .NET's spelling, and never a worker that hangs.

Expressions and scoping filters are evaluated for every object, so a pattern has a tenth
of a second for a text and is then given up.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import regex

SECONDS = 0.1
LONGEST = 2_000

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


def compile_pattern(text: str) -> Pattern:
    """Return the pattern that `text` writes; raises PatternError."""
    if len(text) > LONGEST:
        raise PatternError(
            f"A regular expression may have {LONGEST:,} characters; this has "
            f"{len(text):,}.",
            LONGEST,
        )
    try:
        return Pattern(text, regex.compile(SPELLING.sub(_respelt, text)))
    except regex.error as error:
        raise PatternError(
            f"The regular expression “{_short(text)}” cannot be read: {error.msg}.",
            _position(text, error.pos or 0),
        ) from error
    except RecursionError as error:
        raise PatternError(
            f"The regular expression “{_short(text)}” has too many groups within groups."
        ) from error


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
