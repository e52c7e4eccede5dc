"""Files of employees that were uploaded and wait for somebody to say “Import”.

Each account has one at a time, for a day. What was shown is known by its fingerprint: an import
that would do something else by now does nothing.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from envoy_console.directory import audit, people_import
from envoy_console.directory.actors import Actor
from envoy_console.directory.errors import RuleError
from envoy_console.directory.people_plan import Kind, Plan
from envoy_console.models import EmployeeImport
from envoy_console.models.base import new_id, now, table
from envoy_console.scim.errors import UniquenessError

drafts = table(EmployeeImport)

KEPT = timedelta(days=1)


class UnknownImportError(RuleError):
    """The upload was imported, replaced or given up."""


class PlanChangedError(RuleError):
    """The directory is not as it was when the plan was shown."""


def keep(tx: Connection, actor: Actor, *, file_name: str, data: bytes) -> str:
    """Keep an upload in the place of the account's last one; return its id."""
    tx.execute(drafts.delete().where(drafts.c.account_id == actor.account_id))
    draft_id = new_id()
    tx.execute(
        drafts.insert().values(
            id=draft_id,
            company_id=actor.company_id,
            account_id=actor.account_id,
            file_name=file_name,
            data=data,
            created_at=now(),
        )
    )
    return draft_id


def required(tx: Connection, actor: Actor, draft_id: str) -> Any:
    """Return an upload of the account; raises UnknownImportError."""
    query = sa.select(drafts).where(
        drafts.c.company_id == actor.company_id,
        drafts.c.account_id == actor.account_id,
        drafts.c.id == draft_id,
        drafts.c.created_at >= now() - KEPT,
    )
    found = tx.execute(query).first()
    if found is None:
        raise UnknownImportError(
            "This upload is no longer here. Upload the file again."
        )
    return found


def plan(tx: Connection, actor: Actor, draft: Any) -> Plan:
    """Return what an import of the upload would do now."""
    return people_import.plan(tx, actor.company_id, draft.data)


def run(tx: Connection, actor: Actor, draft_id: str, fingerprint: str) -> Counter[Kind]:
    """Import an upload as it was shown, and count what became of the lines."""
    draft = required(tx, actor, draft_id)
    planned = plan(tx, actor, draft)
    if planned.fingerprint != fingerprint:
        raise PlanChangedError(_CHANGED)
    try:
        people_import.apply(tx, actor, planned)
    except UniquenessError as error:
        raise PlanChangedError(_CHANGED) from error
    discard(tx, actor, draft_id)
    audit.record(tx, actor, "imported employees from", draft.file_name)
    return planned.counts


def discard(tx: Connection, actor: Actor, draft_id: str) -> None:
    """Give up an upload of the account, if it is still there."""
    mine = (drafts.c.id == draft_id) & (drafts.c.account_id == actor.account_id)
    tx.execute(drafts.delete().where(mine))


def purge_expired(tx: Connection) -> None:
    """Delete the uploads of any company that nobody wanted for a day."""
    tx.execute(drafts.delete().where(drafts.c.created_at < now() - KEPT))


_CHANGED = (
    "The directory has changed since you looked, so nothing was imported. "
    "Look at the lines again, then import."
)
