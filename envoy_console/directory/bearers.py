"""Who stands behind a token that a client presents, and whether it still may.

The database finds a token by its SHA-256, with every request (docs/decisions/0007). One
query serves them all: OAUTH BEARER TOKENS, access tokens of OAuth clients, and those
of endpoint checks and of requests that are sent again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from envoy_console.directory import token_text
from envoy_console.models import Account, Integration, Location, ScimToken
from envoy_console.models.base import now, table
from envoy_console.models.prepared import Prepared
from envoy_console.scim.errors import ForbiddenError, UnauthorizedError

tokens = table(ScimToken)
integrations = table(Integration)
accounts = table(Account)
locations = table(Location)


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


_RECOGNISE = Prepared(
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
    return _RECOGNISE.first(tx, {"digest": token_text.digest(token)})


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
