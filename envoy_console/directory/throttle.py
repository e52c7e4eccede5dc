"""Slow down those who guess. One function for every secret that can be guessed.

An attempt is counted before it is judged, in the database, so that parallel guesses
through several workers share one count; a right guess gives the count back.
"""

from __future__ import annotations

from datetime import timedelta
from ipaddress import ip_address, ip_network

import sqlalchemy as sa
from blinker import Signal
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from envoy_console.models import Throttle
from envoy_console.models.base import now, table
from envoy_console.models.transactions import savepoint

FREE_PER_ACCOUNT = 5
FREE_FROM_ANYWHERE = 30
# a whole class signs in from one address
FREE_PER_SOURCE = 60
LONGEST = timedelta(minutes=15)

refused = Signal("The key whose attempt was refused unheard.")


class ThrottledError(Exception):
    """Too many wrong attempts; `retry_after` says when to try again."""

    def __init__(self, retry_after: timedelta) -> None:
        super().__init__(f"Too many attempts. Try again in {_in_words(retry_after)}.")
        self.retry_after = retry_after


def admit(tx: Connection, key: str, *, free: int) -> bool:
    """Count an attempt for `key`, or raise ThrottledError when it has to wait.

    True for the attempt after which, if it is wrong, the next ones have to wait.
    """
    throttles = table(Throttle)
    found = tx.execute(
        sa.select(throttles).where(throttles.c.key == key).with_for_update()
    ).first()
    moment = now()  # after waiting for whoever was counted just before
    if found is None:
        first = throttles.insert().values(key=key, failures=1, blocked_until=moment)
        try:
            with savepoint(tx):
                tx.execute(first)
        except IntegrityError:  # somebody else's attempt was counted just before
            return admit(tx, key, free=free)
        return free == 1
    if found.blocked_until > moment:
        refused.send(key)
        raise ThrottledError(found.blocked_until - moment)
    rested = moment - found.blocked_until > LONGEST
    failures = 1 if rested else found.failures + 1
    tx.execute(
        throttles.update()
        .where(throttles.c.key == key)
        .values(failures=failures, blocked_until=moment + _pause(failures, free))
    )
    return failures == free


def touch(tx: Connection, key: str) -> None:
    """Change nothing, at the cost of a write.

    What becomes of a guess is written down where there is an account; for one that is
    not there, this takes as long, so that the time does not tell.
    """
    throttles = table(Throttle)
    mine = throttles.update().where(throttles.c.key == key)
    tx.execute(mine.values(failures=throttles.c.failures))


def give_back(tx: Connection, key: str) -> None:
    """Take back the one attempt that was right; the wrong ones go on counting.

    So whoever has an account does not wipe out, with its password, what they guessed at
    those of others.
    """
    throttles = table(Throttle)
    mine = throttles.update().where(throttles.c.key == key, throttles.c.failures > 0)
    values = {"failures": throttles.c.failures - 1, "blocked_until": now()}
    tx.execute(mine.values(values))


def forgive(tx: Connection, key: str) -> None:
    """Forget the attempts for `key` after a right one."""
    throttles = table(Throttle)
    tx.execute(throttles.delete().where(throttles.c.key == key))


def forgive_all(tx: Connection, beginning: str) -> None:
    """Forget the attempts for every key that begins so."""
    throttles = table(Throttle)
    those = throttles.c.key.startswith(beginning, autoescape=True)
    tx.execute(throttles.delete().where(those))


def forget_rested(tx: Connection) -> None:
    """Delete the rows of whoever has not tried for so long that they start anew."""
    throttles = table(Throttle)
    rested = throttles.c.blocked_until < now() - 2 * LONGEST
    tx.execute(throttles.delete().where(rested))


def sender(source: str) -> str:
    """Return what one sender has: an IPv4 address, or all of the /64 of an IPv6 one."""
    try:
        address = ip_address(source)
    except ValueError:  # a socket without one
        return source
    if address.version == 4:
        return str(address)
    if address.ipv4_mapped:  # as IPv4 arrives where IPv6 is listened to
        return str(address.ipv4_mapped)
    return str(ip_network((int(address), 64), strict=False))


def _pause(failures: int, free: int) -> timedelta:
    if failures < free:
        return timedelta(0)
    return min(timedelta(seconds=2 ** min(failures - free, 10)), LONGEST)


def _in_words(wait: timedelta) -> str:
    seconds = max(1, round(wait.total_seconds()))
    if seconds < 90:
        return f"{seconds} seconds" if seconds > 1 else "a second"
    return f"{round(seconds / 60)} minutes"
