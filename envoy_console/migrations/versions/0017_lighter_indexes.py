"""Indexes without what nobody looks for, since every write pays for each of them

The new ones are made before the old ones go, so that whoever reads need not wait.

Revision ID: 0017
Revises: 0016
Create Date: 2026-11-30 11:30:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

OLD = (
    ("employees", ("company_id", "manager_id", "id")),
    ("employees", ("company_id", "location_id", "display_name_key", "id")),
    ("employees", ("location_id",)),
    ("employees", ("company_id", "active")),
    ("directory_events", ("company_id", "related_id", "id")),
)


def upgrade() -> None:
    _create(
        "ix_employees_reports",
        "employees",
        ["company_id", "manager_id", "id"],
        where="manager_id IS NOT NULL",
    )
    _create(
        "ix_directory_events_related",
        "directory_events",
        ["company_id", "related_id", "id"],
        where="related_id IS NOT NULL",
    )
    op.create_index(
        "ix_employees_location_id_display_name_key_id",
        "employees",
        ["location_id", "display_name_key", "id"],
    )
    op.create_index(
        "ix_employees_inactive",
        "employees",
        ["company_id"],
        sqlite_where=sa.text("active = 0"),
        postgresql_where=sa.text("NOT active"),
    )
    for table, columns in OLD:
        op.drop_index(_name(table, columns), table)


def downgrade() -> None:
    for table, columns in OLD:
        op.create_index(_name(table, columns), table, columns)
    op.drop_index("ix_employees_inactive", "employees")
    op.drop_index("ix_employees_location_id_display_name_key_id", "employees")
    op.drop_index("ix_directory_events_related", "directory_events")
    op.drop_index("ix_employees_reports", "employees")


def _create(name: str, table: str, columns: list[str], *, where: str) -> None:
    condition = sa.text(where)
    op.create_index(
        name, table, columns, sqlite_where=condition, postgresql_where=condition
    )


def _name(table: str, columns: tuple[str, ...]) -> str:
    return f"ix_{table}_{'_'.join(columns)}"
