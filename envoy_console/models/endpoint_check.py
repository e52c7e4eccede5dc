"""Endpoint checks, and what each of them found."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from envoy_console.models.base import (
    Base,
    IdText,
    Json,
    Serial,
    new_id,
    of_company,
)


class EndpointCheck(Base):
    """The latest check of an endpoint: of an app's, or of the company's own."""

    __tablename__ = "endpoint_checks"

    id: Mapped[str] = mapped_column(IdText, primary_key=True, default=new_id)
    company_id: Mapped[str] = of_company()
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
    company_id: Mapped[str] = of_company()
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
