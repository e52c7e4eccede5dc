"""A company and the people who administer it.

Console accounts and directory employees are separate tables on purpose: nothing
that arrives over SCIM can create, adopt or change somebody who may sign in.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from envoy_console.models.base import Base, IdText, KeyText, Serial, new_id, of_company


class Company(Base):
    """A customer of the console; every other row belongs to one."""

    __tablename__ = "companies"

    id: Mapped[str] = mapped_column(IdText, primary_key=True, default=new_id)
    name: Mapped[str]
    name_key: Mapped[str] = mapped_column(KeyText, unique=True)
    created_at: Mapped[datetime]
    # the demo company lets its token be revealed at any time, as the tutorial shows
    always_reveals: Mapped[bool] = mapped_column(default=False)
    # the company whose operators run this one as part of a class
    class_of: Mapped[str | None] = mapped_column(IdText, index=True)
    # what the worker has yet to finish
    scenario: Mapped[str | None]


class Account(Base):
    """Somebody who signs in to the console."""

    __tablename__ = "accounts"

    id: Mapped[str] = mapped_column(IdText, primary_key=True, default=new_id)
    company_id: Mapped[str] = of_company(index=True)
    email: Mapped[str]
    email_key: Mapped[str] = mapped_column(KeyText, unique=True)
    name: Mapped[str]
    role: Mapped[str]
    # a global admin whom the command line has appointed to run classes
    is_operator: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=True)
    password_hash: Mapped[str]
    created_at: Mapped[datetime]
    last_sign_in_at: Mapped[datetime | None]

    __table_args__ = (
        sa.CheckConstraint(
            "role IN ('global_admin', 'location_admin', 'viewer')", name="role"
        ),
    )


class AccountSession(Base):
    """A signed-in browser. Its id is the SHA-256 of what the cookie carries."""

    __tablename__ = "account_sessions"

    id: Mapped[str] = mapped_column(KeyText, primary_key=True)
    account_id: Mapped[str] = mapped_column(
        sa.ForeignKey("accounts.id", ondelete="CASCADE"), index=True
    )
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    confirmed_at: Mapped[datetime]
    source: Mapped[str]
    # the company of the class that an operator is looking at
    looks_at: Mapped[str | None] = mapped_column(IdText)
    # the employee as whom single sign-on let them in: without that one, it ends
    employee_id: Mapped[str | None] = mapped_column(
        sa.ForeignKey("employees.id", ondelete="CASCADE"), index=True
    )


class Location(Base):
    """An office. Employees have one as their primary location."""

    __tablename__ = "locations"

    id: Mapped[str] = mapped_column(IdText, primary_key=True, default=new_id)
    company_id: Mapped[str] = of_company()
    name: Mapped[str]
    name_key: Mapped[str] = mapped_column(KeyText)
    is_default: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (sa.UniqueConstraint("company_id", "name_key"),)


class LocationGroup(Base):
    """A group that feeds the employee directory of a location."""

    __tablename__ = "location_groups"

    location_id: Mapped[str] = mapped_column(
        sa.ForeignKey("locations.id", ondelete="CASCADE"), primary_key=True
    )
    group_id: Mapped[str] = mapped_column(
        sa.ForeignKey("groups.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    company_id: Mapped[str] = of_company()


class AuditEvent(Base):
    """Something an administrator did. Rows are only ever added: triggers refuse the rest.

    Only with their company they go.
    """

    __tablename__ = "audit_events"

    id: Mapped[int] = mapped_column(Serial, primary_key=True, autoincrement=True)
    company_id: Mapped[str] = of_company()
    at: Mapped[datetime]
    actor_label: Mapped[str]
    action: Mapped[str]
    subject: Mapped[str]
    source: Mapped[str]
    # its place in the company's log, and the HMAC of that row with the one before
    number: Mapped[int | None]
    hash: Mapped[bytes | None]

    __table_args__ = (sa.Index(None, "company_id", "id"),)


class AuditChain(Base):
    """The head of a company's audit log: what a log that was tampered with contradicts."""

    __tablename__ = "audit_chains"

    company_id: Mapped[str] = of_company(primary_key=True)
    # of the HMACs, sealed with TOKEN_KEY
    key: Mapped[bytes]
    begun_at: Mapped[datetime]
    # the rows that were there before: how many, up to which id, and their HMAC
    anchored: Mapped[int]
    anchored_to: Mapped[int] = mapped_column(sa.BigInteger())
    anchor: Mapped[bytes]
    # all rows, the hash of the last one, and the HMAC of both
    length: Mapped[int]
    hash: Mapped[bytes]
    seal: Mapped[bytes]
    appended_at: Mapped[datetime]


class Throttle(Base):
    """How often a secret was guessed wrong, per account and per source address."""

    __tablename__ = "throttles"

    key: Mapped[str] = mapped_column(KeyText, primary_key=True)
    failures: Mapped[int]
    blocked_until: Mapped[datetime]
