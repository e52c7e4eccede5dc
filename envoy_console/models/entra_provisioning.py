"""Enterprise applications, and how far their provisioning has come.

What Entra knows of the other side is an id that it was given over HTTP.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from envoy_console.models.base import (
    Base,
    IdText,
    Json,
    KeyText,
    Serial,
    new_id,
    of_company,
)


def _app_key() -> Mapped[str]:
    """The app as (part of) the primary key."""
    return mapped_column(
        sa.ForeignKey("entra_apps.id", ondelete="CASCADE"), primary_key=True
    )


class EntraApp(Base):
    """An enterprise application, as its administrator configured it."""

    __tablename__ = "entra_apps"

    id: Mapped[str] = mapped_column(IdText, primary_key=True, default=new_id)
    company_id: Mapped[str] = of_company()
    template: Mapped[str]
    name: Mapped[str]
    name_key: Mapped[str] = mapped_column(KeyText)
    created_at: Mapped[datetime]
    # "manual" until the administrator chooses "automatic"; there is no way back
    mode: Mapped[str] = mapped_column(default="manual")
    tenant_url: Mapped[str] = mapped_column(default="")
    # the Secret Token, AES-GCM bound to this row; None when there is none
    secret: Mapped[bytes | None]
    # set by a Save: only then Mappings and Settings are shown
    saved_at: Mapped[datetime | None]
    notification_email: Mapped[str] = mapped_column(default="")
    notifies: Mapped[bool] = mapped_column(default=False)
    prevents_deletion: Mapped[bool] = mapped_column(default=False)
    deletion_threshold: Mapped[int] = mapped_column(default=500)
    # "assigned" or "all"
    scope: Mapped[str] = mapped_column(default="assigned")
    # Provisioning Status
    is_on: Mapped[bool] = mapped_column(default=False)
    # "soft": disable by `active`; "hard": DELETE (the connector knows no `active`);
    # "skip": as soft, but whoever only left the scope stays as they are
    deprovision: Mapped[str] = mapped_column(default="soft")
    # app roles that an administrator added to those that every app has
    more_roles: Mapped[list[str]] = mapped_column(
        Json, default=list, server_default="[]"
    )
    user_mapping: Mapped[dict[str, Any]] = mapped_column(Json)
    group_mapping: Mapped[dict[str, Any]] = mapped_column(Json)
    # Test Connection: {"id", "ok" (null while it runs), "at", "title", "message", …}, and
    # the sealed credentials it tries, as "draft", until they are saved
    last_test: Mapped[dict[str, Any] | None] = mapped_column(Json)
    # mappings that were edited and not saved yet: {"User": …, "Group": …}
    mapping_drafts: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)

    __table_args__ = (sa.UniqueConstraint("company_id", "name_key"),)


class EntraAssignment(Base):
    """A user or a group that is assigned to an app, with a role."""

    __tablename__ = "entra_assignments"

    id: Mapped[int] = mapped_column(Serial, primary_key=True, autoincrement=True)
    company_id: Mapped[str] = of_company()
    app_id: Mapped[str] = mapped_column(
        sa.ForeignKey("entra_apps.id", ondelete="CASCADE")
    )
    user_id: Mapped[str | None] = mapped_column(
        sa.ForeignKey("entra_users.id", ondelete="CASCADE"), index=True
    )
    group_id: Mapped[str | None] = mapped_column(
        sa.ForeignKey("entra_groups.id", ondelete="CASCADE"), index=True
    )
    role: Mapped[str] = mapped_column(default="User")
    created_at: Mapped[datetime]

    __table_args__ = (
        sa.UniqueConstraint("app_id", "user_id"),
        sa.UniqueConstraint("app_id", "group_id"),
        sa.CheckConstraint("(user_id IS NULL) <> (group_id IS NULL)", name="one"),
    )


class EntraJob(Base):
    """The provisioning job of an app: what the worker remembers between objects."""

    __tablename__ = "entra_jobs"

    app_id: Mapped[str] = _app_key()
    company_id: Mapped[str] = of_company()
    # the cycle that is running, or the last one
    cycle_id: Mapped[str | None] = mapped_column(IdText)
    # a new initial cycle is wanted: the first, or after Restart and changed mappings
    is_initial_due: Mapped[bool] = mapped_column(default=True)
    watermark: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    next_run_at: Mapped[datetime | None] = mapped_column(index=True)
    # who works on it until when: nobody else may before that
    lease: Mapped[str | None] = mapped_column(IdText)
    leased_until: Mapped[datetime | None]
    quarantine_reason: Mapped[str | None]
    quarantine_message: Mapped[str | None]
    quarantined_at: Mapped[datetime | None]
    quarantine_retries: Mapped[int] = mapped_column(default=0)
    # an administrator has allowed the deletions that stopped the job
    allows_deletes: Mapped[bool] = mapped_column(default=False)
    initial_completed_at: Mapped[datetime | None]
    steady_at: Mapped[datetime | None]

    __table_args__ = (sa.Index(None, "company_id"),)


class EntraCycle(Base):
    """One run over what changed. `planned_…` and `done_…` make the progress bar."""

    __tablename__ = "entra_cycles"

    id: Mapped[str] = mapped_column(IdText, primary_key=True, default=new_id)
    company_id: Mapped[str] = of_company()
    app_id: Mapped[str] = mapped_column(
        sa.ForeignKey("entra_apps.id", ondelete="CASCADE")
    )
    # "initial" or "incremental"
    kind: Mapped[str]
    # "running", "completed", "quarantined" or "stopped"
    state: Mapped[str] = mapped_column(default="running")
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    # the tenant's change number that this cycle reaches
    reaches: Mapped[int] = mapped_column(sa.BigInteger)
    planned_users: Mapped[int] = mapped_column(default=0)
    planned_groups: Mapped[int] = mapped_column(default=0)
    planned_references: Mapped[int] = mapped_column(default=0)
    done_users: Mapped[int] = mapped_column(default=0)
    done_groups: Mapped[int] = mapped_column(default=0)
    done_references: Mapped[int] = mapped_column(default=0)
    failures: Mapped[int] = mapped_column(default=0)
    reference_failures: Mapped[int] = mapped_column(default=0, server_default="0")
    successes: Mapped[int] = mapped_column(default=0)
    deletions: Mapped[int] = mapped_column(default=0)

    __table_args__ = (sa.Index(None, "app_id", "started_at"),)


class EntraWork(Base):
    """An object that the running cycle has still to handle, in order of `id`.

    Its row goes in the transaction that keeps what came of it, so a worker that dies
    leaves exactly the rest.
    """

    __tablename__ = "entra_work"

    id: Mapped[int] = mapped_column(Serial, primary_key=True, autoincrement=True)
    company_id: Mapped[str] = of_company()
    app_id: Mapped[str] = mapped_column(
        sa.ForeignKey("entra_apps.id", ondelete="CASCADE")
    )
    # "User", "Group", "References" or "Deletions"
    phase: Mapped[str]
    # "User" or "Group", and its objectId (which may be gone by now)
    kind: Mapped[str]
    source_id: Mapped[str] = mapped_column(IdText)

    __table_args__ = (sa.UniqueConstraint("app_id", "phase", "source_id"),)


class EntraLink(Base):
    """A source object and what the target calls it."""

    __tablename__ = "entra_links"

    app_id: Mapped[str] = _app_key()
    source_id: Mapped[str] = mapped_column(IdText, primary_key=True)
    company_id: Mapped[str] = of_company()
    kind: Mapped[str]
    label: Mapped[str]
    target_id: Mapped[str] = mapped_column(KeyText)
    # False since it was disabled over there
    is_active: Mapped[bool] = mapped_column(default=True)
    # False since it was disabled because it is not assigned any more: then even its
    # deletion is none of the job's business (spec §1.6)
    is_managed: Mapped[bool] = mapped_column(default=True)
    # the target's id of the manager that was sent last
    manager_target_id: Mapped[str | None] = mapped_column(KeyText)

    __table_args__ = (sa.Index(None, "app_id", "target_id"),)


class EntraLinkedMember(Base):
    """A member that was added to a group over there."""

    __tablename__ = "entra_linked_members"

    app_id: Mapped[str] = _app_key()
    group_id: Mapped[str] = mapped_column(IdText, primary_key=True)
    member_id: Mapped[str] = mapped_column(IdText, primary_key=True)
    company_id: Mapped[str] = of_company()
    target_id: Mapped[str] = mapped_column(KeyText)

    __table_args__ = (sa.Index(None, "app_id", "member_id"),)


class EntraEscrow(Base):
    """An object that failed and is tried again later."""

    __tablename__ = "entra_escrows"

    app_id: Mapped[str] = _app_key()
    phase: Mapped[str] = mapped_column(primary_key=True)
    source_id: Mapped[str] = mapped_column(IdText, primary_key=True)
    company_id: Mapped[str] = of_company()
    kind: Mapped[str]
    label: Mapped[str]
    attempts: Mapped[int]
    first_failed_at: Mapped[datetime]
    retry_at: Mapped[datetime]
    code: Mapped[str]
    message: Mapped[str]


class EntraOnDemand(Base):
    """A run of Provision on demand. `log_id` is set when it is done."""

    __tablename__ = "entra_on_demand"

    id: Mapped[str] = mapped_column(IdText, primary_key=True, default=new_id)
    company_id: Mapped[str] = of_company()
    app_id: Mapped[str] = mapped_column(
        sa.ForeignKey("entra_apps.id", ondelete="CASCADE"), index=True
    )
    at: Mapped[datetime]
    kind: Mapped[str]
    source_id: Mapped[str] = mapped_column(IdText)
    label: Mapped[str]
    # of a group, at most five of its members
    member_ids: Mapped[list[str]] = mapped_column(Json)
    # {"ok", "title", "message", …} when the connection failed
    connection: Mapped[dict[str, Any] | None] = mapped_column(Json)
    log_id: Mapped[str | None] = mapped_column(IdText)
    done_at: Mapped[datetime | None]
