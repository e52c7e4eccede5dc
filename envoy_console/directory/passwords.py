"""Passwords of console accounts: argon2id, at a cost that a laptop can serve.

m = 19 MiB, t = 2, p = 1 (OWASP's choice) takes some 27 ms; two at a time, so that a
rush of sign-ins cannot eat the machine.
"""

from __future__ import annotations

import secrets
import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from envoy_console.directory.errors import RuleError

SHORTEST, LONGEST = 15, 128
HASHER = PasswordHasher(memory_cost=19 * 1024, time_cost=2, parallelism=1)
AT_ONCE = threading.BoundedSemaphore(2)

# Letters and digits that cannot be mistaken for one another when read aloud.
READABLE = "abcdefghjkmnpqrstuvwxyz23456789"


class WeakPasswordError(RuleError):
    """The password is too short, too long, or too easy to guess."""


def generate() -> str:
    """Return a new password of four readable groups (99 bits)."""
    groups = ("".join(secrets.choice(READABLE) for _ in range(5)) for _ in range(4))
    return "-".join(groups)


def hashed(password: str) -> str:
    """Return the argon2id hash to store."""
    with AT_ONCE:
        return HASHER.hash(password)


def verify(stored: str | None, password: str) -> bool:
    """Tell whether `password` is right; an unknown account costs just as much."""
    if len(password) > LONGEST:
        return False
    with AT_ONCE:
        try:
            return HASHER.verify(stored or _dummy(), password) and stored is not None
        except (VerificationError, InvalidHashError):
            return False


def check(password: str, *, about: tuple[str, ...] = ()) -> None:
    """Raise WeakPasswordError unless `password` may be chosen (NIST SP 800-63B)."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise WeakPasswordError(
            f"Choose a password of {SHORTEST} to {LONGEST} characters. "
            "A short sentence is a good one."
        )
    plain = password.casefold()
    if len(set(plain)) < 5 or any(word and word.casefold() in plain for word in about):
        raise WeakPasswordError(
            "Choose a password that does not repeat itself or contain your email address."
        )


_DUMMY: list[str] = []


def _dummy() -> str:
    if not _DUMMY:
        _DUMMY.append(HASHER.hash(secrets.token_hex(16)))
    return _DUMMY[0]
