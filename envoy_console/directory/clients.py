"""OAuth clients: issue, rotate, revoke, and tell a right secret from a wrong one.

An integration has one live client. Its secret is 256 random bits, kept as a SHA-256
and returned once. What a client is given for it, an access token, is a row of
`tokens`; so revoking the client also stops what it already holds.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from envoy_console import config
from envoy_console.directory import audit, records, throttle, token_text, tokens
from envoy_console.directory.actors import Actor
from envoy_console.directory.errors import RuleError
from envoy_console.models import OAuthClient, ScimToken
from envoy_console.models.base import new_id, now, table

PREFIX = "esec_"
# so that a client is told that its access token has expired, not that we know none
EXPIRED_ARE_KEPT = timedelta(hours=1)
# what no secret has: an unknown client is compared at the same cost as a known one
NOBODYS = token_text.digest(secrets.token_urlsafe(32))

clients = table(OAuthClient)
access_tokens = table(ScimToken)


class ClientExistsError(RuleError):
    """The integration has its one live client already."""


class UnknownClientError(RuleError):
    """There is no such live client."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What is pasted into Entra. The secret cannot be had again."""

    client_id: str
    client_secret: str


def issue(tx: Connection, actor: Actor) -> Credentials:
    """Make the integration's client."""
    integration = tokens.saved_integration(tx, actor.company_id)
    made = Credentials(new_id(), _generate())
    try:
        tx.execute(
            clients.insert().values(
                id=made.client_id,
                company_id=actor.company_id,
                integration_id=integration.id,
                digest=token_text.digest(made.client_secret),
                hint=made.client_secret[-4:],
                created_by_name=actor.label,
                created_at=now(),
            )
        )
    except IntegrityError as error:
        raise ClientExistsError(
            "There is an OAuth client already. Rotate its secret, or revoke it first."
        ) from error
    audit.record(tx, actor, "issued the OAuth client", made.client_id)
    return made


def live(tx: Connection, integration_id: str) -> Any | None:
    """Return the client of the integration, if it has one."""
    query = sa.select(
        clients.c.id,
        clients.c.hint,
        clients.c.created_by_name,
        clients.c.created_at,
        clients.c.rotated_at,
        clients.c.last_used_at,
        sa.case((clients.c.previous_until > now(), clients.c.previous_until)).label(
            "previous_until"
        ),
    ).where(clients.c.integration_id == integration_id, clients.c.revoked_at.is_(None))
    return tx.execute(query).first()


def rotate(tx: Connection, actor: Actor, *, grace: timedelta) -> Credentials:
    """Give the client a new secret; the old one works on for `grace`.

    Without grace, the access tokens stop too: the old secret may have been stolen.
    """
    client, moment = _required(tx, actor.company_id), now()
    made = Credentials(client.id, _generate())
    tx.execute(
        clients.update()
        .where(clients.c.id == client.id)
        .values(
            digest=token_text.digest(made.client_secret),
            hint=made.client_secret[-4:],
            previous_digest=client.digest,
            previous_until=moment + grace,
            rotated_at=moment,
        )
    )
    if not grace:
        _revoke_access_tokens(tx, client.id)
    audit.record(tx, actor, "rotated the secret of the OAuth client", client.id)
    return made


def revoke(tx: Connection, actor: Actor) -> None:
    """Stop the client and its access tokens at once."""
    client = _required(tx, actor.company_id)
    mine = clients.c.id == client.id
    tx.execute(clients.update().where(mine).values(revoked_at=now()))
    _revoke_access_tokens(tx, client.id)
    audit.record(tx, actor, "revoked the OAuth client", client.id)


def revoke_all(tx: Connection, integration_id: str) -> None:
    """Stop the clients of an integration; its tokens are stopped by `tokens`."""
    its = (clients.c.integration_id == integration_id) & clients.c.revoked_at.is_(None)
    tx.execute(clients.update().where(its).values(revoked_at=now()))


def find(tx: Connection, client_id: str) -> Any | None:
    """Return the live client that calls itself `client_id`."""
    if not records.is_id(client_id):
        return None
    query = sa.select(clients).where(
        clients.c.id == client_id, clients.c.revoked_at.is_(None)
    )
    return tx.execute(query).first()


def known(tx: Connection, client_id: str) -> Any | None:
    """Return the client of that id, revoked or not: whose it is, and what is shown."""
    if not records.is_id(client_id):
        return None
    query = sa.select(
        clients.c.id, clients.c.company_id, clients.c.hint, clients.c.revoked_at
    )
    return tx.execute(query.where(clients.c.id == client_id)).first()


def is_secret(client: Any | None, secret: str) -> bool:
    """Tell whether `secret` is the client's; nobody has one."""
    presented, known = token_text.digest(secret), [NOBODYS, NOBODYS]
    if client is not None:
        known[0] = client.digest
        if client.previous_until and client.previous_until > now():
            known[1] = client.previous_digest
    matches = [secrets.compare_digest(presented, digest) for digest in known]
    return any(matches)


def count_wrong_secret(tx: Connection, client_id: str, *, source: str) -> None:
    """Count a wrong guess; raises ThrottledError when there were too many."""
    throttle.admit(
        tx, f"oauth-source:{throttle.sender(source)}", free=throttle.FREE_PER_SOURCE
    )
    key = _throttle_key(client_id, source)
    is_last = throttle.admit(tx, key, free=throttle.FREE_PER_ACCOUNT)
    client = find(tx, client_id) if is_last else None
    if client is not None:
        actor = Actor(client.company_id, "Token endpoint", source)
        audit.record(tx, actor, "slowed down who guesses the secret of", client.id)


def grant(tx: Connection, client: Any, token: str, *, source: str) -> None:
    """Make `token` an access token of the client that proved its secret just now.

    Locks the client, so that whoever revokes it meanwhile also stops this token.
    """
    unchanged = (
        (clients.c.id == client.id)
        & (clients.c.digest == client.digest)
        & clients.c.revoked_at.is_(None)
    )
    used = tx.execute(clients.update().where(unchanged).values(last_used_at=now()))
    if not used.rowcount:
        raise UnknownClientError("This client was revoked or rotated just now.")
    throttle.forgive(tx, _throttle_key(client.id, source))
    _forget_expired(tx, client.id)
    tokens.add_unseen(
        tx,
        client.company_id,
        client.integration_id,
        token,
        made_by=f"OAuth client {client.id}",
        lifetime=config.current().access_token_lifetime,
        client_id=client.id,
    )


def _forget_expired(tx: Connection, client_id: str) -> None:
    expired = access_tokens.c.expires_at <= now() - EXPIRED_ARE_KEPT
    its = access_tokens.c.client_id == client_id
    tx.execute(access_tokens.delete().where(its, expired))


def _revoke_access_tokens(tx: Connection, client_id: str) -> None:
    its = (access_tokens.c.client_id == client_id) & access_tokens.c.revoked_at.is_(
        None
    )
    tx.execute(access_tokens.update().where(its).values(revoked_at=now()))


def _required(tx: Connection, company_id: str) -> Any:
    query = sa.select(clients).where(
        clients.c.company_id == company_id, clients.c.revoked_at.is_(None)
    )
    found = tx.execute(query.with_for_update()).first()
    if found is None:
        raise UnknownClientError("There is no OAuth client any more. Reload the page.")
    return found


def _throttle_key(client_id: str, source: str) -> str:
    known = client_id if records.is_id(client_id) else "nobody"
    return f"oauth-client:{known}:{throttle.sender(source)}"


def _generate() -> str:
    return PREFIX + secrets.token_urlsafe(32)
