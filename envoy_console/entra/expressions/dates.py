"""Functions about dates: each takes a text or another's date, and no value for none."""

from __future__ import annotations

import calendar
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from envoy_console.entra.expressions import moments
from envoy_console.entra.expressions.errors import EvaluationError
from envoy_console.entra.expressions.functions import Functions
from envoy_console.entra.expressions.values import integer, is_empty, text_of

functions = Functions()

# Active Directory counts steps of 100 ns from here
FIRST = datetime(1601, 1, 1, tzinfo=UTC)

WEEK = timedelta(weeks=1)
LENGTHS = {
    "d": timedelta(days=1),
    "ww": WEEK,
    "h": timedelta(hours=1),
    "n": timedelta(minutes=1),
    "s": timedelta(seconds=1),
}
MONTHS = {"yyyy": 12, "m": 1}
INTERVALS = ("yyyy", "m", *LENGTHS)

STYLES = frozenset(
    [
        *("None", "AllowLeadingWhite", "AllowTrailingWhite", "AllowInnerWhite"),
        *("AllowWhiteSpaces", "NoCurrentDateDefault", "AdjustToUniversal"),
        *("AssumeLocal", "AssumeUniversal", "RoundtripKind"),
    ]
)
USUAL_STYLES = "AllowLeadingWhite, AllowTrailingWhite"


@functions.add(
    "CDate(expression)",
    "The date that a text writes, in UTC.",
    'CDate("2021-06-30+08:00")',
)
def c_date(value: Any) -> datetime | None:
    return _moment(value)


@functions.add(
    "DateAdd(interval, value, dateTime)",
    "A date that much later: yyyy years, m months, ww weeks, d days, h hours, n minutes "
    "or s seconds.",
    'DateAdd("ww", 2, CDate("2012-03-16-07:00"))',
)
def date_add(interval: Any, value: Any, moment: Any) -> datetime | None:
    name, number = _interval(interval), integer(value, "The value of DateAdd")
    start = _moment(moment)
    if start is None:
        return None
    if name in MONTHS:
        return _within_calendar(lambda: _months_later(start, number * MONTHS[name]))
    return _within_calendar(lambda: start + number * LENGTHS[name])


@functions.add(
    "DateDiff(interval, date1, date2)",
    "How many intervals date2 is after date1: yyyy, m, ww, d, h, n or s.",
    'DateDiff("h", CDate("2021-08-24"), CDate("2021-08-25"))',
)
def date_diff(interval: Any, first: Any, second: Any) -> int | None:
    name, start, end = _interval(interval), _moment(first), _moment(second)
    if start is None or end is None:
        return None
    match name:
        case "yyyy":
            return end.year - start.year
        case "m":
            return (end.year - start.year) * 12 + end.month - start.month
        case "ww":
            return _whole(_into_week(start) + (end - start) - _into_week(end), WEEK)
    return _whole(end - start, LENGTHS[name])


@functions.add(
    "DateFromNum(value)",
    "The date of an Active Directory timestamp.",
    "DateFromNum(129699324000000000)",
)
def date_from_num(value: Any) -> datetime | None:
    if is_empty(value):
        return None
    number = integer(value, "The value of DateFromNum")
    return _within_calendar(lambda: FIRST + timedelta(microseconds=number // 10))


@functions.add(
    "FormatDateTime(source, dateTimeStyles?, inputFormat, outputFormat)",
    "A date in another of .NET's formats.",
    'FormatDateTime("20150123105347.1Z", , "yyyyMMddHHmmss.fZ", "yyyy-MM-dd")',
)
def format_date_time(source: Any, styles: Any, given: Any, wanted: Any) -> str:
    text = text_of(source)
    if not text:
        return ""
    text = _without_white(text, _styles(text_of(styles) or USUAL_STYLES))
    moment = moments.read(text, text_of(given))
    return moments.shown(moment, text_of(wanted) or moments.USUAL)


@functions.add("Now()", "The present date and time in UTC.", "Now()")
def now() -> datetime:
    return datetime.now(UTC)


@functions.add(
    "NumFromDate(value)",
    "A date as an Active Directory timestamp.",
    'NumFromDate("2020-12-31 23:59:59-08:00")',
)
def num_from_date(value: Any) -> int | None:
    moment = _moment(value)
    return (
        None if moment is None else (moment - FIRST) // timedelta(microseconds=1) * 10
    )


def _moment(value: Any) -> datetime | None:
    if is_empty(value):
        return None
    return value if isinstance(value, datetime) else moments.guessed(text_of(value))


def _interval(value: Any) -> str:
    name = text_of(value)
    if name not in INTERVALS:
        raise EvaluationError(
            f"“{name[:20]}” is not an interval. Use one of {', '.join(INTERVALS)}."
        )
    return name


def _months_later(start: datetime, months: int) -> datetime:
    """A month without that day gives its last."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return start.replace(year=year, month=month + 1, day=min(start.day, last))


def _within_calendar(make: Callable[[], datetime]) -> datetime:
    try:
        return make()
    except (ValueError, OverflowError) as error:
        raise EvaluationError("The date is beyond the years 1 to 9999.") from error


def _into_week(moment: datetime) -> timedelta:
    """Return how many days of its week, from Sunday on, are over: VBA counts weeks so."""
    return timedelta(days=moment.isoweekday() % 7)


def _whole(distance: timedelta, length: timedelta) -> int:
    """Return how often a length fits, without the rest."""
    number = abs(distance) // length
    return -number if distance < timedelta() else number


def _styles(text: str) -> frozenset[str]:
    names = frozenset(
        part.strip().removeprefix("DateTimeStyles.") for part in text.split(",")
    )
    for unknown in sorted(names - STYLES):
        raise EvaluationError(f"“{unknown[:60]}” is not one of .NET's DateTimeStyles.")
    return names


def _without_white(text: str, styles: frozenset[str]) -> str:
    if styles & {"AllowLeadingWhite", "AllowWhiteSpaces"}:
        text = text.lstrip()
    if styles & {"AllowTrailingWhite", "AllowWhiteSpaces"}:
        text = text.rstrip()
    return text
