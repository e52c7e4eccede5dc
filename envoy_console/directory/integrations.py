"""“Microsoft Azure SCIM”: install, Save, uninstall, and how it is doing."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from envoy_console.directory import audit, clients, tokens
from envoy_console.directory.actors import Actor
from envoy_console.directory.errors import RuleError
from envoy_console.models import Account, Employee, Group, Integration
from envoy_console.models.base import new_id, now, table

AZURE_SCIM = "azure_scim"
ALL_USERS, PER_LOCATION = "all_users", "per_location"
SYNC_MODES = {
    ALL_USERS: "Sync all users",
    PER_LOCATION: "Sync specific users per location",
}

integrations = table(Integration)
accounts = table(Account)


class NotInstalledError(RuleError):
    """The integration is not installed in this company."""


def find(tx: Connection, company_id: str) -> Any | None:
    """Return the installed integration and who installed it, or None."""
    installer_may = accounts.c.active & (accounts.c.role == "global_admin")
    query = (
        sa.select(
            integrations,
            accounts.c.name.label("installed_by_name"),
            accounts.c.email.label("installed_by_email"),
            installer_may.label("installed_by_active_admin"),
        )
        .join(accounts, accounts.c.id == integrations.c.installed_by)
        .where(_installed(company_id))
    )
    return tx.execute(query).first()


def install(tx: Connection, actor: Actor) -> str:
    """Install the integration and return its id; installing twice changes nothing.

    Its tokens will act with the permission of the account that installs it.
    """
    found = tx.execute(sa.select(integrations.c.id).where(_installed(actor.company_id)))
    if existing := found.scalar():
        return str(existing)
    integration_id = new_id()
    tx.execute(
        integrations.insert().values(
            id=integration_id,
            company_id=actor.company_id,
            kind=AZURE_SCIM,
            installed_by=actor.account_id,
            installed_at=now(),
            strict=False,
            request_count=0,
            rejected_count=0,
        )
    )
    audit.record(tx, actor, "installed", "Microsoft Azure SCIM")
    return integration_id


def save(tx: Connection, actor: Actor, *, sync_mode: str) -> None:
    """Save who is synced. The first Save issues the OAUTH BEARER TOKEN."""
    integration = required(tx, actor.company_id)
    mark_saved(tx, actor, integration.id, sync_mode)
    if integration.saved_at is None:
        tokens.issue(tx, actor, integration.id)


def mark_saved(
    tx: Connection, actor: Actor, integration_id: str, sync_mode: str
) -> None:
    """Save who is synced, without a token."""
    tx.execute(
        integrations.update()
        .where(integrations.c.id == integration_id)
        .values(sync_mode=sync_mode, saved_at=now())
    )
    audit.record(tx, actor, "saved", SYNC_MODES[sync_mode])


def set_strict(tx: Connection, actor: Actor, *, strict: bool) -> None:
    """Judge requests by the RFC alone, or with the tolerance that Entra needs."""
    integration = required(tx, actor.company_id)
    mine = integrations.c.id == integration.id
    tx.execute(integrations.update().where(mine).values(strict=strict))
    audit.record(tx, actor, "switched the SCIM endpoint to", _mode_name(strict))


def uninstall(tx: Connection, actor: Actor) -> None:
    """Revoke the tokens and the OAuth client at once; people stay, marked as no longer synced."""
    integration = required(tx, actor.company_id)
    clients.revoke_all(tx, integration.id)
    tokens.revoke_all(tx, integration.id)
    for model in (Employee, Group):
        rows = table(model)
        fed_by_it = rows.c.integration_id == integration.id
        tx.execute(rows.update().where(fed_by_it).values(integration_id=None))
    mine = integrations.c.id == integration.id
    tx.execute(integrations.update().where(mine).values(uninstalled_at=now()))
    audit.record(tx, actor, "uninstalled", "Microsoft Azure SCIM")


def required(tx: Connection, company_id: str) -> Any:
    """Return the installed integration, locked, or raise NotInstalledError."""
    query = sa.select(integrations).where(_installed(company_id)).with_for_update()
    found = tx.execute(query).first()
    if found is None:
        raise NotInstalledError(
            "Microsoft Azure SCIM is not installed. Install it under Integrations first."
        )
    return found


def _installed(company_id: str) -> sa.ColumnElement[bool]:
    return (
        integrations.c.company_id == company_id
    ) & integrations.c.uninstalled_at.is_(None)


def _mode_name(strict: bool) -> str:
    return "strict mode" if strict else "tolerant mode"
