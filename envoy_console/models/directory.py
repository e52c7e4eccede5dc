"""The employee directory.

A resource is stored as the SCIM document that it is. What is looked up, sorted or
listed is projected into columns (`directory/fields.py` says which), and `search`
holds the document once more with its text folded and primary values first, so that any
other attribute can be filtered and sorted by in SQL, with the same answer on both
databases. References (manager,
members) are never part of a document.
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
    only_on,
    where_present,
)


class Resource:
    """The columns that employees and groups have in common."""

    id: Mapped[str] = mapped_column(IdText, primary_key=True, default=new_id)
    company_id: Mapped[str] = of_company()
    # empty once the integration that fed the row was uninstalled
    integration_id: Mapped[str | None] = mapped_column(
        sa.ForeignKey("integrations.id", ondelete="SET NULL"), index=True
    )
    source: Mapped[str]
    external_id: Mapped[str | None] = mapped_column(KeyText)
    document: Mapped[str] = mapped_column(sa.Text)
    search: Mapped[dict[str, Any]] = mapped_column(Json)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class Employee(Resource, Base):
    """A person in the directory: a *user* on the wire."""

    __tablename__ = "employees"

    user_name: Mapped[str]
    user_name_key: Mapped[str] = mapped_column(KeyText)
    display_name: Mapped[str]
    display_name_key: Mapped[str] = mapped_column(KeyText)
    work_email: Mapped[str | None]
    work_email_key: Mapped[str | None] = mapped_column(KeyText)
    # the columns above hold the first one; whoever has more is looked at closely
    has_several_work_emails: Mapped[bool] = mapped_column(server_default=sa.false())
    title: Mapped[str | None]
    title_key: Mapped[str | None] = mapped_column(KeyText)
    department: Mapped[str | None]
    department_key: Mapped[str | None] = mapped_column(KeyText)
    active: Mapped[bool]
    # what the client sent as manager.value: usually, but not surely, an employee's id
    manager_id: Mapped[str | None] = mapped_column(KeyText)
    location_id: Mapped[str | None] = mapped_column(
        sa.ForeignKey("locations.id", ondelete="SET NULL")
    )

    __table_args__ = (
        sa.UniqueConstraint("company_id", "user_name_key"),
        sa.Index(None, "location_id", "display_name_key", "id"),
        # each with the id, by which lists are ordered: SQLite, which keeps no statistics
        # here, would otherwise rather walk through the company in the order of ids
        sa.Index(None, "company_id", "external_id", "id"),
        sa.Index(None, "company_id", "work_email_key", "id"),
        sa.Index(
            "ix_employees_reports",
            "company_id",
            "manager_id",
            "id",
            **where_present("manager_id"),
        ),
        sa.Index(
            "ix_employees_several_work_emails",
            "company_id",
            sqlite_where=sa.text("has_several_work_emails = 1"),
            postgresql_where=sa.text("has_several_work_emails"),
        ),
        sa.Index(None, "company_id", "id"),
        # counted on every page, and few; whoever is created is active
        sa.Index(
            "ix_employees_inactive",
            "company_id",
            sqlite_where=sa.text("active = 0"),
            postgresql_where=sa.text("NOT active"),
        ),
        only_on(
            "postgresql",
            sa.Index(None, "company_id", "display_name_key", "id"),
        ),
        # all that the console's list is searched, filtered and sorted by: SQLite reads
        # it instead of the documents. PostgreSQL's indexes cannot hold as much, and its
        # tables keep long documents apart.
        only_on(
            "sqlite",
            sa.Index(
                "ix_employees_listed",
                "company_id",
                "display_name_key",
                "id",
                "user_name_key",
                "work_email_key",
                "title_key",
                "department_key",
                "active",
                "source",
                "integration_id",
                "location_id",
            ),
        ),
    )


class Group(Resource, Base):
    """A group of employees, and of groups."""

    __tablename__ = "groups"

    display_name: Mapped[str]
    display_name_key: Mapped[str] = mapped_column(KeyText)
    member_count: Mapped[int] = mapped_column(default=0)

    __table_args__ = (
        sa.UniqueConstraint("company_id", "display_name_key"),
        sa.Index(None, "company_id", "external_id", "id"),
        sa.Index(None, "company_id", "id"),
    )


class Membership(Base):
    """One member of one group. `member_id` is an employee's or a group's id."""

    __tablename__ = "memberships"

    group_id: Mapped[str] = mapped_column(
        sa.ForeignKey("groups.id", ondelete="CASCADE"), primary_key=True
    )
    member_id: Mapped[str] = mapped_column(IdText, primary_key=True)
    member_type: Mapped[str]
    company_id: Mapped[str] = of_company(index=True)

    __table_args__ = (
        sa.Index(None, "member_id", "group_id"),
        sa.CheckConstraint("member_type IN ('User', 'Group')", name="member_type"),
        {"sqlite_with_rowid": False},
    )


class DirectoryEvent(Base):
    """Who changed what, written in the same transaction as the change."""

    __tablename__ = "directory_events"

    id: Mapped[int] = mapped_column(Serial, primary_key=True, autoincrement=True)
    company_id: Mapped[str] = of_company()
    at: Mapped[datetime]
    action: Mapped[str]
    subject_type: Mapped[str]
    subject_id: Mapped[str] = mapped_column(IdText)
    subject_label: Mapped[str]
    # the member that joined or left a group
    related_id: Mapped[str | None] = mapped_column(IdText)
    related_label: Mapped[str | None]
    actor_label: Mapped[str]
    exchange_id: Mapped[str | None] = mapped_column(IdText)
    # [{"attribute": path, "old": value, "new": value}, …]
    changes: Mapped[list[dict[str, Any]]] = mapped_column(Json)

    __table_args__ = (
        sa.Index(None, "company_id", "id"),
        sa.Index(None, "company_id", "subject_id", "id"),
        sa.Index(
            "ix_directory_events_related",
            "company_id",
            "related_id",
            "id",
            **where_present("related_id"),
        ),
        sa.Index(None, "exchange_id", "id"),
    )


class EmployeeImport(Base):
    """A file of employees that was uploaded, and waits to be imported or given up."""

    __tablename__ = "employee_imports"

    id: Mapped[str] = mapped_column(IdText, primary_key=True, default=new_id)
    company_id: Mapped[str] = of_company(index=True)
    account_id: Mapped[str] = mapped_column(
        sa.ForeignKey("accounts.id", ondelete="CASCADE"), index=True
    )
    file_name: Mapped[str]
    data: Mapped[bytes]
    created_at: Mapped[datetime]
