"""Failed references counted apart, users counted from an index, audit rows by app

Revision ID: 0005
Revises: 0004
Create Date: 2026-11-25 08:31:05.220914
"""

import sqlalchemy as sa
from alembic import op

from envoy_console.models.base import IdText

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

FORMER = "ix_entra_users_company_id_display_name_id"
OF_APP = "ix_entra_audit_logs_app_id_id"
DELETED = "ix_entra_users_deleted_at"
LISTED = "ix_entra_users_company_id_deleted_at_display_name_id"


def upgrade() -> None:
    op.add_column(
        "entra_cycles",
        sa.Column(
            "reference_failures", sa.Integer(), nullable=False, server_default="0"
        ),
    )
    op.add_column("entra_audit_logs", sa.Column("app_id", IdText, nullable=True))
    op.create_index(OF_APP, "entra_audit_logs", ["app_id", "id"])
    op.drop_index(FORMER, "entra_users")
    op.create_index(DELETED, "entra_users", ["deleted_at"])
    op.create_index(
        LISTED, "entra_users", ["company_id", "deleted_at", "display_name", "id"]
    )


def downgrade() -> None:
    op.drop_index(LISTED, "entra_users")
    op.drop_index(DELETED, "entra_users")
    op.create_index(FORMER, "entra_users", ["company_id", "display_name", "id"])
    op.drop_index(OF_APP, "entra_audit_logs")
    op.drop_column("entra_audit_logs", "app_id")
    op.drop_column("entra_cycles", "reference_failures")
