"""Runs of Provision on demand as they are asked for, and found again (spec §3.5)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from envoy_console.entra import groups, users
from envoy_console.entra.errors import EntraError, UnknownError
from envoy_console.models import EntraMembership, EntraOnDemand
from envoy_console.models.base import new_id, now, table

runs = table(EntraOnDemand)
memberships = table(EntraMembership)

# longer than the requests of a run can take
AGAIN_AFTER = timedelta(minutes=3)
MOST_MEMBERS = 5
KINDS = ("User", "Group")


class OnDemandError(EntraError):
    """This object cannot be provisioned on demand."""


def chosen(tx: Connection, company_id: str, kind: str, source_id: str) -> Any:
    """Return the user or group that was selected; raises UnknownError.

    Who is disabled or deleted in the directory cannot be selected.
    """
    if kind == "Group":
        return groups.required(tx, company_id, source_id)
    user = users.required(tx, company_id, source_id)
    if user.deleted_at is not None or not user.account_enabled:
        raise OnDemandError(
            f"{user.display_name} is disabled or deleted in Microsoft Entra ID. Such users "
            "cannot be provisioned on demand; the next cycle takes care of them."
        )
    return user


def ask(
    tx: Connection, app: Any, kind: str, source_id: str, member_ids: Collection[str]
) -> str:
    """Ask the worker to provision somebody; return the id of the run."""
    if app.saved_at is None:
        raise OnDemandError(
            "Provisioning is not configured. Choose Edit provisioning, enter the Tenant "
            "URL and the Secret Token, and save."
        )
    found = chosen(tx, app.company_id, kind, source_id)
    run_id = new_id()
    tx.execute(
        runs.insert().values(
            id=run_id,
            company_id=app.company_id,
            app_id=app.id,
            at=now(),
            kind=kind,
            source_id=source_id,
            label=found.display_name,
            member_ids=_members(tx, source_id, member_ids) if kind == "Group" else [],
        )
    )
    return run_id


def ask_again(tx: Connection) -> list[str]:
    """Ask anew for runs that no worker seems to have heard of; return their ids.

    The time of asking moves, so that nobody else asks for the same one.
    """
    lost = sa.select(runs.c.id).where(
        runs.c.done_at.is_(None), runs.c.at < now() - AGAIN_AFTER
    )
    found = list(tx.execute(lost.with_for_update()).scalars())
    if found:
        tx.execute(runs.update().where(runs.c.id.in_(found)).values(at=now()))
    return found


def one(tx: Connection, app: Any, run_id: str) -> Any:
    """Return a run of an app; raises UnknownError."""
    query = sa.select(runs).where(runs.c.app_id == app.id, runs.c.id == run_id)
    found = tx.execute(query).first()
    if found is None:
        raise UnknownError("There is no such run of Provision on demand.")
    return found


def _members(tx: Connection, group_id: str, member_ids: Collection[str]) -> list[str]:
    """Return the chosen members; whoever is not directly in the group does not count."""
    wanted = list(dict.fromkeys(member_ids))
    if len(wanted) > MOST_MEMBERS:
        raise OnDemandError(
            f"Select at most {MOST_MEMBERS} members: {len(wanted)} are selected."
        )
    member_id = sa.func.coalesce(memberships.c.user_id, memberships.c.child_group_id)
    query = sa.select(member_id).where(
        memberships.c.group_id == group_id, member_id.in_(wanted)
    )
    inside = set(tx.execute(query).scalars())
    return [one for one in wanted if one in inside]
