"""Indexes without what nobody looks for, since every write pays for each of them

Revision ID: 0017
Revises: 0016
Create Date: 2026-11-30 11:30:00
"""

import sqlalchemy as sa
from alembic import op

from envoy_console.models.base import having

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

EMPLOYEES, EVENTS = "employees", "directory_events"
MANAGERS = ("ix_employees_company_id_manager_id_id", EMPLOYEES, "manager_id")
RELATED = ("ix_directory_events_company_id_related_id_id", EVENTS, "related_id")
BY_LOCATION = "ix_employees_location_id_display_name_key_id"
BY_COMPANY = "ix_employees_company_id_location_id_display_name_key_id"


def upgrade() -> None:
    for name, table, column in (MANAGERS, RELATED):
        op.drop_index(name, table)
        op.create_index(name, table, ["company_id", column, "id"], **having(column))
    op.create_index(BY_LOCATION, EMPLOYEES, ["location_id", "display_name_key", "id"])
    op.drop_index("ix_employees_location_id", EMPLOYEES)
    op.drop_index(BY_COMPANY, EMPLOYEES)
    op.create_index(
        "ix_employees_inactive",
        EMPLOYEES,
        ["company_id"],
        sqlite_where=sa.text("active = 0"),
        postgresql_where=sa.text("NOT active"),
    )
    op.drop_index("ix_employees_company_id_active", EMPLOYEES)


def downgrade() -> None:
    op.create_index(
        "ix_employees_company_id_active", EMPLOYEES, ["company_id", "active"]
    )
    op.drop_index("ix_employees_inactive", EMPLOYEES)
    op.create_index(
        BY_COMPANY, EMPLOYEES, ["company_id", "location_id", "display_name_key", "id"]
    )
    op.create_index("ix_employees_location_id", EMPLOYEES, ["location_id"])
    op.drop_index(BY_LOCATION, EMPLOYEES)
    for name, table, column in (MANAGERS, RELATED):
        op.drop_index(name, table)
        op.create_index(name, table, ["company_id", column, "id"])
