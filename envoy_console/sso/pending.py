"""Which request this browser is waiting for an answer to: a signed cookie, for ten minutes.

A response that answers a request is believed only in the browser that asked, so nobody
can be signed in as somebody else by being sent a response.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta

from flask import Response, request
from itsdangerous import BadData, URLSafeTimedSerializer

from envoy_console import config

LIFETIME = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Pending:
    """A request that was sent, and where to go once it is answered."""

    request_id: str
    company_id: str
    next: str

    @classmethod
    def new(cls, company_id: str, next: str) -> Pending:
        # an id may not begin with a digit
        return cls(f"_{secrets.token_hex(20)}", company_id, next)


def remember(response: Response, pending: Pending) -> None:
    """Have the browser keep the request until it is answered."""
    text = _serializer().dumps([pending.request_id, pending.company_id, pending.next])
    response.set_cookie(
        _name(),
        text,
        max_age=LIFETIME,
        httponly=True,
        secure=config.current().is_https,
        # the answer is a POST from another site, which Lax cookies do not go with;
        # browsers take None over https alone
        samesite="None" if config.current().is_https else "Lax",
    )


def remembered() -> Pending | None:
    """Return the request that this browser waits for an answer to."""
    try:
        kept = _serializer().loads(
            request.cookies.get(_name(), ""), max_age=int(LIFETIME.total_seconds())
        )
        return Pending(*kept)
    except (BadData, TypeError):
        return None


def forget(response: Response) -> None:
    """The request is answered."""
    response.delete_cookie(
        _name(),
        secure=config.current().is_https,
        httponly=True,
        samesite="None" if config.current().is_https else "Lax",
    )


def _name() -> str:
    return "__Host-saml" if config.current().is_https else "saml"


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(config.current().signing_keys, salt="saml-request")
