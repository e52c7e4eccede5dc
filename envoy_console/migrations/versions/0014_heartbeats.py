"""Heartbeats

Revision ID: 0014
Revises: 0013
Create Date: 2026-11-29 19:20:11.402735
"""

import sqlalchemy as sa
from alembic import op

from envoy_console.models.base import KeyText, UtcDateTime

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "heartbeats",
        sa.Column("name", KeyText, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_heartbeats")),
    )


def downgrade() -> None:
    op.drop_table("heartbeats")
