"""OAuth clients

Revision ID: 0002
Revises: 0001
Create Date: 2026-11-25 02:31:20.512044
"""

import sqlalchemy as sa
from alembic import op

from envoy_console.models.base import IdText, KeyText, UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "oauth_clients",
        sa.Column("id", IdText, nullable=False),
        sa.Column("company_id", IdText, nullable=False),
        sa.Column("integration_id", IdText, nullable=False),
        sa.Column("digest", KeyText, nullable=False),
        sa.Column("hint", sa.String(), nullable=False),
        sa.Column("previous_digest", KeyText, nullable=True),
        sa.Column("previous_until", UtcDateTime(), nullable=True),
        sa.Column("created_by_name", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("rotated_at", UtcDateTime(), nullable=True),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.Column("last_used_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["companies.id"],
            name=op.f("fk_oauth_clients_company_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["integration_id"],
            ["integrations.id"],
            name=op.f("fk_oauth_clients_integration_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oauth_clients")),
    )
    op.create_index(
        op.f("ix_oauth_clients_company_id"),
        "oauth_clients",
        ["company_id"],
        unique=False,
    )
    op.create_index(
        "uq_oauth_clients_live",
        "oauth_clients",
        ["integration_id"],
        unique=True,
        sqlite_where=sa.text("revoked_at IS NULL"),
        postgresql_where=sa.text("revoked_at IS NULL"),
    )

    with op.batch_alter_table("scim_tokens") as tokens:
        tokens.add_column(sa.Column("client_id", IdText, nullable=True))
        tokens.create_foreign_key(
            op.f("fk_scim_tokens_client_id"),
            "oauth_clients",
            ["client_id"],
            ["id"],
            ondelete="CASCADE",
        )
        tokens.create_index(
            op.f("ix_scim_tokens_client_id_expires_at"),
            ["client_id", "expires_at"],
            unique=False,
        )

    op.add_column("scim_exchanges", sa.Column("client_id", IdText, nullable=True))


def downgrade() -> None:
    op.drop_column("scim_exchanges", "client_id")

    # what only an OAuth client could renew is of no use without one
    op.execute("DELETE FROM scim_tokens WHERE client_id IS NOT NULL")
    with op.batch_alter_table("scim_tokens") as tokens:
        tokens.drop_index(op.f("ix_scim_tokens_client_id_expires_at"))
        tokens.drop_constraint(op.f("fk_scim_tokens_client_id"), type_="foreignkey")
        tokens.drop_column("client_id")

    op.drop_index("uq_oauth_clients_live", table_name="oauth_clients")
    op.drop_index(op.f("ix_oauth_clients_company_id"), table_name="oauth_clients")

    op.drop_table("oauth_clients")
