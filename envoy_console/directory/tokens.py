"""OAUTH BEARER TOKENS: issue, reveal, rotate and revoke one; `bearers` recognises it.

For Reveal the database keeps an AES-GCM ciphertext, bound to the row, which is erased
when the window closes. The access tokens of an OAuth client are rows beside them:
short-lived, never shown again, and in nobody's way here.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from envoy_console import config
from envoy_console.directory import audit, token_text
from envoy_console.directory.actors import Actor
from envoy_console.directory.errors import RuleError
from envoy_console.models import (
    Company,
    Integration,
    ScimToken,
    seals,
)
from envoy_console.models.base import new_id, now, table
from envoy_console.models.seals import UnreadableError

LIVE_AT_MOST = 2

tokens = table(ScimToken)
integrations = table(Integration)
companies = table(Company)


class RevealWindowClosedError(RuleError):
    """The token can no longer be shown."""


class UnknownTokenError(RuleError):
    """There is no such live token."""


def issue(
    tx: Connection,
    actor: Actor,
    integration_id: str,
    *,
    lifetime: timedelta | None = None,
) -> str:
    """Make a new token and return it; only its digest can find it again."""
    settings, moment = config.current(), now()
    token, token_id = token_text.generate(), new_id()
    window = _reveal_window(tx, actor.company_id)
    tx.execute(
        tokens.insert().values(
            id=token_id,
            company_id=actor.company_id,
            integration_id=integration_id,
            digest=token_text.digest(token),
            ciphertext=seals.seal(seals.SCIM_TOKEN, token_id, token)
            if window
            else None,
            hint=token_text.masked(token),
            created_by_name=actor.label,
            created_at=moment,
            expires_at=moment + (lifetime or settings.token_lifetime),
            revealable_until=moment + window,
        )
    )
    audit.record(tx, actor, "issued the token", f"…{token[-4:]}")
    return token


def issue_for_check(
    tx: Connection, actor: Actor, check_id: str, *, lifetime: timedelta
) -> str:
    """Make a token for one endpoint check: listed nowhere, and never shown."""
    token = token_text.generate()
    add_unseen(
        tx,
        actor.company_id,
        saved_integration(tx, actor.company_id).id,
        token,
        made_by="Endpoint check",
        lifetime=lifetime,
        check_id=check_id,
    )
    audit.record(tx, actor, "started an endpoint check with the token", _tail(token))
    return token


def add_unseen(
    tx: Connection,
    company_id: str,
    integration_id: str,
    token: str,
    *,
    made_by: str,
    lifetime: timedelta,
    **of: str,
) -> None:
    """Make `token` a short-lived one that nobody can reveal; `of` says whose it is."""
    moment = now()
    tx.execute(
        tokens.insert().values(
            id=new_id(),
            company_id=company_id,
            integration_id=integration_id,
            digest=token_text.digest(token),
            hint=token_text.masked(token),
            created_by_name=made_by,
            created_at=moment,
            expires_at=moment + lifetime,
            revealable_until=moment,
            **of,
        )
    )


def end_check(tx: Connection, check_id: str) -> None:
    """Stop the token of an endpoint check that is over."""
    its = (tokens.c.check_id == check_id) & tokens.c.revoked_at.is_(None)
    tx.execute(tokens.update().where(its).values(revoked_at=now()))


def live(tx: Connection, integration_id: str) -> list[Any]:
    """Return the OAUTH BEARER TOKENS that work now, newest first.

    `revealable_until` is None on those that can no longer be shown.
    """
    moment = now()
    query = (
        sa.select(
            tokens.c.id,
            tokens.c.hint,
            tokens.c.created_at,
            tokens.c.created_by_name,
            tokens.c.expires_at,
            tokens.c.last_used_at,
            tokens.c.last_used_from,
            tokens.c.retires_at,
            sa.case(
                (tokens.c.ciphertext.is_(None), None),
                (tokens.c.revealable_until <= moment, None),
                else_=tokens.c.revealable_until,
            ).label("revealable_until"),
        )
        .where(tokens.c.integration_id == integration_id, _is_live(moment))
        .order_by(tokens.c.created_at.desc(), tokens.c.id.desc())
    )
    return list(tx.execute(query).all())


def of_company(tx: Connection, company_id: str) -> list[Any]:
    """Return every OAUTH BEARER TOKEN of the company, dead ones included, newest first."""
    query = sa.select(tokens).where(
        tokens.c.company_id == company_id, _is_bearer_token()
    )
    return list(tx.execute(query.order_by(tokens.c.id.desc())).all())


def reveal(tx: Connection, actor: Actor, token_id: str) -> str:
    """Return the token in the clear and note that it was shown.

    Raises RevealWindowClosedError, also where the server's key has changed.
    """
    moment = now()
    found = _of_company(tx, actor.company_id, token_id, moment)
    if found.ciphertext is None or found.revealable_until <= moment:
        raise RevealWindowClosedError(
            "This token can no longer be shown. Rotate it to get a new one: "
            "the old one keeps working for as long as you choose."
        )
    try:
        token = seals.open_(seals.SCIM_TOKEN, token_id, found.ciphertext)
    except UnreadableError as error:
        raise RevealWindowClosedError(
            "The server's key has changed since this token was issued, so it can no "
            "longer be shown. It goes on working. Rotate it to get one that can be shown."
        ) from error
    audit.record(tx, actor, "revealed the token", _tail(found.hint))
    return token


def rotate(tx: Connection, actor: Actor, *, grace: timedelta) -> str:
    """Issue a new token; the old one works on for `grace`. Two are live at most."""
    moment = now()
    integration = saved_integration(tx, actor.company_id)
    make_room(tx, integration.id)
    for token in live(tx, integration.id):
        mine = tokens.c.id == token.id
        tx.execute(tokens.update().where(mine).values(retires_at=moment + grace))
        audit.record(tx, actor, "rotated the token", _tail(token.hint))
    return issue(tx, actor, integration.id)


def saved_integration(tx: Connection, company_id: str) -> Any:
    """Return the installed integration, locked, if it has been saved."""
    found = tx.execute(
        sa.select(integrations)
        .where(
            integrations.c.company_id == company_id,
            integrations.c.uninstalled_at.is_(None),
        )
        .with_for_update()
    ).first()
    if found is None or found.saved_at is None:
        raise UnknownTokenError("Save the integration first: that issues its token.")
    return found


def make_room(tx: Connection, integration_id: str) -> None:
    """Revoke the oldest live tokens until another one may be issued."""
    for oldest in live(tx, integration_id)[LIVE_AT_MOST - 1 :]:
        _end(tx, oldest.id, now())


def revoke(tx: Connection, actor: Actor, token_id: str) -> None:
    """Stop a token at once."""
    moment = now()
    found = _of_company(tx, actor.company_id, token_id, moment)
    _end(tx, token_id, moment)
    audit.record(tx, actor, "revoked the token", _tail(found.hint))


def revoke_all(tx: Connection, integration_id: str) -> None:
    """Stop every token of an integration at once."""
    theirs = (tokens.c.integration_id == integration_id) & tokens.c.revoked_at.is_(None)
    tx.execute(tokens.update().where(theirs).values(revoked_at=now(), ciphertext=None))


def erase_closed_windows(tx: Connection) -> None:
    """Forget the ciphertext of tokens that can no longer be shown."""
    closed = (tokens.c.revealable_until <= now()) & tokens.c.ciphertext.is_not(None)
    tx.execute(tokens.update().where(closed).values(ciphertext=None))


def _is_bearer_token() -> sa.ColumnElement[bool]:
    """Leave out what is nobody's to see: the tokens of OAuth clients, of endpoint checks,
    and those that one request is sent again with.
    """
    return (
        tokens.c.client_id.is_(None)
        & tokens.c.check_id.is_(None)
        & tokens.c.replay_of.is_(None)
    )


def _is_live(moment: datetime) -> sa.ColumnElement[bool]:
    return (
        _is_bearer_token()
        & tokens.c.revoked_at.is_(None)
        & (tokens.c.expires_at > moment)
        & (tokens.c.retires_at.is_(None) | (tokens.c.retires_at > moment))
    )


def _of_company(
    tx: Connection, company_id: str, token_id: str, moment: datetime
) -> Any:
    query = sa.select(tokens).where(
        tokens.c.company_id == company_id, tokens.c.id == token_id, _is_live(moment)
    )
    found = tx.execute(query).first()
    if found is None:
        raise UnknownTokenError(
            "This token does not work any more. Reload the page to see those that do."
        )
    return found


def _end(tx: Connection, token_id: str, moment: datetime) -> None:
    mine = tokens.c.id == token_id
    tx.execute(tokens.update().where(mine).values(revoked_at=moment, ciphertext=None))


def _reveal_window(tx: Connection, company_id: str) -> timedelta:
    query = sa.select(companies.c.always_reveals).where(companies.c.id == company_id)
    if tx.execute(query).scalar():
        return config.WITHOUT_END
    return config.current().reveal_window


def _tail(hint: str) -> str:
    return f"…{hint[-4:]}"
