"""Who gets an assertion: users of the tenant who may sign in and are assigned to the app."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from envoy_console.entra import assignments, audit, user_values
from envoy_console.entra.errors import EntraError
from envoy_console.entra.saml import certificates, responses
from envoy_console.entra.saml.requests import SignInRequest
from envoy_console.entra.saml.responses import Statement
from envoy_console.models import EntraApp, EntraMembership
from envoy_console.models.base import now, table
from envoy_console.models.entra_saml import EntraSaml

apps = table(EntraApp)
saml = table(EntraSaml)
memberships = table(EntraMembership)


class SignInError(EntraError):
    """This user is not signed in to this app; the text says why, as Entra would."""


def respond(
    tx: Connection,
    app: Any,
    settings: Any,
    user: Any,
    request: SignInRequest,
    *,
    issuer: str,
    actor: str,
) -> str:
    """Return the form field `SAMLResponse` for a user, or raise SignInError."""
    _unless_barred(tx, app, user)
    attributes = user_values.of_row(user)
    statement = Statement(
        issuer=issuer,
        audience=settings.identifier,
        reply_url=settings.reply_url,
        name_id=_name_id(user, attributes, settings),
        claims={
            claim: _writable(str(attributes[name]))
            for claim, name in responses.DEFAULT_CLAIMS.items()
            if attributes.get(name)
        },
        in_response_to=request.id,
        at=now(),
    )
    active = next(row for row in certificates.every(tx, app.id) if row.active)
    _write_down(tx, app, user, actor)
    return responses.encoded(statement, certificates.signer(active))


def assigned(tx: Connection, app: Any, user_ids: Collection[str]) -> set[str]:
    """Return those of `user_ids` who are assigned, directly or through a group."""
    mine = assignments.assignments.c.app_id == app.id
    directly = sa.select(assignments.assignments.c.user_id).where(
        mine, assignments.assignments.c.user_id.in_(user_ids)
    )
    through = (
        sa.select(memberships.c.user_id)
        .join(
            assignments.assignments,
            assignments.assignments.c.group_id == memberships.c.group_id,
        )
        .where(mine, memberships.c.user_id.in_(user_ids))
    )
    return set(tx.execute(directly.union(through)).scalars())


def startable(tx: Connection, user: Any) -> list[Any]:
    """Return the apps that a user is assigned to, by name, with where each one starts."""
    theirs = {row.id for row in assignments.of_user(tx, user)}
    query = (
        sa.select(
            apps.c.id,
            apps.c.name,
            saml.c.sign_on_url,
            (sa.func.coalesce(saml.c.reply_url, "") != "").label("is_ready"),
        )
        .join(saml, saml.c.app_id == apps.c.id, isouter=True)
        .where(apps.c.company_id == user.company_id, apps.c.id.in_(theirs))
        .order_by(apps.c.name_key)
    )
    return list(tx.execute(query).all())


def _unless_barred(tx: Connection, app: Any, user: Any) -> None:
    name = user.display_name
    if user.deleted_at is not None:
        raise SignInError(f"{name} is deleted. (Entra: AADSTS50034)")
    if not user.account_enabled:
        raise SignInError(f"{name} is blocked from signing in. (Entra: AADSTS50057)")
    if not assigned(tx, app, [user.id]):
        raise SignInError(
            f"{name} is not assigned to {app.name}, neither directly nor through a group "
            "that they are a direct member of. (Entra: AADSTS50105)"
        )


def _name_id(user: Any, attributes: dict[str, Any], settings: Any) -> str:
    value = str(attributes.get(settings.name_id) or "")
    if not value:
        raise SignInError(
            f"{user.display_name} has no {settings.name_id}, which is what this "
            "application is told as the Name ID."
        )
    return value


def _writable(text: str) -> str:
    """Return `text` without what XML has no way to write."""
    return "".join(letter for letter in text if letter.isprintable())


def _write_down(tx: Connection, app: Any, user: Any, actor: str) -> None:
    audit.about_app(
        tx,
        app,
        actor=actor,
        category=audit.APPS,
        activity="Sign in as a simulated user",
        detail=user.user_principal_name,
    )
