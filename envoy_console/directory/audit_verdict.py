"""Is a company's audit log what was written? If not, which row is the first, and why.

The rows are read as a stream, against the head as it stood before.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from envoy_console.directory import audit_chain
from envoy_console.directory.audit_chain import events
from envoy_console.models.seals import UnreadableError

KEY_GONE = (
    "no key of this server opens the key of this log. Put the TOKEN_KEY that was in use "
    "after the present one, separated by a comma; if it is lost, `audit begin`."
)
BEFORE_CHANGED = (
    "the {number} rows from before the chain began are not what they were then."
)
HEAD_CHANGED = (
    "the head is not what was written: rows after row {number} may have been cut off."
)


@dataclass(frozen=True, slots=True)
class Head:
    """How many rows a log has had, and the hash of the last: `12:5f0c…`."""

    length: int
    hash: str

    @classmethod
    def read(cls, text: str) -> Head:
        """Return a head that was printed; raises ValueError."""
        length, _, digest = text.strip().partition(":")
        return cls(int(length), bytes.fromhex(digest).hex())

    def __str__(self) -> str:
        return f"{self.length}:{self.hash}"


@dataclass(frozen=True, slots=True)
class Sound:
    """All rows are what was written. `anchored` were there before the chain began."""

    head: Head | None
    chain: Any | None
    rows: int


class UnsoundError(Exception):
    """The log is not what was written; the text names the first row, and says why."""


def verify(tx: Connection, company_id: str, *, known: Head | None = None) -> Sound:
    """Compare the rows with the chain, and with a head that was printed before.

    Raises UnsoundError.
    """
    chain = audit_chain.find(tx, company_id)
    if chain is None:
        return _without_chain(tx, company_id, known)
    try:
        key = audit_chain.opened(chain)
    except UnreadableError as error:
        raise UnsoundError(KEY_GONE) from error
    _check_before(tx, key, chain)
    reached = _check_rows(tx, key, chain, known)
    _check_head(tx, key, chain, reached)
    if known and known.length > reached.length:
        raise UnsoundError(_cut_off(reached.length, known.length))
    return Sound(reached, chain, reached.length)


def _without_chain(tx: Connection, company_id: str, known: Head | None) -> Sound:
    if known or audit_chain.has_links(tx, company_id):
        raise UnsoundError("the head of this log is gone.")
    mine = events.c.company_id == company_id
    counted = sa.select(sa.func.count()).select_from(events).where(mine)
    return Sound(None, None, tx.execute(counted).scalar_one())


def _check_before(tx: Connection, key: bytes, chain: Any) -> None:
    before = audit_chain.rows(tx, chain.company_id, up_to=chain.anchored_to)
    made, number, _ = audit_chain.anchor(key, chain.company_id, before)
    if number != chain.anchored or not hmac.compare_digest(made, chain.anchor):
        raise UnsoundError(BEFORE_CHANGED.format(number=chain.anchored))


def _check_rows(tx: Connection, key: bytes, chain: Any, known: Head | None) -> Head:
    """Follow the chain; return how far it reaches."""
    number, last = chain.anchored, chain.anchor
    for row in audit_chain.rows(tx, chain.company_id, after=chain.anchored_to):
        number += 1
        _check_place(tx, row, number)
        expected = audit_chain.link(key, last, row._mapping)
        if not hmac.compare_digest(expected, row.hash):
            raise UnsoundError(f"{_named(row)}: what it says was changed.")
        last = row.hash
        if known and known.length == number and known.hash != last.hex():
            raise UnsoundError(f"{_named(row)} is not the one of the head {known}.")
    return Head(number, last.hex())


def _check_place(tx: Connection, row: Any, number: int) -> None:
    if row.number is None or row.hash is None:
        raise UnsoundError(
            f"the row after row {number - 1} ({_told(row)}) is not in the chain: another "
            "version wrote it, a server with another TOKEN_KEY, or somebody else."
        )
    if row.number == number:
        return
    if row.number < number or _is_elsewhere(tx, row, number):
        raise UnsoundError(f"{_named(row)} stands where row {number} was: swapped.")
    raise UnsoundError(_missing(number, row.number - 1) + " deleted.")


def _check_head(tx: Connection, key: bytes, chain: Any, reached: Head) -> None:
    if not audit_chain.is_sound(key, chain):
        raise UnsoundError(HEAD_CHANGED.format(number=reached.length))
    if reached.length < chain.length:
        raise UnsoundError(_cut_off(reached.length, chain.length))
    if reached.length > chain.length:  # while we read, rows were added
        newer = audit_chain.find(tx, chain.company_id)
        if newer is None or newer.length < reached.length:
            raise UnsoundError(HEAD_CHANGED.format(number=chain.length))


def _is_elsewhere(tx: Connection, row: Any, number: int) -> bool:
    query = sa.select(events.c.id).where(
        events.c.company_id == row.company_id,
        events.c.id > row.id,
        events.c.number == number,
    )
    return tx.execute(query).first() is not None


def _cut_off(reached: int, length: int) -> str:
    return _missing(reached + 1, length) + " cut off at the end."


def _missing(first: int, last: int) -> str:
    return f"row {first} was" if first == last else f"rows {first} to {last} were"


def _named(row: Any) -> str:
    return f"row {row.number} ({_told(row)})"


def _told(row: Any) -> str:
    what = f"{row.actor_label} {row.action} {row.subject}".strip()
    return f"{row.at:%Y-%m-%d %H:%M:%S} UTC, {what}"
