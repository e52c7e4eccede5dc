"""Uploads of employees; the directory's list from indexes

Revision ID: 0009
Revises: 0008
Create Date: 2026-11-25 09:05:12.310442
"""

import sqlalchemy as sa
from alembic import op

from envoy_console.models.base import IdText, UtcDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

IMPORTS = "employee_imports"
FORMER = "ix_employees_location_id"
BY_NAME = "ix_employees_company_id_display_name_key_id"
LISTED = "ix_employees_listed"
COLUMNS = (
    *("company_id", "display_name_key", "id", "user_name_key", "work_email_key"),
    *("title_key", "department_key", "active", "source", "integration_id"),
    "location_id",
)
BY_LOCATION = "ix_employees_company_id_location_id_display_name_key_id"


def upgrade() -> None:
    op.create_table(
        IMPORTS,
        sa.Column("id", IdText, nullable=False),
        sa.Column("company_id", IdText, nullable=False),
        sa.Column("account_id", IdText, nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["companies.id"],
            name=op.f("fk_employee_imports_company_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name=op.f("fk_employee_imports_account_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_employee_imports")),
    )
    for column in ("company_id", "account_id"):
        op.create_index(f"ix_{IMPORTS}_{column}", IMPORTS, [column])
    op.drop_index(FORMER, "employees")
    op.create_index(
        BY_LOCATION,
        "employees",
        ["company_id", "location_id", "display_name_key", "id"],
    )
    if _is_sqlite():
        op.drop_index(BY_NAME, "employees")
        op.create_index(LISTED, "employees", list(COLUMNS))


def downgrade() -> None:
    if _is_sqlite():
        op.drop_index(LISTED, "employees")
        op.create_index(BY_NAME, "employees", list(COLUMNS[:3]))
    op.drop_index(BY_LOCATION, "employees")
    op.create_index(FORMER, "employees", ["location_id"])
    op.drop_table(IMPORTS)


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"
