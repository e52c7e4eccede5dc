"""Employees found by location alone, as the database does when a location goes

Revision ID: 0011
Revises: 0010
Create Date: 2026-11-25 10:18:20.601344
"""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

BY_LOCATION = "ix_employees_location_id"


def upgrade() -> None:
    op.create_index(BY_LOCATION, "employees", ["location_id"])


def downgrade() -> None:
    op.drop_index(BY_LOCATION, "employees")
