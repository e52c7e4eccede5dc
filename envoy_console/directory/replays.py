"""Sending a request of the wire log once more, as the current integration.

It goes through the SCIM endpoint like any other, with a token that exists for this one
request. That token is how the endpoint knows what the new exchange repeats.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy.engine import Connection

from envoy_console.directory import audit, token_text, tokens, wire_log
from envoy_console.directory.actors import Actor
from envoy_console.directory.errors import RuleError
from envoy_console.directory.wire_text import LONGEST_PATH
from envoy_console.models.base import now
from envoy_console.redaction import HIDDEN

LIFETIME = timedelta(minutes=2)
METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})
CUT_SIGN = " bytes in all)"
REPLACED = (HIDDEN, "\ufffd")
# headers that decide what a request means; the others are of its journey
RETOLD = frozenset(
    {"accept", "content-type", "if-match", "if-none-match", "adscimversion"}
)


class NotTheSameError(RuleError):
    """The log does not hold enough to send the same request again."""


def why_not(exchange: Any) -> str:
    """Return why a request cannot be sent again as it was; empty when it can."""
    body = exchange.request_body
    if wire_log.is_for_token(exchange):
        return "It asks for an access token, and the secret for that is not kept."
    if exchange.method not in METHODS:
        return f"A {exchange.method} request is not sent again."
    if len(exchange.path) >= LONGEST_PATH or REPLACED[1] in exchange.path:
        return "The log holds only a part of its address."
    if body.endswith(CUT_SIGN):
        return "Its body was too large to be kept whole."
    if REPLACED[0] in body:
        return "It held a password, which is not kept."
    if REPLACED[1] in body or len(body.encode()) != _announced(exchange, body):
        return "The log does not hold its body as it was."
    return ""


def prepare(tx: Connection, actor: Actor, exchange: Any) -> str:
    """Return a token to send `exchange` again with; raises RuleError."""
    if reason := why_not(exchange):
        raise NotTheSameError(f"This request cannot be sent again. {reason}")
    token = token_text.generate()
    tokens.add_unseen(
        tx,
        actor.company_id,
        tokens.saved_integration(tx, actor.company_id).id,
        token,
        made_by=actor.label,
        lifetime=LIFETIME,
        replay_of=exchange.id,
    )
    audit.record(
        tx, actor, "sent again the request", f"{exchange.method} {exchange.path[:200]}"
    )
    return token


def finish(tx: Connection, company_id: str, token: str) -> None:
    """Let the token be no more, and any that a crash left behind."""
    rows = tokens.tokens
    is_ours = rows.c.company_id == company_id
    is_mine = rows.c.digest == token_text.digest(token)
    is_old = rows.c.replay_of.is_not(None) & (rows.c.expires_at <= now())
    tx.execute(rows.delete().where(is_ours, is_mine | is_old))


def _announced(exchange: Any, body: str) -> int:
    """Return how long the body was, as far as its headers tell."""
    headers = {name.lower(): text for name, text in exchange.request_headers.items()}
    length = headers.get("content-length", "")
    return int(length) if length.isdecimal() else len(body.encode())
