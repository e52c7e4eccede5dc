"""Faults

Revision ID: 0004
Revises: 0003
Create Date: 2026-11-25 07:12:44.118206
"""

import sqlalchemy as sa
from alembic import op

from envoy_console.models.base import UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

COLUMNS = {
    "fault": sa.String(),
    "fault_writes_only": sa.Boolean(),
    "fault_seconds": sa.Integer(),
    "fault_requests_left": sa.Integer(),
    "fault_until": UtcDateTime(),
}


def upgrade() -> None:
    for name, kind in COLUMNS.items():
        op.add_column("integrations", sa.Column(name, kind, nullable=True))


def downgrade() -> None:
    for name in reversed(COLUMNS):
        op.drop_column("integrations", name)
