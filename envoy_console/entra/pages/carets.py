"""Where an expression is wrong: the line, and a caret under the place."""

from __future__ import annotations

from dataclasses import dataclass

SHOWN = 60


@dataclass(frozen=True, slots=True)
class Caret:
    """A line of text, the blanks before the caret, and where in the text that is."""

    line: str
    before: str
    number: int
    column: int


def caret(text: str, position: int) -> Caret:
    """Return how to point at `position`; a long line is cut to what stands around."""
    position = min(max(position, 0), len(text))
    start = text.rfind("\n", 0, position) + 1
    end = text.find("\n", position)
    line = text[start : end if end >= 0 else len(text)]
    cut = max(position - start - SHOWN, 0)
    shown = ("…" if cut else "") + line[cut : cut + 2 * SHOWN]
    blanks = " " * (position - start - cut + bool(cut))
    return Caret(shown, blanks, text.count("\n", 0, position) + 1, position - start + 1)
