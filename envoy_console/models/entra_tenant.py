"""The simulated Entra tenant of each company: its people and its groups.

Nothing here points into Envoy's own tables but for the company.
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


class EntraTenant(Base):
    """A company's Entra tenant.

    `change` numbers the changes of its directory: whoever changes a user, a group or
    an assignment takes the next number in the same transaction, so everything above
    a watermark is exactly what happened since.
    """

    __tablename__ = "entra_tenants"

    company_id: Mapped[str] = of_company(primary_key=True)
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
    company_id: Mapped[str] = of_company()
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
    company_id: Mapped[str] = of_company()
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
    company_id: Mapped[str] = of_company()
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
