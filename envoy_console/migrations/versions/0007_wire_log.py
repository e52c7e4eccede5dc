"""Wire log

Revision ID: 0007
Revises: 0006
Create Date: 2026-11-25 08:30:12.552917
"""

import sqlalchemy as sa
from alembic import op

from envoy_console.models.base import IdText, KeyText

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

HAS_SOUGHT = sa.text("sought_key IS NOT NULL")
IS_REPLAY = sa.text("replay_of IS NOT NULL")
SEARCHED = ("status", "method", "resource_type")
BACKFILL = """
INSERT INTO scim_exchange_quirks (number, name, company_id)
SELECT DISTINCT number, {name}, company_id FROM scim_exchanges, {quirks}
WHERE company_id IS NOT NULL
"""
QUIRKS = {
    "sqlite": {"quirks": "json_each(quirks) AS quirk", "name": "quirk.value"},
    "postgresql": {
        "quirks": "jsonb_array_elements_text(quirks) AS quirk",
        "name": "quirk",
    },
}


def upgrade() -> None:
    op.add_column("scim_tokens", sa.Column("replay_of", IdText, nullable=True))
    op.add_column("scim_exchanges", sa.Column("sought_key", KeyText, nullable=True))
    op.add_column("scim_exchanges", sa.Column("replay_of", IdText, nullable=True))
    for column in SEARCHED:
        name = f"ix_scim_exchanges_company_id_{column}_number"
        op.create_index(name, "scim_exchanges", ["company_id", column, "number"])
    op.create_index(
        "ix_scim_exchanges_company_id_sought_key_number",
        "scim_exchanges",
        ["company_id", "sought_key", "number"],
        sqlite_where=HAS_SOUGHT,
        postgresql_where=HAS_SOUGHT,
    )
    op.create_index(
        "ix_scim_exchanges_replay_of",
        "scim_exchanges",
        ["replay_of"],
        sqlite_where=IS_REPLAY,
        postgresql_where=IS_REPLAY,
    )
    op.create_index(
        "ix_directory_events_exchange_id_id", "directory_events", ["exchange_id", "id"]
    )
    op.create_index(
        "ix_employees_company_id_active", "employees", ["company_id", "active"]
    )
    _add_quirks()


def _add_quirks() -> None:
    op.create_table(
        "scim_exchange_quirks",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite")),
        sa.Column("name", KeyText),
        sa.Column("company_id", IdText, nullable=False),
        sa.ForeignKeyConstraint(
            ["number"],
            ["scim_exchanges.number"],
            name="fk_scim_exchange_quirks_number",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["companies.id"],
            name="fk_scim_exchange_quirks_company_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("number", "name", name="pk_scim_exchange_quirks"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_scim_exchange_quirks_company_id_name_number",
        "scim_exchange_quirks",
        ["company_id", "name", "number"],
    )
    op.execute(BACKFILL.format(**QUIRKS[op.get_bind().dialect.name]))


def downgrade() -> None:
    op.drop_table("scim_exchange_quirks")
    op.drop_index("ix_employees_company_id_active", "employees")
    op.drop_index("ix_directory_events_exchange_id_id", "directory_events")
    op.drop_index("ix_scim_exchanges_replay_of", "scim_exchanges")
    op.drop_index("ix_scim_exchanges_company_id_sought_key_number", "scim_exchanges")
    for column in reversed(SEARCHED):
        op.drop_index(f"ix_scim_exchanges_company_id_{column}_number", "scim_exchanges")
    op.drop_column("scim_exchanges", "replay_of")
    op.drop_column("scim_exchanges", "sought_key")
    op.execute("DELETE FROM scim_tokens WHERE replay_of IS NOT NULL")
    op.drop_column("scim_tokens", "replay_of")
