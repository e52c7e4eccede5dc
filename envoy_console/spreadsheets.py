"""Tables as spreadsheets write and read them: CSV, in both directions.

Both consoles take such files and hand them out, and neither may trust what is in them:
a file may be anything, and a cell may be a formula.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

# where a formula could begin: at the start of a cell, and after what a spreadsheet that
# parts cells by semicolons or tabs takes for its end; what looks guarded already is guarded
# once more, so that it comes back as it was
SIGN = r"=+\-@\uff1d\uff0b\uff0d\uff20"
START, INSIDE = rf"(?='*+[{SIGN}\t\r\n])", rf"(?='*+[{SIGN}])"
BEFORE = r'[;\t\r\n]"*'
FORMULA = re.compile(f"(^){START}|({BEFORE}){INSIDE}")
GUARDED = re.compile(f"(^)'{START}|({BEFORE})'{INSIDE}")

# without it, Excel takes UTF-8 for something else
BYTE_ORDER_MARK = "\ufeff"
ROWS_AT_ONCE = 200

MOST_COLUMNS = 200


class UnreadableError(Exception):
    """A file that is no table; the text says why, `line` where."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


def lines(data: bytes, *, skipping: str = "") -> Iterator[tuple[int, list[str]]]:
    """Yield the lines that say something, with their numbers; raises UnreadableError.

    What comes before the headings, and may begin with `skipping`, says nothing about
    whether commas or semicolons part the cells.
    """
    text = _text(data)
    reader = csv.reader(
        io.StringIO(text, newline=""),
        delimiter=_delimiter(text.removeprefix(skipping)),
        strict=True,
    )
    begin = 1
    try:
        for cells in reader:
            if len(cells) > MOST_COLUMNS:
                said = f"There are more than {MOST_COLUMNS} columns."
                raise UnreadableError(begin, said)
            if any(cell.strip() for cell in cells):
                yield begin, cells
            begin = reader.line_num + 1
    except csv.Error as error:
        raise UnreadableError(begin, f"This is not CSV: {error}.") from error


def written(columns: Sequence[str], rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """Yield a CSV file piece by piece, its cells made safe."""
    piece = io.StringIO()
    writer = csv.writer(piece)
    piece.write(BYTE_ORDER_MARK)
    writer.writerow(columns)
    for number, row in enumerate(rows, 1):
        writer.writerow(map(safe, row))
        if number % ROWS_AT_ONCE == 0:
            yield piece.getvalue()
            piece.seek(0)
            piece.truncate()
    yield piece.getvalue()


def safe(value: Any) -> str:
    """Return a value as a cell of which no spreadsheet runs any part as a formula.

    In half of Europe they part cells by semicolons, and LibreOffice does by default.
    """
    return FORMULA.sub(r"\1\2'", "" if value is None else str(value))


def unguarded(cell: str) -> str:
    """Return a cell without the apostrophes that `safe` put into it."""
    return GUARDED.sub(r"\1\2", cell)


def _text(data: bytes) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        said = "This is not UTF-8. Save it as “CSV UTF-8”."
        raise UnreadableError(line, said) from error
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise UnreadableError(line, "This is no text. Save it as “CSV UTF-8”.")
    return text


def _delimiter(text: str) -> str:
    """Tell the comma from the semicolon, which Excel writes in half of Europe."""
    heading = text.lstrip(",;\r\n").partition("\n")[0]
    return ";" if heading.count(";") > heading.count(",") else ","
