"""How a token reads: `esim_`, 43 random base62 characters (256 bits), their CRC-32.

So a mistyped one is told apart without asking the database, which keeps only the
SHA-256 that it is found by.
"""

from __future__ import annotations

import hashlib
import secrets
import string
import zlib

PREFIX = "esim_"
ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
RANDOM, CHECK = 43, 6
LENGTH = len(PREFIX) + RANDOM + CHECK


def generate() -> str:
    """Return a new token."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(RANDOM))
    return PREFIX + body + _checksum(body)


def looks_valid(token: str) -> bool:
    """Tell a token of ours from anything else, without asking the database."""
    if len(token) != LENGTH or not token.isascii() or not token.startswith(PREFIX):
        return False
    body, check = token[len(PREFIX) : -CHECK], token[-CHECK:]
    return secrets.compare_digest(_checksum(body), check)


def digest(secret: str) -> str:
    """Return what the database keeps of a token, or of a client's secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def masked(token: str) -> str:
    """Return what may be shown of a token: where it begins and how it ends."""
    return f"{PREFIX}••••••••••••••••••••••••{token[-4:]}"


def _checksum(body: str) -> str:
    number, digits = zlib.crc32(body.encode()), ""
    for _ in range(CHECK):
        number, digit = divmod(number, len(ALPHABET))
        digits = ALPHABET[digit] + digits
    return digits
