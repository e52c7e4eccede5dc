"""Single sign-on

Revision ID: 0012
Revises: 0011
Create Date: 2026-11-25 09:12:40.530118
"""

import sqlalchemy as sa
from alembic import op

from envoy_console.models.base import IdText, KeyText, UtcDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _make_settings()
    _make_spent()
    _make_employee_sessions()
    _make_entra_saml()
    _make_entra_certificates()
    with op.batch_alter_table("account_sessions") as sessions:
        sessions.add_column(sa.Column("employee_id", IdText, nullable=True))
        sessions.create_foreign_key(
            op.f("fk_account_sessions_employee_id"),
            "employees",
            ["employee_id"],
            ["id"],
            ondelete="CASCADE",
        )
        sessions.create_index(
            op.f("ix_account_sessions_employee_id"), ["employee_id"], unique=False
        )


def downgrade() -> None:
    # what single sign-on opened would outlive the employee it was opened for
    op.execute("DELETE FROM account_sessions WHERE employee_id IS NOT NULL")
    with op.batch_alter_table("account_sessions") as sessions:
        sessions.drop_index(op.f("ix_account_sessions_employee_id"))
        sessions.drop_constraint(
            op.f("fk_account_sessions_employee_id"), type_="foreignkey"
        )
        sessions.drop_column("employee_id")
    op.drop_table("entra_certificates")
    op.drop_table("entra_saml")
    op.drop_table("employee_sessions")
    op.drop_table("spent_saml")
    op.drop_table("single_sign_on")


def _of(table: str, column: str, parent: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column],
        [f"{parent}.id"],
        name=op.f(f"fk_{table}_{column}"),
        ondelete="CASCADE",
    )


def _make_settings() -> None:
    op.create_table(
        "single_sign_on",
        sa.Column("company_id", IdText, nullable=False),
        sa.Column("installed_by_name", sa.String(), nullable=False),
        sa.Column("installed_at", UtcDateTime(), nullable=False),
        sa.Column("saved_at", UtcDateTime(), nullable=True),
        sa.Column("fingerprints", sa.String(), nullable=False),
        sa.Column("idp_url", sa.String(), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("idp_initiated", sa.Boolean(), nullable=False),
        sa.Column("creates", sa.Boolean(), nullable=False),
        sa.Column("allows_sha1", sa.Boolean(), nullable=False),
        _of("single_sign_on", "company_id", "companies"),
        sa.PrimaryKeyConstraint("company_id", name=op.f("pk_single_sign_on")),
    )


def _make_spent() -> None:
    op.create_table(
        "spent_saml",
        sa.Column("company_id", IdText, nullable=False),
        sa.Column("digest", KeyText, nullable=False),
        sa.Column("forget_at", UtcDateTime(), nullable=False),
        _of("spent_saml", "company_id", "companies"),
        sa.PrimaryKeyConstraint("company_id", "digest", name=op.f("pk_spent_saml")),
    )
    op.create_index(op.f("ix_spent_saml_forget_at"), "spent_saml", ["forget_at"])


def _make_employee_sessions() -> None:
    op.create_table(
        "employee_sessions",
        sa.Column("id", KeyText, nullable=False),
        sa.Column("company_id", IdText, nullable=False),
        sa.Column("employee_id", IdText, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        _of("employee_sessions", "company_id", "companies"),
        _of("employee_sessions", "employee_id", "employees"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_employee_sessions")),
    )
    op.create_index(
        op.f("ix_employee_sessions_employee_id"), "employee_sessions", ["employee_id"]
    )


def _make_entra_saml() -> None:
    op.create_table(
        "entra_saml",
        sa.Column("app_id", IdText, nullable=False),
        sa.Column("company_id", IdText, nullable=False),
        sa.Column("identifier", sa.String(), nullable=False),
        sa.Column("reply_url", sa.String(), nullable=False),
        sa.Column("sign_on_url", sa.String(), nullable=False),
        sa.Column("name_id", sa.String(), nullable=False),
        _of("entra_saml", "app_id", "entra_apps"),
        _of("entra_saml", "company_id", "companies"),
        sa.PrimaryKeyConstraint("app_id", name=op.f("pk_entra_saml")),
    )


def _make_entra_certificates() -> None:
    op.create_table(
        "entra_certificates",
        sa.Column("id", IdText, nullable=False),
        sa.Column("app_id", IdText, nullable=False),
        sa.Column("company_id", IdText, nullable=False),
        sa.Column("certificate", sa.String(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("thumbprint", KeyText, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        _of("entra_certificates", "app_id", "entra_apps"),
        _of("entra_certificates", "company_id", "companies"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entra_certificates")),
    )
    op.create_index(
        op.f("ix_entra_certificates_app_id"), "entra_certificates", ["app_id"]
    )
