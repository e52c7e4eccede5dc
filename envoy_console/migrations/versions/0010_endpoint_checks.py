"""Endpoint checks, what they found, and the tokens that they use

Revision ID: 0010
Revises: 0009
Create Date: 2026-11-25 09:02:41.118203
"""

import sqlalchemy as sa
from alembic import op

from envoy_console.models.base import IdText, Json, Serial, UtcDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TOKENS = "ix_scim_tokens_check_id"


def upgrade() -> None:
    op.create_table(
        "endpoint_checks",
        sa.Column("id", IdText, nullable=False),
        sa.Column("company_id", IdText, nullable=False),
        sa.Column("app_id", IdText, nullable=True),
        sa.Column("subject_id", IdText, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("tenant_url", sa.String(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease", IdText, nullable=True),
        sa.Column("leased_until", UtcDateTime(), nullable=True),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("planned", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("requests", sa.Integer(), nullable=False),
        sa.Column("made", Json, nullable=False),
        sa.Column("problem", sa.String(), nullable=True),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["companies.id"],
            name="fk_endpoint_checks_company_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["app_id"],
            ["entra_apps.id"],
            name="fk_endpoint_checks_app_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_endpoint_checks"),
        sa.UniqueConstraint("subject_id", name="uq_endpoint_checks_subject_id"),
    )
    for column in ("company_id", "app_id", "done_at"):
        op.create_index(f"ix_endpoint_checks_{column}", "endpoint_checks", [column])
    op.create_table(
        "endpoint_findings",
        sa.Column("id", Serial, autoincrement=True, nullable=False),
        sa.Column("company_id", IdText, nullable=False),
        sa.Column("check_id", IdText, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("chapter", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("expected", sa.String(), nullable=False),
        sa.Column("found", sa.String(), nullable=False),
        sa.Column("advice", sa.String(), nullable=False),
        sa.Column("exchanges", Json, nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["companies.id"],
            name="fk_endpoint_findings_company_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["check_id"],
            ["endpoint_checks.id"],
            name="fk_endpoint_findings_check_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_endpoint_findings"),
    )
    op.create_index(
        "ix_endpoint_findings_company_id", "endpoint_findings", ["company_id"]
    )
    op.create_index(
        "ix_endpoint_findings_check_id_number",
        "endpoint_findings",
        ["check_id", "number"],
        unique=True,
    )
    op.add_column("scim_tokens", sa.Column("check_id", IdText, nullable=True))
    op.create_index(TOKENS, "scim_tokens", ["check_id"])


def downgrade() -> None:
    op.execute("DELETE FROM scim_tokens WHERE check_id IS NOT NULL")
    op.drop_index(TOKENS, "scim_tokens")
    op.drop_column("scim_tokens", "check_id")
    op.drop_table("endpoint_findings")
    op.drop_table("endpoint_checks")
