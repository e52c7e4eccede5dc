"""Dates and times as .NET reads and writes them, with the culture en-US.

The server's time zone is UTC, as that of Entra: what has another offset is converted, and
what has none is UTC.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from envoy_console.entra.expressions.errors import EvaluationError

USUAL = "M/d/yyyy h:mm:ss tt"
LONGEST_FORMAT = 200
# the last year that two digits mean
LAST_SHORT_YEAR = 2049

MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August"),
    *("September", "October", "November", "December"),
)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

# formats of one letter stand for others
STANDARD = {
    "d": "M/d/yyyy",
    "D": "dddd, MMMM d, yyyy",
    "f": "dddd, MMMM d, yyyy h:mm tt",
    "F": "dddd, MMMM d, yyyy h:mm:ss tt",
    "g": "M/d/yyyy h:mm tt",
    "G": USUAL,
    **dict.fromkeys("mM", "MMMM d"),
    **dict.fromkeys("oO", "yyyy-MM-dd'T'HH:mm:ss.fffffffK"),
    **dict.fromkeys("rR", "ddd, dd MMM yyyy HH:mm:ss 'GMT'"),
    "s": "yyyy-MM-dd'T'HH:mm:ss",
    "t": "h:mm tt",
    "T": "h:mm:ss tt",
    "u": "yyyy-MM-dd HH:mm:ss'Z'",
    **dict.fromkeys("yY", "MMMM yyyy"),
}
# what is understood without being told, beside the rest of ISO 8601
GUESSES = (
    *("yyyy-MM-ddK", USUAL, "M/d/yyyy h:mm tt", "M/d/yyyy H:mm:ss", "M/d/yyyy H:mm"),
    *("M/d/yyyy", "d MMM yyyy", "d MMMM yyyy", "MMM d, yyyy", "MMMM d, yyyy"),
    *("dddd, MMMM d, yyyy", "ddd, dd MMM yyyy HH:mm:ss 'GMT'"),
)
# to fromisoformat the offset after a mere date would be a time
ISO = re.compile("[0-9W-]+(?:[Tt ].+)?")
PIECE = re.compile(
    r"""(?P<quoted>'[^']*'|"[^"]*"|\\.)|(?P<specifier>y+|M+|d+|H+|h+|m+|s+|f+|F+|t+|z+|K)
      |%|(?P<literal>.)""",
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Specifier:
    """A part of a date: the field that it fills, what it looks like, how it is written."""

    field: str
    looks: str
    write: Callable[[datetime], str]


def _names(names: tuple[str, ...], length: int | None = None) -> str:
    return "(?i:" + "|".join(name[:length] for name in names) + ")"


TWO, ONE_OR_TWO = "[0-9]{2}", "[0-9]{1,2}"

SPECIFIERS = {
    "y": Specifier("short_year", ONE_OR_TWO, lambda at: str(at.year % 100)),
    "yy": Specifier("short_year", TWO, lambda at: f"{at.year % 100:02}"),
    "yyyy": Specifier("year", "[0-9]{4}", lambda at: f"{at.year:04}"),
    "M": Specifier("month", ONE_OR_TWO, lambda at: str(at.month)),
    "MM": Specifier("month", TWO, lambda at: f"{at.month:02}"),
    "MMM": Specifier("month", _names(MONTHS, 3), lambda at: MONTHS[at.month - 1][:3]),
    "MMMM": Specifier("month", _names(MONTHS), lambda at: MONTHS[at.month - 1]),
    "d": Specifier("day", ONE_OR_TWO, lambda at: str(at.day)),
    "dd": Specifier("day", TWO, lambda at: f"{at.day:02}"),
    "ddd": Specifier("weekday", _names(DAYS, 3), lambda at: DAYS[at.weekday()][:3]),
    "dddd": Specifier("weekday", _names(DAYS), lambda at: DAYS[at.weekday()]),
    "H": Specifier("hour", ONE_OR_TWO, lambda at: str(at.hour)),
    "HH": Specifier("hour", TWO, lambda at: f"{at.hour:02}"),
    "h": Specifier("half_hour", ONE_OR_TWO, lambda at: str(at.hour % 12 or 12)),
    "hh": Specifier("half_hour", TWO, lambda at: f"{at.hour % 12 or 12:02}"),
    "m": Specifier("minute", ONE_OR_TWO, lambda at: str(at.minute)),
    "mm": Specifier("minute", TWO, lambda at: f"{at.minute:02}"),
    "s": Specifier("second", ONE_OR_TWO, lambda at: str(at.second)),
    "ss": Specifier("second", TWO, lambda at: f"{at.second:02}"),
    "t": Specifier("half", "[AaPp]", lambda at: "AP"[at.hour // 12]),
    "tt": Specifier("half", "(?i:AM|PM)", lambda at: f"{'AP'[at.hour // 12]}M"),
    "z": Specifier("zone", "[+-][0-9]{1,2}", lambda at: "+0"),
    "zz": Specifier("zone", "[+-][0-9]{2}", lambda at: "+00"),
    "zzz": Specifier("zone", "[+-][0-9]{2}:[0-9]{2}", lambda at: "+00:00"),
    "K": Specifier("zone", "(?:Z|[+-][0-9]{2}:[0-9]{2}|)", lambda at: "Z"),
}
# more of a letter than there is a meaning for means the most there is
MOST = {"y": 4, "M": 4, "d": 4, "H": 2, "h": 2, "m": 2, "s": 2, "t": 2, "z": 3}


def shown(moment: datetime, pattern: str = USUAL) -> str:
    """Return a moment, in UTC, written in a .NET format."""
    return "".join(
        piece if isinstance(piece, str) else piece.write(moment)
        for piece in _pieces(pattern)
    )


def read(text: str, pattern: str) -> datetime:
    """Return the moment that `text` writes in a .NET format; raises EvaluationError."""
    pieces = list(_pieces(pattern))
    # possessive, as .NET reads: what a part has taken it does not give back
    looks = (
        re.escape(piece) if isinstance(piece, str) else f"((?>{piece.looks}))"
        for piece in pieces
    )
    found = re.fullmatch("".join(looks), text)
    if found is None:
        raise EvaluationError(
            f"“{text[:60]}” is not a date in the format “{pattern[:60]}”."
        )
    names = [piece.field for piece in pieces if isinstance(piece, Specifier)]
    fields = dict(zip(names, found.groups(), strict=True))
    return _converted(lambda: _moment(fields), text)


def guessed(text: str) -> datetime:
    """Return the moment that `text` writes in one of the usual ways."""
    text = text.strip()
    for pattern in GUESSES:
        try:
            return read(text, pattern)
        except EvaluationError:
            continue
    if not ISO.fullmatch(text):
        raise _unknown(text)
    try:
        return _converted(lambda: datetime.fromisoformat(text), text)
    except EvaluationError as error:
        raise _unknown(text) from error


def _unknown(text: str) -> EvaluationError:
    return EvaluationError(
        f"“{text[:60]}” is not a date. Say with FormatDateTime how it is written."
    )


def _pieces(pattern: str) -> Iterator[Specifier | str]:
    """Return what a format is made of: parts of a date, and text that is itself."""
    if len(pattern) > LONGEST_FORMAT:
        raise EvaluationError(f"A format may have {LONGEST_FORMAT} characters.")
    for found in PIECE.finditer(STANDARD.get(pattern, pattern)):
        if letters := found["specifier"]:
            yield _specifier(letters)
        elif quoted := found["quoted"]:
            yield quoted[1:] if quoted[0] == "\\" else quoted[1:-1]
        elif literal := found["literal"]:
            yield literal


def _specifier(letters: str) -> Specifier:
    letter, number = letters[0], len(letters)
    if letter in "fF":
        return _fraction(letter, number)
    if letter == "y" and number == 3:
        number = 4
    return SPECIFIERS[letter * min(number, MOST.get(letter, 1))]


def _fraction(letter: str, number: int) -> Specifier:
    """`f` has all its digits, `F` none that are 0 at the end."""
    if number > 7:
        raise EvaluationError("A format tells seven digits of a second at most.")

    def write(at: datetime) -> str:
        digits = f"{at.microsecond:06}0"[:number]
        return digits if letter == "f" else digits.rstrip("0")

    fewest = number if letter == "f" else 0
    return Specifier("fraction", f"[0-9]{{{fewest},{number}}}", write)


def _converted(make: Callable[[], datetime], text: str) -> datetime:
    try:
        moment = make()
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError) as error:
        raise EvaluationError(f"“{text[:60]}” is not a date: {error}.") from error


def _moment(fields: dict[str, str]) -> datetime:
    today = datetime.now(UTC)
    has_date = not fields.keys().isdisjoint({"year", "short_year", "month", "day"})
    return datetime(
        _year(fields, today.year),
        _month(fields["month"])
        if "month" in fields
        else 1
        if has_date
        else today.month,
        int(fields["day"]) if "day" in fields else 1 if has_date else today.day,
        _hour(fields),
        int(fields.get("minute", 0)),
        int(fields.get("second", 0)),
        int(fields.get("fraction", "").ljust(6, "0")[:6]),
        _zone(fields.get("zone", "")),
    )


def _year(fields: dict[str, str], this_year: int) -> int:
    if "short_year" not in fields:
        return int(fields.get("year", this_year))
    year = 2000 + int(fields["short_year"])
    return year if year <= LAST_SHORT_YEAR else year - 100


def _month(text: str) -> int:
    if text.isdecimal():
        return int(text)
    return [name[:3].lower() for name in MONTHS].index(text[:3].lower()) + 1


def _hour(fields: dict[str, str]) -> int:
    if "half_hour" not in fields:
        return int(fields.get("hour", 0))
    hour = int(fields["half_hour"])
    if hour > 12:
        raise ValueError("there is no such hour of half a day")
    is_afternoon = fields.get("half", "A")[0] in "Pp"
    return hour % 12 + (12 if is_afternoon else 0)


def _zone(text: str) -> timezone:
    if text in ("", "Z"):
        return UTC
    hours, _, minutes = text[1:].partition(":")
    offset = timedelta(hours=int(hours), minutes=int(minutes or 0))
    return timezone(-offset if text[0] == "-" else offset)
