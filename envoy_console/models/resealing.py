"""Seal all that is sealed anew, with the first key of TOKEN_KEY.

It goes through the rows a hundred at a time, each hundred a transaction that holds them,
so it may run while the server serves, and again at any time.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from envoy_console.models import EndpointCheck, EntraApp, seals
from envoy_console.models.base import Base, table
from envoy_console.models.company import AuditChain
from envoy_console.models.entra_saml import EntraCertificate
from envoy_console.models.integrations import ScimToken
from envoy_console.models.seals import UnreadableError
from envoy_console.models.transactions import write

AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Place:
    """A column that holds sealed values, and how to get at them in there."""

    name: str
    model: type[Base]
    column: str
    kind: str
    owner: str = "id"
    taken_from: Callable[[Any], bytes | None] = lambda value: value
    put_into: Callable[[Any, bytes], Any] = lambda _value, blob: blob


@dataclass(slots=True)
class Tally:
    """How many values of a place were sealed anew, were so before, and open no more."""

    name: str
    renewed: int = 0
    current: int = 0
    unreadable: int = 0


def _of_draft(test: Any) -> bytes | None:
    draft = (test or {}).get("draft")
    return base64.b64decode(draft["secret"]) if draft else None


def _into_draft(test: Any, blob: bytes) -> Any:
    return {
        **test,
        "draft": {**test["draft"], "secret": base64.b64encode(blob).decode()},
    }


PLACES = (
    Place(
        "tokens that can be revealed",
        ScimToken,
        "ciphertext",
        seals.SCIM_TOKEN,
    ),
    Place(
        "Secret Tokens of applications",
        EntraApp,
        "secret",
        seals.ENTRA_TOKEN,
    ),
    Place(
        "Secret Tokens that were tested and not saved",
        EntraApp,
        "last_test",
        seals.ENTRA_TOKEN,
        taken_from=_of_draft,
        put_into=_into_draft,
    ),
    Place(
        "private keys of SAML certificates",
        EntraCertificate,
        "key",
        seals.SAML_KEY,
    ),
    Place(
        "tokens of endpoint checks",
        EndpointCheck,
        "secret",
        seals.ENTRA_TOKEN,
    ),
    Place(
        "keys of audit logs",
        AuditChain,
        "key",
        seals.AUDIT_KEY,
        owner="company_id",
    ),
)


def reseal() -> list[Tally]:
    """Seal anew what another key than the first has sealed; say what came of it."""
    return [_reseal(place) for place in PLACES]


def _reseal(place: Place) -> Tally:
    tally = Tally(place.name)
    last: str | None = ""
    while last is not None:
        last, done = write(partial(_batch, place, last))
        tally.renewed += done.renewed
        tally.current += done.current
        tally.unreadable += done.unreadable
    return tally


def _batch(place: Place, after: str, tx: Connection) -> tuple[str | None, Tally]:
    """Do the rows after `after`; return where to go on, None at the end."""
    rows, done = table(place.model), Tally(place.name)
    owner, column = rows.c[place.owner], rows.c[place.column]
    query = (
        sa.select(owner, column)
        .where(owner > after, column.is_not(None))
        .order_by(owner)
        .limit(AT_ONCE)
        .with_for_update()
    )
    found = tx.execute(query).all()
    for owner_id, value in found:
        renewed = _renewed(place, owner_id, value, done)
        if renewed is not None:
            new = {place.column: place.put_into(value, renewed)}
            tx.execute(rows.update().where(owner == owner_id).values(new))
    return (found[-1][0] if len(found) == AT_ONCE else None), done


def _renewed(place: Place, owner_id: str, value: Any, done: Tally) -> bytes | None:
    blob = place.taken_from(value)
    if blob is None:
        return None
    if seals.is_sealed_anew(place.kind, owner_id, blob):
        done.current += 1
        return None
    try:
        text = seals.open_(place.kind, owner_id, blob)
    except UnreadableError:
        done.unreadable += 1
        return None
    done.renewed += 1
    return seals.seal(place.kind, owner_id, text)
