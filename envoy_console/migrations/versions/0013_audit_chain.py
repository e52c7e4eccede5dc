"""The audit log is chained, and only ever added to

Revision ID: 0013
Revises: 0012
Create Date: 2026-11-29 19:10:22.481930
"""

import sqlalchemy as sa
from alembic import op

from envoy_console.models.base import IdText, UtcDateTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

EVENTS, CHAINS = "audit_events", "audit_chains"
REFUSAL = "audit_events: rows are only ever added"
COMPANY_IS_THERE = "EXISTS (SELECT 1 FROM companies WHERE id = OLD.company_id)"

# Rows go when their company has gone, and never before.
SQLITE = (
    f"CREATE TRIGGER audit_events_update BEFORE UPDATE ON {EVENTS} "
    f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
    f"CREATE TRIGGER audit_events_delete BEFORE DELETE ON {EVENTS} "
    f"WHEN {COMPANY_IS_THERE} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
)
POSTGRESQL = (
    "CREATE FUNCTION audit_events_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ "
    f"BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = '23000'; END $$",
    "CREATE FUNCTION audit_events_refuse_delete() RETURNS trigger LANGUAGE plpgsql AS $$ "
    f"BEGIN IF {COMPANY_IS_THERE} THEN "
    f"RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = '23000'; END IF; "
    "RETURN OLD; END $$",
    f"CREATE TRIGGER audit_events_update BEFORE UPDATE ON {EVENTS} "
    "FOR EACH ROW EXECUTE FUNCTION audit_events_refuse()",
    f"CREATE TRIGGER audit_events_delete BEFORE DELETE ON {EVENTS} "
    "FOR EACH ROW EXECUTE FUNCTION audit_events_refuse_delete()",
    f"CREATE TRIGGER audit_events_truncate BEFORE TRUNCATE ON {EVENTS} "
    "FOR EACH STATEMENT EXECUTE FUNCTION audit_events_refuse()",
)


def upgrade() -> None:
    # not in a batch, which would copy the table and lose its triggers
    op.add_column(EVENTS, sa.Column("number", sa.Integer(), nullable=True))
    op.add_column(EVENTS, sa.Column("hash", sa.LargeBinary(), nullable=True))
    op.create_table(
        CHAINS,
        sa.Column("company_id", IdText, nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("begun_at", UtcDateTime(), nullable=False),
        sa.Column("anchored", sa.Integer(), nullable=False),
        sa.Column("anchored_to", sa.BigInteger(), nullable=False),
        sa.Column("anchor", sa.LargeBinary(), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("seal", sa.LargeBinary(), nullable=False),
        sa.Column("appended_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["companies.id"],
            name=op.f("fk_audit_chains_company_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("company_id", name=op.f("pk_audit_chains")),
    )
    for statement in SQLITE if _is_sqlite() else POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    if _is_sqlite():
        op.execute("DROP TRIGGER audit_events_delete")
        op.execute("DROP TRIGGER audit_events_update")
    else:
        op.execute("DROP FUNCTION audit_events_refuse_delete() CASCADE")
        op.execute("DROP FUNCTION audit_events_refuse() CASCADE")
    op.drop_table(CHAINS)
    op.drop_column(EVENTS, "hash")
    op.drop_column(EVENTS, "number")


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"
