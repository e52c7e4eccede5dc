"""Pictures of numbers, laid out here and drawn as SVG by a template."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from envoy_console.directory.traffic import Minute
from envoy_console.web.wording import counted

HEIGHT = 36
FLOOR = 2  # a minute without requests is seen as a line


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar, from the bottom up."""

    height: int
    is_rejected: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """A row of bars, and what it says to who cannot see it."""

    bars: list[Bar]
    words: str


def requests_per_minute(minutes: Iterable[Minute]) -> Chart:
    """Return the chart of the last minutes; the busiest one reaches the top."""
    minutes = list(minutes)
    most = max(minute.total for minute in minutes)
    bars = [
        Bar(max(FLOOR, round(HEIGHT * minute.total / (most or 1))), minute.rejected > 0)
        for minute in minutes
    ]
    total, rejected = (
        sum(minute.total for minute in minutes),
        sum(minute.rejected for minute in minutes),
    )
    words = (
        f"{counted(total, 'request')} in the last {len(minutes)} minutes, at most "
        f"{most:,} in one minute; {rejected:,} rejected."
    )
    return Chart(bars, words)
