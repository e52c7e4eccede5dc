"""Classroom

Revision ID: 0008
Revises: 0007
Create Date: 2026-11-25 08:31:07.204518
"""

import sqlalchemy as sa
from alembic import op

from envoy_console.models.base import IdText

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # without a foreign key, for which SQLite would have to make the table anew: to drop
    # a table of companies is to delete all that belongs to them
    op.add_column("companies", sa.Column("class_of", IdText, nullable=True))
    op.create_index(op.f("ix_companies_class_of"), "companies", ["class_of"])
    op.add_column("companies", sa.Column("scenario", sa.String(), nullable=True))
    op.add_column(
        "accounts",
        sa.Column("is_operator", sa.Boolean(), nullable=False, server_default="false"),
    )
    op.add_column("account_sessions", sa.Column("looks_at", IdText, nullable=True))


def downgrade() -> None:
    op.drop_column("account_sessions", "looks_at")
    op.drop_column("accounts", "is_operator")
    op.drop_column("companies", "scenario")
    op.drop_index(op.f("ix_companies_class_of"), table_name="companies")
    op.drop_column("companies", "class_of")
