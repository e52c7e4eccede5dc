"""A pace: how often something may happen for each of many.

The counts are in the memory of each worker, since counts in the database would turn
every read into a write. Several workers let through up to that many times as much.
"""

from __future__ import annotations

import threading
import time

REMEMBERED = 10_000


class Pace:
    """Lets `per_second` requests through for each key, and a burst of them at once."""

    def __init__(self, per_second: float, burst: float) -> None:
        self._interval = 1 / per_second
        self._slack = (burst - 1) * self._interval
        # until when the requests of a key would take, had they come one by one
        self._busy_until: dict[str, float] = {}
        self._lock = threading.Lock()

    def wait(self, key: str) -> float:
        """Count a request of `key`; return for how many seconds it comes too early."""
        moment = time.monotonic()
        with self._lock:
            start = max(self._busy_until.get(key, moment), moment)
            early = start - moment - self._slack
            if early > 0:
                return early
            self._busy_until[key] = start + self._interval
            if len(self._busy_until) > REMEMBERED:
                self._forget_idle(moment)
        return 0.0

    def _forget_idle(self, moment: float) -> None:
        """Forget who is quiet; if nobody is, everybody, for memory has an end."""
        busy = {key: end for key, end in self._busy_until.items() if end > moment}
        self._busy_until = busy if len(busy) < REMEMBERED / 2 else {}
