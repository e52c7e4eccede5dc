"""OAUTH BEARER TOKENS: issue, reveal, rotate, revoke, and recognise one.

The database finds a token by its SHA-256. For Reveal it keeps an AES-GCM ciphertext,
bound to the row, which is erased when the window closes. The access tokens of an OAuth
client are rows beside them, recognised by the same query: short-lived, never shown
again, and in nobody's way here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from envoy_console import config
from envoy_console.directory import audit, token_text
from envoy_console.directory.actors import Actor
from envoy_console.directory.errors import RuleError
from envoy_console.models import (
    Account,
    Company,
    Integration,
    Location,
    ScimToken,
    seals,
)
from envoy_console.models.base import new_id, now, table
from envoy_console.models.seals import UnreadableError
from envoy_console.scim.errors import ForbiddenError, UnauthorizedError

LIVE_AT_MOST = 2

tokens = table(ScimToken)
integrations = table(Integration)
accounts = table(Account)
companies = table(Company)
locations = table(Location)


class RevealWindowClosedError(RuleError):
    """The token can no longer be shown."""


class UnknownTokenError(RuleError):
    """There is no such live token."""


@dataclass(frozen=True, slots=True)
class Bearer:
    """Whom a good token stands for."""

    token_id: str
    hint: str
    company_id: str
    integration_id: str
    client_id: str | None
    strict: bool
    location_id: str | None
    # the admin who sends a request again with it
    replayed_by: str | None = None


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


_RECOGNISE = (
    sa.select(
        tokens.c.id.label("token_id"),
        tokens.c.hint,
        tokens.c.company_id,
        tokens.c.integration_id,
        tokens.c.client_id,
        tokens.c.replay_of,
        tokens.c.created_by_name,
        tokens.c.expires_at,
        tokens.c.retires_at,
        tokens.c.revoked_at,
        integrations.c.strict,
        integrations.c.uninstalled_at,
        integrations.c.fault,
        integrations.c.fault_writes_only,
        integrations.c.fault_seconds,
        integrations.c.fault_requests_left,
        integrations.c.fault_until,
        accounts.c.email,
        accounts.c.active,
        accounts.c.role,
        locations.c.id.label("location_id"),
    )
    .join(integrations, integrations.c.id == tokens.c.integration_id)
    .join(accounts, accounts.c.id == integrations.c.installed_by)
    .join(
        locations,
        (locations.c.company_id == tokens.c.company_id) & locations.c.is_default,
        isouter=True,
    )
    .where(tokens.c.digest == sa.bindparam("digest"))
)


def find(tx: Connection, token: str) -> Any | None:
    """Return what is known of a token, dead or alive; None when it is not ours."""
    if not token_text.looks_valid(token):
        return None
    return tx.execute(_RECOGNISE, {"digest": token_text.digest(token)}).first()


def judge(found: Any | None) -> Bearer:
    """Return whom the token stands for, or raise why it does not.

    UnauthorizedError when the token is unknown or dead; ForbiddenError when the
    account that installed the integration is no longer an active global admin.
    """
    if found is None:
        raise UnauthorizedError(
            "This is not a token of this server. Copy the OAUTH BEARER TOKEN from "
            "Integrations → Microsoft Azure SCIM and paste it as the Secret Token."
        )
    moment = now()
    if found.uninstalled_at is not None:
        raise UnauthorizedError(
            "The integration that this token belongs to was uninstalled. Install it "
            "again under Integrations and copy its new token."
        )
    if found.revoked_at is not None:
        remedy = "Get a new one" if found.client_id else "Copy the current one"
        raise UnauthorizedError(f"This token was revoked. {remedy}.")
    if found.retires_at is not None and found.retires_at <= moment:
        raise UnauthorizedError("This token was rotated and its grace period is over.")
    if found.expires_at <= moment:
        remedy = "Ask the token endpoint for" if found.client_id else "Rotate it to get"
        raise UnauthorizedError(f"This token has expired. {remedy} a new one.")
    if not found.active or found.role != "global_admin":
        raise ForbiddenError(
            f"The token acts for {found.email}, who installed the integration and is no "
            "longer an active global admin. Ensure that the account has Admin "
            "permissions, or let another global admin install the integration anew."
        )
    return Bearer(
        token_id=found.token_id,
        hint=found.hint,
        company_id=found.company_id,
        integration_id=found.integration_id,
        client_id=found.client_id,
        strict=found.strict,
        location_id=found.location_id,
        replayed_by=found.created_by_name if found.replay_of else None,
    )


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
