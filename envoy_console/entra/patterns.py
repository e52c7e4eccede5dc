"""Regular expressions that somebody typed: .NET's spelling, and never a worker that hangs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import regex  # type: ignore[import-untyped]

SECONDS = 0.1
LONGEST = 2_000
# what .NET writes `\z` and `\Z`, and its named group in quotes
NAMED = re.compile(r"\(\?'([A-Za-z_]\w*)'")


class PatternError(Exception):
    """A regular expression that cannot be understood, and where."""

    def __init__(self, message: str, position: int = 0) -> None:
        super().__init__(message)
        self.position = position


class PatternTimeoutError(Exception):
    """A regular expression took too long over a value."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression that gives up after a tenth of a second."""

    text: str
    compiled: Any

    def search(self, text: str) -> Any | None:
        """Return the first match in `text`; raises PatternTimeoutError."""
        try:
            return self.compiled.search(text, timeout=SECONDS)
        except TimeoutError as error:
            raise self._too_slow() from error

    def replace(self, replacement: str, text: str) -> str:
        """Return `text` with every match replaced; raises PatternTimeoutError."""
        try:
            return str(
                self.compiled.sub(
                    lambda match: _filled(match, replacement), text, timeout=SECONDS
                )
            )
        except TimeoutError as error:
            raise self._too_slow() from error

    def replace_group(self, group: str, replacement: str, text: str) -> str:
        """Return `text` with what the named group matches replaced, in every match."""

        def put(match: Any) -> str:
            whole: str = match.group()
            if match.start(group) < 0:
                return whole
            start, end = (match.start(group), match.end(group))
            offset = match.start()
            return whole[: start - offset] + replacement + whole[end - offset :]

        try:
            return str(self.compiled.sub(put, text, timeout=SECONDS))
        except TimeoutError as error:
            raise self._too_slow() from error

    def has_group(self, group: str) -> bool:
        return group in self.compiled.groupindex

    def _too_slow(self) -> PatternTimeoutError:
        return PatternTimeoutError(
            f"The regular expression {self.text} takes too long over this value. "
            "Avoid a repetition within a repetition."
        )


def compile_pattern(text: str) -> Pattern:
    """Return the pattern that `text` writes; raises PatternError."""
    if len(text) > LONGEST:
        raise PatternError(
            f"A regular expression may have {LONGEST} characters.", LONGEST
        )
    try:
        return Pattern(text, regex.compile(NAMED.sub(r"(?<\1>", text)))
    except regex.error as error:
        raise PatternError(
            f"This regular expression cannot be read: {error.msg}.", error.pos or 0
        ) from error


def _filled(match: Any, replacement: str) -> str:
    """Return .NET's replacement text, where `$1` and `${name}` stand for groups."""

    def group(reference: re.Match[str]) -> str:
        name = reference[1] or reference[2]
        known = match.re.groupindex
        if name.isdigit():
            number = int(name)
            is_known = number <= match.re.groups
            return str(match.group(number) or "") if is_known else reference[0]
        return str(match.group(name) or "") if name in known else reference[0]

    return re.sub(r"\$(?:\{(\w+)\}|(\d{1,2}))", group, replacement)
