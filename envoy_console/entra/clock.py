"""Simulated time: the 40 minutes between two cycles pass faster in front of a class."""

from __future__ import annotations

from datetime import timedelta

INTERVAL = timedelta(minutes=40)
SPEEDS = (1, 10, 60, 300)
USUAL_SPEED = 60


def real(simulated: timedelta, speed: int) -> timedelta:
    """Return how long `simulated` takes on a clock that runs `speed` times as fast."""
    return simulated / max(speed, 1)
