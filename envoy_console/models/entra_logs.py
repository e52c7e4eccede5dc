"""What the simulator tells: provisioning logs, audit logs and notifications."""

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
    of_company,
)


class EntraProvisioningLog(Base):
    """What came of one object in one cycle, in the words of Entra's provisioning logs."""

    __tablename__ = "entra_provisioning_logs"

    number: Mapped[int] = mapped_column(Serial, primary_key=True, autoincrement=True)
    # the Change ID
    id: Mapped[str] = mapped_column(IdText, unique=True)
    company_id: Mapped[str] = of_company()
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


class EntraAuditLog(Base):
    """Something an administrator did in the Entra admin center."""

    __tablename__ = "entra_audit_logs"

    id: Mapped[int] = mapped_column(Serial, primary_key=True, autoincrement=True)
    company_id: Mapped[str] = of_company()
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
    company_id: Mapped[str] = of_company()
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
