"""The chain of a company's audit log: every row carries an HMAC of itself and of the one
before it, and a head keeps how many there are and the last HMAC.

The key is random, one for each company, and kept sealed with TOKEN_KEY: whoever can
write to the database cannot make a row that fits, and a change of TOKEN_KEY changes no
row. Appends take turns at the head, so there is one order. `audit_verdict` compares.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import secrets
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from envoy_console.models import AuditChain, AuditEvent, Company, seals
from envoy_console.models.base import now, table
from envoy_console.models.seals import UnreadableError
from envoy_console.models.transactions import savepoint

AT_ONCE = 1000
TOLD = ("company_id", "number", "at", "actor_label", "action", "subject", "source")

logger = logging.getLogger(__name__)

chains = table(AuditChain)
events = table(AuditEvent)
companies = table(Company)


def linked(tx: Connection, event: Mapping[str, Any]) -> dict[str, Any]:
    """Return `event` as the next row of its company's log, and move the head to it.

    Where no key opens the chain's, or the head is gone, the row is added without the
    chain: a changed TOKEN_KEY must not keep anybody from signing in. `audit verify`
    tells of it.
    """
    chain = _held(tx, event["company_id"])
    key = _key_of(chain)
    if chain is None or key is None:
        logger.error("the audit log of company %s has no chain", event["company_id"])
        return {**event, "at": now(), "number": None, "hash": None}
    row = {**event, "at": now(), "number": chain.length + 1}
    row["hash"] = link(key, chain.hash, row)
    head = {"length": row["number"], "hash": row["hash"], "appended_at": row["at"]}
    # a head that was tampered with is not made good by the next row
    if is_sound(key, chain):
        head["seal"] = sealed(key, chain.company_id, row["number"], row["hash"])
    tx.execute(chains.update().where(_of(chain.company_id)).values(head))
    return row


def find(tx: Connection, company_id: str) -> Any | None:
    """Return the head of a company's log, if its chain has begun."""
    return tx.execute(sa.select(chains).where(_of(company_id))).first()


def moved_since(tx: Connection, moment: datetime) -> list[Any]:
    """Return the heads that have moved since, with the names of their companies."""
    query = (
        sa.select(companies.c.name, chains.c.length, chains.c.hash)
        .join(companies, companies.c.id == chains.c.company_id)
        .where(chains.c.appended_at >= moment)
        .order_by(companies.c.name_key)
    )
    return list(tx.execute(query).all())


def has_links(tx: Connection, company_id: str) -> bool:
    """Tell whether rows of the company's log were ever chained."""
    query = sa.select(events.c.id).where(
        events.c.company_id == company_id, events.c.hash.is_not(None)
    )
    return tx.execute(query.limit(1)).first() is not None


def begin_anew(tx: Connection, company_id: str) -> None:
    """Begin another chain, with another key, over the rows as they are now."""
    is_there = _locked(tx, company_id) is not None
    begun = _begun(tx, company_id)
    if is_there:
        tx.execute(chains.update().where(_of(company_id)).values(begun))
    else:
        tx.execute(chains.insert().values(company_id=company_id, **begun))


def rows(
    tx: Connection, company_id: str, *, after: int = 0, up_to: int | None = None
) -> Iterator[Any]:
    """Yield the rows with an id above `after`, and not above `up_to`, as they came."""
    query = sa.select(events).where(events.c.company_id == company_id)
    if up_to is not None:
        query = query.where(events.c.id <= up_to)
    query = query.order_by(events.c.id).limit(AT_ONCE)
    while found := tx.execute(query.where(events.c.id > after)).all():
        yield from found
        after = found[-1].id


# --- what is computed with the key


def opened(chain: Any) -> bytes:
    """Return the chain's key; raises UnreadableError."""
    return bytes.fromhex(seals.open_(seals.AUDIT_KEY, chain.company_id, chain.key))


def link(key: bytes, previous: bytes, row: Mapping[str, Any]) -> bytes:
    """Return the hash of a row that follows the one with the hash `previous`."""
    return _hmac(key, b"row", previous + canonical(row))


def sealed(key: bytes, company_id: str, length: int, last: bytes) -> bytes:
    """Return the HMAC of a head."""
    return _hmac(key, b"head", f"{company_id}:{length}:{last.hex()}".encode())


def is_sound(key: bytes, chain: Any) -> bool:
    """Tell whether the head is what this server has written."""
    expected = sealed(key, chain.company_id, chain.length, chain.hash)
    return hmac.compare_digest(expected, chain.seal)


def anchor(key: bytes, company_id: str, found: Iterator[Any]) -> tuple[bytes, int, int]:
    """Return the HMAC of rows that are there already, their number, and the last id."""
    digest, number, last_id = hashlib.sha256(), 0, 0
    for row in found:
        digest.update(canonical(row._mapping) + b"\n")
        number, last_id = number + 1, row.id
    text = f"{company_id}:{number}:{last_id}:{digest.hexdigest()}"
    return _hmac(key, b"anchor", text.encode()), number, last_id


def canonical(row: Mapping[str, Any]) -> bytes:
    """Return what a row tells, as JSON that is the same whenever it is written."""
    told = {name: row[name] for name in TOLD}
    told["at"] = row["at"].astimezone(UTC).isoformat(timespec="microseconds")
    return json.dumps(told, sort_keys=True, separators=(",", ":")).encode()


def _hmac(key: bytes, label: bytes, text: bytes) -> bytes:
    return hmac.digest(key, label + b"\0" + text, "sha256")


# --- the head


def _of(company_id: str) -> sa.ColumnElement[bool]:
    return chains.c.company_id == company_id


def _locked(tx: Connection, company_id: str) -> Any | None:
    query = sa.select(chains).where(_of(company_id)).with_for_update()
    return tx.execute(query).first()


def _held(tx: Connection, company_id: str) -> Any | None:
    """Return the head, locked; the first row of a log makes it.

    None when there was a chain and its head is gone: nobody begins another over that.
    """
    found = _locked(tx, company_id)
    if found is not None:
        return found
    if has_links(tx, company_id):
        return _locked(tx, company_id)  # begun just now, or gone
    try:
        with savepoint(tx):
            tx.execute(
                chains.insert().values(company_id=company_id, **_begun(tx, company_id))
            )
    except IntegrityError:  # somebody else has begun it just before
        logger.debug("two began the audit log of company %s", company_id)
    return _locked(tx, company_id)


def _key_of(chain: Any | None) -> bytes | None:
    try:
        return opened(chain) if chain is not None else None
    except UnreadableError:
        return None


def _begun(tx: Connection, company_id: str) -> dict[str, Any]:
    text = secrets.token_hex(32)
    key, moment = bytes.fromhex(text), now()
    start, number, last_id = anchor(key, company_id, rows(tx, company_id))
    return {
        "key": seals.seal(seals.AUDIT_KEY, company_id, text),
        "begun_at": moment,
        "anchored": number,
        "anchored_to": last_id,
        "anchor": start,
        "length": number,
        "hash": start,
        "seal": sealed(key, company_id, number, start),
        "appended_at": moment,
    }
