"""A CSV file of employees as it is read: its headings, its lines, and what is wrong with
a line by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from envoy_console import spreadsheets
from envoy_console.directory import details
from envoy_console.directory.details import FIELDS
from envoy_console.scim.folding import fold
from envoy_console.spreadsheets import UnreadableError

# SQLite has one writer at a time: an import is to be done within a second
LINES_AT_MOST = 2_000
REQUIRED = ("name", "email")
# what an export tells besides, and an import passes over
TOLD = ("User name", "Status", "Source")

NAMES = {fold(label): name for name, (label, _) in FIELDS.items()}
PASSED_OVER = {fold(heading) for heading in TOLD} | {""}


@dataclass(frozen=True, slots=True)
class Row:
    """One employee of the file, and a sentence for each thing wrong with them."""

    line: int
    values: dict[str, str]
    problems: Sequence[str]

    @property
    def key(self) -> str:
        return fold(self.values["email"])


@dataclass(frozen=True, slots=True)
class File:
    """What a file says, and the headings that say nothing here."""

    rows: Sequence[Row]
    unknown: Sequence[str]


def headings() -> list[str]:
    """Return the headings that an import understands."""
    return [label for label, _ in FIELDS.values()]


def template() -> str:
    """Return a file to fill in: the headings alone."""
    return ",".join(headings()) + "\r\n"


def read(data: bytes) -> File:
    """Return what the file says; raises UnreadableError when it is no such table."""
    lines = spreadsheets.lines(data)
    number, given = next(lines, (1, []))
    if not given:
        raise UnreadableError(1, "The file is empty. Its first line names the columns.")
    names = _names(number, given)
    rows: list[Row] = []
    for number, cells in lines:
        if len(rows) == LINES_AT_MOST:
            said = f"There are more than {LINES_AT_MOST:,} employees. Split the file."
            raise UnreadableError(number, said)
        rows.append(_row(number, names, cells))
    if not rows:
        raise UnreadableError(number, "There are no employees below the headings.")
    unknown = [h.strip() for h in given if _is_unknown(fold(h.strip()))]
    return File(rows, unknown)


def _names(number: int, given: Sequence[str]) -> list[str]:
    """Return the field of each column; a column that says nothing has none."""
    names = [NAMES.get(fold(heading.strip()), "") for heading in given]
    for name, (label, _) in FIELDS.items():
        if name in REQUIRED and name not in names:
            raise UnreadableError(number, f"There is no column “{label}”. Add it.")
        if names.count(name) > 1:
            raise UnreadableError(number, f"The column “{label}” is there twice.")
    return names


def _is_unknown(heading: str) -> bool:
    return heading not in NAMES and heading not in PASSED_OVER


def _row(number: int, names: Sequence[str], cells: Sequence[str]) -> Row:
    padded = [*cells, *[""] * (len(names) - len(cells))]
    values = details.tidied(
        {
            name: spreadsheets.unguarded(cell)
            for name, cell in zip(names, padded, strict=False)
            if name
        }
    )
    problems = [said for _, said in details.problems(values)]
    if any(cell.strip() for cell in cells[len(names) :]):
        problems.append(f"There are more values than the {len(names)} columns.")
    return Row(number, values, problems)
