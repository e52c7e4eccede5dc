"""The simulated Entra tenant of each company: its people, its apps, its provisioning.

Nothing here points into Envoy's own tables but for the company: what Entra knows
of the other side is an id that it was given over HTTP.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from envoy_console.models.base import Base, IdText, Json, KeyText, Serial, new_id


def _company() -> Mapped[str]:
    return mapped_column(sa.ForeignKey("companies.id", ondelete="CASCADE"))


def _app_key() -> Mapped[str]:
    """The app as (part of) the primary key."""
    return mapped_column(
        sa.ForeignKey("entra_apps.id", ondelete="CASCADE"), primary_key=True
    )


class EntraTenant(Base):
    """A company's Entra tenant.

    `change` numbers the changes of its directory: whoever changes a user, a group or
    an assignment takes the next number in the same transaction, so everything above
    a watermark is exactly what happened since.
    """

    __tablename__ = "entra_tenants"

    company_id: Mapped[str] = mapped_column(
        sa.ForeignKey("companies.id", ondelete="CASCADE"), primary_key=True
    )
    id: Mapped[str] = mapped_column(IdText, unique=True, default=new_id)
    name: Mapped[str]
    domain: Mapped[str]
    created_at: Mapped[datetime]
    change: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    # how many simulated seconds pass in a second
    clock_speed: Mapped[int] = mapped_column(default=60)
    # objects a second that a short cycle handles, so that people can watch; 0: no limit
    pace: Mapped[int] = mapped_column(default=8)


class EntraUser(Base):
    """Somebody in the tenant. `attributes` holds Entra's names and plain values."""

    __tablename__ = "entra_users"

    id: Mapped[str] = mapped_column(IdText, primary_key=True, default=new_id)
    company_id: Mapped[str] = _company()
    user_principal_name: Mapped[str]
    # what it may not share: folded, but exact where the story wants a duplicate
    upn_key: Mapped[str] = mapped_column(KeyText)
    display_name: Mapped[str]
    # display name, UPN and mail, folded, for the search box
    search_key: Mapped[str] = mapped_column(KeyText)
    account_enabled: Mapped[bool] = mapped_column(default=True)
    manager_id: Mapped[str | None] = mapped_column(
        sa.ForeignKey("entra_users.id", ondelete="SET NULL"), index=True
    )
    attributes: Mapped[dict[str, Any]] = mapped_column(Json)
    created_at: Mapped[datetime]
    # in the recycle bin since
    deleted_at: Mapped[datetime | None]
    change: Mapped[int] = mapped_column(sa.BigInteger)

    __table_args__ = (
        sa.UniqueConstraint("company_id", "upn_key"),
        sa.Index(None, "company_id", "change"),
        sa.Index(None, "company_id", "deleted_at", "display_name", "id"),
        sa.Index(None, "deleted_at"),
    )


class EntraGroup(Base):
    """A group of the tenant."""

    __tablename__ = "entra_groups"

    id: Mapped[str] = mapped_column(IdText, primary_key=True, default=new_id)
    company_id: Mapped[str] = _company()
    display_name: Mapped[str]
    search_key: Mapped[str] = mapped_column(KeyText)
    attributes: Mapped[dict[str, Any]] = mapped_column(Json)
    created_at: Mapped[datetime]
    change: Mapped[int] = mapped_column(sa.BigInteger)

    __table_args__ = (
        sa.Index(None, "company_id", "change"),
        sa.Index(None, "company_id", "display_name", "id"),
    )


class EntraMembership(Base):
    """A user, or a group, that is directly in a group. Exactly one of the two is set."""

    __tablename__ = "entra_memberships"

    id: Mapped[int] = mapped_column(Serial, primary_key=True, autoincrement=True)
    company_id: Mapped[str] = _company()
    group_id: Mapped[str] = mapped_column(
        sa.ForeignKey("entra_groups.id", ondelete="CASCADE")
    )
    user_id: Mapped[str | None] = mapped_column(
        sa.ForeignKey("entra_users.id", ondelete="CASCADE"), index=True
    )
    child_group_id: Mapped[str | None] = mapped_column(
        sa.ForeignKey("entra_groups.id", ondelete="CASCADE"), index=True
    )

    __table_args__ = (
        sa.UniqueConstraint("group_id", "user_id"),
        sa.UniqueConstraint("group_id", "child_group_id"),
        sa.CheckConstraint(
            "(user_id IS NULL) <> (child_group_id IS NULL)", name="one_member"
        ),
    )


class EntraApp(Base):
    """An enterprise application, as its administrator configured it."""

    __tablename__ = "entra_apps"

    id: Mapped[str] = mapped_column(IdText, primary_key=True, default=new_id)
    company_id: Mapped[str] = _company()
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
    # "soft": disable by `active`; "hard": DELETE (the connector knows no `active`)
    deprovision: Mapped[str] = mapped_column(default="soft")
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
    company_id: Mapped[str] = _company()
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
    company_id: Mapped[str] = _company()
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
    company_id: Mapped[str] = _company()
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
    company_id: Mapped[str] = _company()
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
    company_id: Mapped[str] = _company()
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
    company_id: Mapped[str] = _company()
    target_id: Mapped[str] = mapped_column(KeyText)

    __table_args__ = (sa.Index(None, "app_id", "member_id"),)


class EntraEscrow(Base):
    """An object that failed and is tried again later."""

    __tablename__ = "entra_escrows"

    app_id: Mapped[str] = _app_key()
    phase: Mapped[str] = mapped_column(primary_key=True)
    source_id: Mapped[str] = mapped_column(IdText, primary_key=True)
    company_id: Mapped[str] = _company()
    kind: Mapped[str]
    label: Mapped[str]
    attempts: Mapped[int]
    first_failed_at: Mapped[datetime]
    retry_at: Mapped[datetime]
    code: Mapped[str]
    message: Mapped[str]


class EntraProvisioningLog(Base):
    """What came of one object in one cycle, in the words of Entra's provisioning logs."""

    __tablename__ = "entra_provisioning_logs"

    number: Mapped[int] = mapped_column(Serial, primary_key=True, autoincrement=True)
    # the Change ID
    id: Mapped[str] = mapped_column(IdText, unique=True)
    company_id: Mapped[str] = _company()
    app_id: Mapped[str] = mapped_column(
        sa.ForeignKey("entra_apps.id", ondelete="CASCADE")
    )
    # empty for provision on demand
    cycle_id: Mapped[str | None] = mapped_column(IdText)
    at: Mapped[datetime]
    duration_ms: Mapped[int]
    kind: Mapped[str]
    source_id: Mapped[str] = mapped_column(IdText)
    label: Mapped[str]
    # display name, label and ids, folded, for the search box
    search_key: Mapped[str]
    target_id: Mapped[str | None] = mapped_column(KeyText)
    # create, update, delete, disable, stagedDelete, other
    action: Mapped[str]
    # success, failure, skipped, warning
    status: Mapped[str]
    error_code: Mapped[str | None]
    reason: Mapped[str | None]
    recommendation: Mapped[str | None]
    # [{"name", "type", "status", "description", "details": {…}}]
    steps: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    # [{"displayName", "oldValue", "newValue"}]
    modified: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    # the X-Request-Id of the requests it made, the writing one last
    request_ids: Mapped[list[str]] = mapped_column(Json)

    __table_args__ = (
        sa.Index(None, "app_id", "number"),
        sa.Index(None, "company_id", "number"),
        sa.Index(None, "app_id", "source_id", "number"),
    )


class EntraOnDemand(Base):
    """A run of Provision on demand. `log_id` is set when it is done."""

    __tablename__ = "entra_on_demand"

    id: Mapped[str] = mapped_column(IdText, primary_key=True, default=new_id)
    company_id: Mapped[str] = _company()
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


class EndpointCheck(Base):
    """The latest check of an endpoint: of an app's, or of the company's own."""

    __tablename__ = "endpoint_checks"

    id: Mapped[str] = mapped_column(IdText, primary_key=True, default=new_id)
    company_id: Mapped[str] = _company()
    # empty for the company's own endpoint
    app_id: Mapped[str | None] = mapped_column(
        sa.ForeignKey("entra_apps.id", ondelete="CASCADE"), index=True
    )
    # the app's id, or else the company's: there is one check of each
    subject_id: Mapped[str] = mapped_column(IdText, unique=True)
    at: Mapped[datetime]
    actor: Mapped[str]
    tenant_url: Mapped[str]
    # the token, sealed; erased when the check is done
    secret: Mapped[bytes | None]
    attempts: Mapped[int]
    lease: Mapped[str | None] = mapped_column(IdText)
    leased_until: Mapped[datetime | None]
    # steps, and what is being looked at
    done: Mapped[int]
    planned: Mapped[int]
    stage: Mapped[str]
    requests: Mapped[int]
    # what it made and has not removed: [{"path", "attribute", "name", "id"}]
    made: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    # why nothing could be checked at all
    problem: Mapped[str | None]
    done_at: Mapped[datetime | None] = mapped_column(index=True)

    __table_args__ = (sa.Index(None, "company_id"),)


class EndpointFinding(Base):
    """What a check found about one requirement."""

    __tablename__ = "endpoint_findings"

    id: Mapped[int] = mapped_column(Serial, primary_key=True, autoincrement=True)
    company_id: Mapped[str] = _company()
    check_id: Mapped[str] = mapped_column(
        sa.ForeignKey("endpoint_checks.id", ondelete="CASCADE")
    )
    number: Mapped[int]
    chapter: Mapped[str]
    title: Mapped[str]
    reference: Mapped[str]
    # passed, failed, skipped
    status: Mapped[str]
    expected: Mapped[str]
    found: Mapped[str]
    advice: Mapped[str]
    # [{"method", "path", "request", "status", "response", "request_id", …}]
    exchanges: Mapped[list[dict[str, Any]]] = mapped_column(Json)

    __table_args__ = (
        sa.Index(None, "company_id"),
        sa.Index(None, "check_id", "number", unique=True),
    )


class EntraAuditLog(Base):
    """Something an administrator did in the Entra admin center."""

    __tablename__ = "entra_audit_logs"

    id: Mapped[int] = mapped_column(Serial, primary_key=True, autoincrement=True)
    company_id: Mapped[str] = _company()
    at: Mapped[datetime]
    actor: Mapped[str]
    # "Provisioning", "Quarantine", "UserManagement", "ApplicationManagement"
    category: Mapped[str]
    activity: Mapped[str]
    target: Mapped[str]
    # of the application that it is about; kept when that one is renamed or deleted
    app_id: Mapped[str | None] = mapped_column(IdText)
    detail: Mapped[str] = mapped_column(default="")

    __table_args__ = (
        sa.Index(None, "company_id", "id"),
        sa.Index(None, "app_id", "id"),
    )


class EntraNotification(Base):
    """A mail to the Notification Email: the outbox."""

    __tablename__ = "entra_notifications"

    id: Mapped[int] = mapped_column(Serial, primary_key=True, autoincrement=True)
    company_id: Mapped[str] = _company()
    app_id: Mapped[str] = mapped_column(
        sa.ForeignKey("entra_apps.id", ondelete="CASCADE")
    )
    at: Mapped[datetime]
    recipient: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str]
    # when SMTP took it; stays empty where no server is configured
    sent_at: Mapped[datetime | None]

    __table_args__ = (sa.Index(None, "company_id", "id"),)
