"""The installed directory integration, and the tokens and OAuth client that open it."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from envoy_console.models.base import Base, IdText, KeyText, new_id, of_company


class Integration(Base):
    """“Microsoft Azure SCIM”, installed in one company. Uninstalling keeps the row."""

    __tablename__ = "integrations"

    id: Mapped[str] = mapped_column(IdText, primary_key=True, default=new_id)
    company_id: Mapped[str] = of_company()
    kind: Mapped[str]
    # empty until the first Save
    sync_mode: Mapped[str | None]
    # judge requests by the RFC alone, without the tolerance that Entra needs
    strict: Mapped[bool] = mapped_column(default=False)
    installed_by: Mapped[str] = mapped_column(
        sa.ForeignKey("accounts.id", ondelete="CASCADE")
    )
    installed_at: Mapped[datetime]
    saved_at: Mapped[datetime | None]
    uninstalled_at: Mapped[datetime | None]
    request_count: Mapped[int] = mapped_column(default=0)
    rejected_count: Mapped[int] = mapped_column(default=0)
    last_request_at: Mapped[datetime | None]
    # what the endpoint answers instead of its own answer (directory/faults.py)
    fault: Mapped[str | None]
    fault_writes_only: Mapped[bool | None]
    fault_seconds: Mapped[int | None]
    fault_requests_left: Mapped[int | None]
    fault_until: Mapped[datetime | None]

    __table_args__ = (
        sa.Index(
            "uq_integrations_installed",
            "company_id",
            "kind",
            unique=True,
            sqlite_where=sa.text("uninstalled_at IS NULL"),
            postgresql_where=sa.text("uninstalled_at IS NULL"),
        ),
        sa.CheckConstraint(
            "sync_mode IN ('all_users', 'per_location')", name="sync_mode"
        ),
    )


class OAuthClient(Base):
    """An id and a secret that are exchanged for access tokens (RFC 6749 §4.4).

    The secret is kept as its digest alone: it is shown once and never again.
    """

    __tablename__ = "oauth_clients"

    id: Mapped[str] = mapped_column(IdText, primary_key=True, default=new_id)
    company_id: Mapped[str] = of_company(index=True)
    integration_id: Mapped[str] = mapped_column(
        sa.ForeignKey("integrations.id", ondelete="CASCADE")
    )
    digest: Mapped[str] = mapped_column(KeyText)
    hint: Mapped[str]
    # the secret before the last rotation, which works on for its grace period
    previous_digest: Mapped[str | None] = mapped_column(KeyText)
    previous_until: Mapped[datetime | None]
    created_by_name: Mapped[str]
    created_at: Mapped[datetime]
    rotated_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]

    __table_args__ = (
        sa.Index(
            "uq_oauth_clients_live",
            "integration_id",
            unique=True,
            sqlite_where=sa.text("revoked_at IS NULL"),
            postgresql_where=sa.text("revoked_at IS NULL"),
        ),
    )


class ScimToken(Base):
    """A token that opens the SCIM endpoint, found by its digest.

    Either an OAUTH BEARER TOKEN, with its ciphertext for Reveal, or short-lived: the
    access token of an OAuth client, the token of an endpoint check, or what one request
    is sent again with.
    """

    __tablename__ = "scim_tokens"

    id: Mapped[str] = mapped_column(IdText, primary_key=True, default=new_id)
    company_id: Mapped[str] = of_company(index=True)
    integration_id: Mapped[str] = mapped_column(
        sa.ForeignKey("integrations.id", ondelete="CASCADE"), index=True
    )
    # empty for an OAUTH BEARER TOKEN
    client_id: Mapped[str | None] = mapped_column(
        sa.ForeignKey("oauth_clients.id", ondelete="CASCADE")
    )
    # the exchange that it was made to send again, and nothing else
    replay_of: Mapped[str | None] = mapped_column(IdText)
    # of the endpoint check that alone uses it; no page lists such a token
    check_id: Mapped[str | None] = mapped_column(IdText, index=True)
    digest: Mapped[str] = mapped_column(KeyText, unique=True)
    ciphertext: Mapped[bytes | None]
    hint: Mapped[str]
    created_by_name: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revealable_until: Mapped[datetime]
    # set when a newer token takes over: this one still works until then
    retires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    last_used_from: Mapped[str | None]

    __table_args__ = (sa.Index(None, "client_id", "expires_at"),)
