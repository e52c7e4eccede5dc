"""App roles that an administrator added

Revision ID: 0016
Revises: 0015
Create Date: 2026-11-30 01:27:12.640180
"""

import sqlalchemy as sa
from alembic import op

from envoy_console.models.base import Json

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "entra_apps",
        sa.Column("more_roles", Json, nullable=False, server_default="[]"),
    )


def downgrade() -> None:
    # the version before would take “skip” for deleting whoever leaves the scope
    op.execute("UPDATE entra_apps SET deprovision = 'soft' WHERE deprovision = 'skip'")
    op.drop_column("entra_apps", "more_roles")
