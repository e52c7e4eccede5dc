"""Dates and times as .NET writes and reads them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

from envoy_console.entra.expressions.errors import EvaluationError

USUAL = "M/d/yyyy h:mm:ss tt"
TOKEN = re.compile(
    r"yyyy|yy|MMMM|MMM|MM|M|dddd|ddd|dd|d|HH|H|hh|h|mm|m|ss|s|f{1,7}|tt|t|zzz|zz|z|K"
    r"|'[^']*'|\\."
)
MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August"),
    *("September", "October", "November", "December"),
)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

# how each token is read: the field that it fills, and what it looks like
READ = {
    "yyyy": ("year", r"\d{4}"),
    "yy": ("year2", r"\d{2}"),
    "MMMM": ("month_name", "|".join(MONTHS)),
    "MMM": ("month_name", "|".join(name[:3] for name in MONTHS)),
    "MM": ("month", r"\d{2}"),
    "M": ("month", r"\d{1,2}"),
    "dddd": ("", "|".join(DAYS)),
    "ddd": ("", "|".join(name[:3] for name in DAYS)),
    "dd": ("day", r"\d{2}"),
    "d": ("day", r"\d{1,2}"),
    "HH": ("hour", r"\d{2}"),
    "H": ("hour", r"\d{1,2}"),
    "hh": ("hour12", r"\d{2}"),
    "h": ("hour12", r"\d{1,2}"),
    "mm": ("minute", r"\d{2}"),
    "m": ("minute", r"\d{1,2}"),
    "ss": ("second", r"\d{2}"),
    "s": ("second", r"\d{1,2}"),
    "tt": ("half", r"AM|PM"),
    "t": ("half", r"A|P"),
    "zzz": ("zone", r"[+-]\d{2}:\d{2}"),
    "zz": ("zone", r"[+-]\d{2}"),
    "z": ("zone", r"[+-]\d{1,2}"),
    "K": ("zone", r"Z|[+-]\d{2}:\d{2}|"),
}
# what CDate understands without being told
KNOWN = (
    USUAL,
    "M/d/yyyy",
    "yyyyMMddHHmmss.fK",
    "yyyyMMddHHmmssK",
    "M/d/yyyy H:mm:ss",
    "d MMM yyyy",
    "MMMM d, yyyy",
)


def shown(moment: datetime, pattern: str = USUAL) -> str:
    """Return a moment written in a .NET format."""
    return TOKEN.sub(lambda token: _write(moment, token[0]), pattern)


def read(text: str, pattern: str) -> datetime:
    """Return the moment that `text` writes in a .NET format; raises EvaluationError."""
    names: list[str] = []
    expression = _reading(pattern, names)
    match = re.fullmatch(expression, text.strip(), re.IGNORECASE)
    if match is None:
        raise EvaluationError(f"“{text[:60]}” is not a date of the format {pattern}.")
    fields = {
        name: found for name, found in zip(names, match.groups(), strict=True) if name
    }
    try:
        return _moment(fields)
    except ValueError as error:
        raise EvaluationError(f"“{text[:60]}” is not a date: {error}.") from error


def guessed(text: str) -> datetime:
    """Return the moment that `text` writes in one of the usual ways."""
    try:
        found = datetime.fromisoformat(text.strip())
        return found if found.tzinfo else found.replace(tzinfo=UTC)
    except ValueError:
        pass
    for pattern in KNOWN:
        try:
            return read(text, pattern)
        except EvaluationError:
            continue
    raise EvaluationError(
        f"“{text[:60]}” is not a date. Use FormatDateTime to say how it is written."
    )


def _reading(pattern: str, names: list[str]) -> str:
    parts, position = [], 0
    for token in TOKEN.finditer(pattern):
        parts.append(re.escape(pattern[position : token.start()]))
        parts.append(_piece(token[0], names))
        position = token.end()
    return "".join(parts) + re.escape(pattern[position:])


def _piece(token: str, names: list[str]) -> str:
    if token[0] in "'\\":
        return re.escape(token.strip("'") if token[0] == "'" else token[1])
    if token[0] == "f":
        names.append("fraction")
        return rf"(\d{{{len(token)}}})" if len(token) > 1 else r"(\d{1,7})"
    name, looks = READ[token]
    names.append(name)
    return f"({looks})"


def _moment(fields: dict[str, str]) -> datetime:
    year = int(fields.get("year") or 2000 + int(fields.get("year2", "1") or 1))
    month = int(fields.get("month", "1"))
    if name := fields.get("month_name"):
        month = [each[:3].lower() for each in MONTHS].index(name[:3].lower()) + 1
    return datetime(
        year,
        month,
        int(fields.get("day", "1")),
        _hour(fields),
        int(fields.get("minute", "0")),
        int(fields.get("second", "0")),
        int((fields.get("fraction", "") + "000000")[:6]),
        _zone(fields.get("zone", "")),
    )


def _hour(fields: dict[str, str]) -> int:
    if "hour12" not in fields:
        return int(fields.get("hour", "0"))
    hour = int(fields["hour12"]) % 12
    return hour + 12 if fields.get("half", "A")[0] in "Pp" else hour


def _zone(text: str) -> timezone:
    if not text or text in "Zz":
        return UTC
    hours, _, minutes = text[1:].partition(":")
    offset = timedelta(hours=int(hours), minutes=int(minutes or 0))
    return timezone(-offset if text[0] == "-" else offset)


def _write(moment: datetime, token: str) -> str:
    if token[0] == "'":
        return token[1:-1]
    if token[0] == "\\":
        return token[1]
    if token[0] == "f":
        return f"{moment.microsecond:06d}0"[: len(token)]
    hour12 = moment.hour % 12 or 12
    offset = f"{moment:%z}" or "+0000"
    written = {
        "yyyy": f"{moment.year:04d}",
        "yy": f"{moment.year % 100:02d}",
        "MMMM": MONTHS[moment.month - 1],
        "MMM": MONTHS[moment.month - 1][:3],
        "MM": f"{moment.month:02d}",
        "M": str(moment.month),
        "dddd": DAYS[moment.weekday()],
        "ddd": DAYS[moment.weekday()][:3],
        "dd": f"{moment.day:02d}",
        "d": str(moment.day),
        "HH": f"{moment.hour:02d}",
        "H": str(moment.hour),
        "hh": f"{hour12:02d}",
        "h": str(hour12),
        "mm": f"{moment.minute:02d}",
        "m": str(moment.minute),
        "ss": f"{moment.second:02d}",
        "s": str(moment.second),
        "tt": "AM" if moment.hour < 12 else "PM",
        "t": "A" if moment.hour < 12 else "P",
        "zzz": f"{offset[:3]}:{offset[3:5]}",
        "zz": offset[:3],
        "z": f"{offset[0]}{int(offset[1:3])}",
        "K": "Z" if offset == "+0000" else f"{offset[:3]}:{offset[3:5]}",
    }
    return written[token]
