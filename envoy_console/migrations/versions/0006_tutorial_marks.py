"""Tutorial marks

Revision ID: 0006
Revises: 0005
Create Date: 2026-11-25 08:48:11.520317
"""

import sqlalchemy as sa
from alembic import op

from envoy_console.models.base import IdText, KeyText, UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tutorial_marks",
        sa.Column("company_id", IdText, nullable=False),
        sa.Column("step", KeyText, nullable=False),
        sa.Column("kind", KeyText, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["companies.id"],
            name=op.f("fk_tutorial_marks_company_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "company_id", "step", "kind", name=op.f("pk_tutorial_marks")
        ),
    )


def downgrade() -> None:
    op.drop_table("tutorial_marks")
