"""Functions about dates: as text of .NET's usual format, or as a moment from CDate."""

from __future__ import annotations

import calendar
from datetime import UTC, datetime, timedelta
from typing import Any

from envoy_console.entra.expressions import moments
from envoy_console.entra.expressions.errors import EvaluationError
from envoy_console.entra.expressions.functions import Functions
from envoy_console.entra.expressions.values import integer, is_empty, text_of

functions = Functions()

# .NET's file time: steps of 100 ns since 1601
EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
INTERVALS = ("yyyy", "q", "m", "y", "d", "w", "ww", "h", "n", "s")
SECONDS = {
    "y": 86_400,
    "d": 86_400,
    "w": 86_400,
    "ww": 604_800,
    "h": 3_600,
    "n": 60,
    "s": 1,
}


@functions.add(
    "CDate(expression)",
    "Reads a date from text.",
    'CDate("2026-11-25T08:00:00Z")',
    takes=(1, 1),
)
def cdate(value: Any) -> datetime:
    return _moment(value)


@functions.add(
    "DateAdd(interval, value, dateTime)",
    "Adds an interval to a date: yyyy, q, m, y, d, w, ww, h, n or s.",
    'DateAdd("d", 14, CDate([employeeHireDate]))',
    takes=(3, 3),
)
def date_add(interval: Any, value: Any, moment: Any) -> datetime:
    name, number = _interval(interval), integer(value, "The value of DateAdd")
    start = _moment(moment)
    try:
        if name in SECONDS:
            return start + timedelta(seconds=SECONDS[name] * number)
        return _months_later(start, number * {"yyyy": 12, "q": 3, "m": 1}[name])
    except (OverflowError, ValueError) as error:
        raise EvaluationError("DateAdd leads beyond the years 1 to 9999.") from error


@functions.add(
    "DateDiff(interval, date1, date2)",
    "Counts the intervals from date1 to date2.",
    'DateDiff("d", CDate([employeeHireDate]), Now())',
    takes=(3, 3),
)
def date_diff(interval: Any, first: Any, second: Any) -> int:
    name, start, end = _interval(interval), _moment(first), _moment(second)
    months = (end.year - start.year) * 12 + end.month - start.month
    if name == "yyyy":
        return end.year - start.year
    if name == "q":
        return (end.year * 4 + (end.month - 1) // 3) - (
            start.year * 4 + (start.month - 1) // 3
        )
    if name == "m":
        return months
    size = SECONDS["ww"] if name in ("w", "ww") else SECONDS[name]
    return int((end - start).total_seconds() / size)


@functions.add(
    "DateFromNum(value)",
    "Makes a date of .NET's number for it.",
    "DateFromNum(133485408000000000)",
    takes=(1, 1),
)
def date_from_num(value: Any) -> datetime:
    try:
        return EPOCH + timedelta(microseconds=integer(value, "The number") // 10)
    except OverflowError as error:
        raise EvaluationError("The number is beyond the year 9999.") from error


@functions.add(
    "FormatDateTime(source, dateTimeStyles, inputFormat, outputFormat)",
    "Writes a date in another format.",
    'FormatDateTime([extensionAttribute1], , "yyyyMMdd", "yyyy-MM-dd")',
    takes=(4, 4),
)
def format_date_time(source: Any, _styles: Any, given: Any, wanted: Any) -> str:
    if is_empty(source):
        return ""
    pattern = text_of(given)
    moment = moments.read(text_of(source), pattern) if pattern else _moment(source)
    return moments.shown(moment, text_of(wanted) or moments.USUAL)


@functions.add("Now()", "Tells the present time in UTC.", "Now()", takes=(0, 0))
def now() -> str:
    return moments.shown(datetime.now(UTC))


@functions.add(
    "NumFromDate(value)",
    "Makes .NET's number of a date.",
    'NumFromDate(CDate("2026-11-25T00:00:00Z"))',
    takes=(1, 1),
)
def num_from_date(value: Any) -> int:
    since = _moment(value) - EPOCH
    return (since.days * 86_400 + since.seconds) * 10_000_000 + since.microseconds * 10


def _moment(value: Any) -> datetime:
    return value if isinstance(value, datetime) else moments.guessed(text_of(value))


def _interval(value: Any) -> str:
    name = text_of(value)
    if name not in INTERVALS:
        raise EvaluationError(
            f"“{name[:20]}” is not an interval. Use one of {', '.join(INTERVALS)}."
        )
    return name


def _months_later(start: datetime, months: int) -> datetime:
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return start.replace(year=year, month=month + 1, day=min(start.day, last))
