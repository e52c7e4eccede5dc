"""The first tables

Revision ID: 0001
Revises:
Create Date: 2026-11-24 14:55:04.365767
"""

import sqlalchemy as sa
from alembic import op

from envoy_console.models.base import IdText, Json, KeyText, Serial, UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "companies",
        sa.Column("id", IdText, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_key", KeyText, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("always_reveals", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_companies")),
        sa.UniqueConstraint("name_key", name=op.f("uq_companies_name_key")),
    )
    op.create_table(
        "throttles",
        sa.Column("key", KeyText, nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("blocked_until", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_throttles")),
    )
    op.create_table(
        "accounts",
        sa.Column("id", IdText, nullable=False),
        sa.Column("company_id", IdText, nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("email_key", KeyText, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("last_sign_in_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "role IN ('global_admin', 'location_admin', 'viewer')",
            name=op.f("ck_accounts_role"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["companies.id"],
            name=op.f("fk_accounts_company_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("email_key", name=op.f("uq_accounts_email_key")),
    )
    op.create_index(
        op.f("ix_accounts_company_id"), "accounts", ["company_id"], unique=False
    )

    op.create_table(
        "audit_events",
        sa.Column("id", Serial, autoincrement=True, nullable=False),
        sa.Column("company_id", IdText, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor_label", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["companies.id"],
            name=op.f("fk_audit_events_company_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_events")),
    )
    op.create_index(
        op.f("ix_audit_events_company_id_id"),
        "audit_events",
        ["company_id", "id"],
        unique=False,
    )

    op.create_table(
        "directory_events",
        sa.Column("id", Serial, autoincrement=True, nullable=False),
        sa.Column("company_id", IdText, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("subject_type", sa.String(), nullable=False),
        sa.Column("subject_id", IdText, nullable=False),
        sa.Column("subject_label", sa.String(), nullable=False),
        sa.Column("related_id", IdText, nullable=True),
        sa.Column("related_label", sa.String(), nullable=True),
        sa.Column("actor_label", sa.String(), nullable=False),
        sa.Column("exchange_id", IdText, nullable=True),
        sa.Column("changes", Json, nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["companies.id"],
            name=op.f("fk_directory_events_company_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directory_events")),
    )
    op.create_index(
        op.f("ix_directory_events_company_id_id"),
        "directory_events",
        ["company_id", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_directory_events_company_id_related_id_id"),
        "directory_events",
        ["company_id", "related_id", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_directory_events_company_id_subject_id_id"),
        "directory_events",
        ["company_id", "subject_id", "id"],
        unique=False,
    )

    op.create_table(
        "locations",
        sa.Column("id", IdText, nullable=False),
        sa.Column("company_id", IdText, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_key", KeyText, nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["companies.id"],
            name=op.f("fk_locations_company_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_locations")),
        sa.UniqueConstraint(
            "company_id", "name_key", name=op.f("uq_locations_company_id_name_key")
        ),
    )
    op.create_table(
        "scim_exchanges",
        sa.Column("number", Serial, autoincrement=True, nullable=False),
        sa.Column("id", IdText, nullable=False),
        sa.Column("company_id", IdText, nullable=True),
        sa.Column("token_hint", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("duration_us", sa.Integer(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("resource_type", sa.String(), nullable=True),
        sa.Column("resource_id", KeyText, nullable=True),
        sa.Column("quirks", Json, nullable=False),
        sa.Column("detail", sa.String(), nullable=True),
        sa.Column("request_headers", Json, nullable=False),
        sa.Column("request_body", sa.String(), nullable=False),
        sa.Column("response_headers", Json, nullable=False),
        sa.Column("response_body", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["companies.id"],
            name=op.f("fk_scim_exchanges_company_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_scim_exchanges")),
        sa.UniqueConstraint("id", name=op.f("uq_scim_exchanges_id")),
    )
    op.create_index(
        op.f("ix_scim_exchanges_company_id_number"),
        "scim_exchanges",
        ["company_id", "number"],
        unique=False,
    )
    op.create_index(
        op.f("ix_scim_exchanges_company_id_resource_id_number"),
        "scim_exchanges",
        ["company_id", "resource_id", "number"],
        unique=False,
    )

    op.create_table(
        "account_sessions",
        sa.Column("id", KeyText, nullable=False),
        sa.Column("account_id", IdText, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.Column("confirmed_at", UtcDateTime(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name=op.f("fk_account_sessions_account_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_sessions")),
    )
    op.create_index(
        op.f("ix_account_sessions_account_id"),
        "account_sessions",
        ["account_id"],
        unique=False,
    )

    op.create_table(
        "integrations",
        sa.Column("id", IdText, nullable=False),
        sa.Column("company_id", IdText, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("sync_mode", sa.String(), nullable=True),
        sa.Column("strict", sa.Boolean(), nullable=False),
        sa.Column("installed_by", IdText, nullable=False),
        sa.Column("installed_at", UtcDateTime(), nullable=False),
        sa.Column("saved_at", UtcDateTime(), nullable=True),
        sa.Column("uninstalled_at", UtcDateTime(), nullable=True),
        sa.Column("request_count", sa.Integer(), nullable=False),
        sa.Column("rejected_count", sa.Integer(), nullable=False),
        sa.Column("last_request_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "sync_mode IN ('all_users', 'per_location')",
            name=op.f("ck_integrations_sync_mode"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["companies.id"],
            name=op.f("fk_integrations_company_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["installed_by"],
            ["accounts.id"],
            name=op.f("fk_integrations_installed_by"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_integrations")),
    )
    op.create_index(
        "uq_integrations_installed",
        "integrations",
        ["company_id", "kind"],
        unique=True,
        sqlite_where=sa.text("uninstalled_at IS NULL"),
        postgresql_where=sa.text("uninstalled_at IS NULL"),
    )

    op.create_table(
        "employees",
        sa.Column("user_name", sa.String(), nullable=False),
        sa.Column("user_name_key", KeyText, nullable=False),
        sa.Column("display_name", sa.String(), nullable=False),
        sa.Column("display_name_key", KeyText, nullable=False),
        sa.Column("work_email", sa.String(), nullable=True),
        sa.Column("work_email_key", KeyText, nullable=True),
        sa.Column("title", sa.String(), nullable=True),
        sa.Column("title_key", KeyText, nullable=True),
        sa.Column("department", sa.String(), nullable=True),
        sa.Column("department_key", KeyText, nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("manager_id", KeyText, nullable=True),
        sa.Column("location_id", IdText, nullable=True),
        sa.Column("id", IdText, nullable=False),
        sa.Column("company_id", IdText, nullable=False),
        sa.Column("integration_id", IdText, nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("external_id", KeyText, nullable=True),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("search", Json, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["companies.id"],
            name=op.f("fk_employees_company_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["integration_id"],
            ["integrations.id"],
            name=op.f("fk_employees_integration_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["location_id"],
            ["locations.id"],
            name=op.f("fk_employees_location_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_employees")),
        sa.UniqueConstraint(
            "company_id",
            "user_name_key",
            name=op.f("uq_employees_company_id_user_name_key"),
        ),
    )
    op.create_index(
        op.f("ix_employees_company_id_display_name_key_id"),
        "employees",
        ["company_id", "display_name_key", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_employees_company_id_external_id"),
        "employees",
        ["company_id", "external_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_employees_company_id_id"),
        "employees",
        ["company_id", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_employees_company_id_manager_id"),
        "employees",
        ["company_id", "manager_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_employees_company_id_work_email_key"),
        "employees",
        ["company_id", "work_email_key"],
        unique=False,
    )
    op.create_index(
        op.f("ix_employees_integration_id"),
        "employees",
        ["integration_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_employees_location_id"), "employees", ["location_id"], unique=False
    )

    op.create_table(
        "groups",
        sa.Column("display_name", sa.String(), nullable=False),
        sa.Column("display_name_key", KeyText, nullable=False),
        sa.Column("member_count", sa.Integer(), nullable=False),
        sa.Column("id", IdText, nullable=False),
        sa.Column("company_id", IdText, nullable=False),
        sa.Column("integration_id", IdText, nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("external_id", KeyText, nullable=True),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("search", Json, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["companies.id"],
            name=op.f("fk_groups_company_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["integration_id"],
            ["integrations.id"],
            name=op.f("fk_groups_integration_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_groups")),
        sa.UniqueConstraint(
            "company_id",
            "display_name_key",
            name=op.f("uq_groups_company_id_display_name_key"),
        ),
    )
    op.create_index(
        op.f("ix_groups_company_id_external_id"),
        "groups",
        ["company_id", "external_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_groups_company_id_id"), "groups", ["company_id", "id"], unique=False
    )
    op.create_index(
        op.f("ix_groups_integration_id"), "groups", ["integration_id"], unique=False
    )

    op.create_table(
        "scim_tokens",
        sa.Column("id", IdText, nullable=False),
        sa.Column("company_id", IdText, nullable=False),
        sa.Column("integration_id", IdText, nullable=False),
        sa.Column("digest", KeyText, nullable=False),
        sa.Column("ciphertext", sa.LargeBinary(), nullable=True),
        sa.Column("hint", sa.String(), nullable=False),
        sa.Column("created_by_name", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("revealable_until", UtcDateTime(), nullable=False),
        sa.Column("retires_at", UtcDateTime(), nullable=True),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.Column("last_used_at", UtcDateTime(), nullable=True),
        sa.Column("last_used_from", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["companies.id"],
            name=op.f("fk_scim_tokens_company_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["integration_id"],
            ["integrations.id"],
            name=op.f("fk_scim_tokens_integration_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scim_tokens")),
        sa.UniqueConstraint("digest", name=op.f("uq_scim_tokens_digest")),
    )
    op.create_index(
        op.f("ix_scim_tokens_company_id"), "scim_tokens", ["company_id"], unique=False
    )
    op.create_index(
        op.f("ix_scim_tokens_integration_id"),
        "scim_tokens",
        ["integration_id"],
        unique=False,
    )

    op.create_table(
        "location_groups",
        sa.Column("location_id", IdText, nullable=False),
        sa.Column("group_id", IdText, nullable=False),
        sa.Column("company_id", IdText, nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["companies.id"],
            name=op.f("fk_location_groups_company_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["groups.id"],
            name=op.f("fk_location_groups_group_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["location_id"],
            ["locations.id"],
            name=op.f("fk_location_groups_location_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "location_id", "group_id", name=op.f("pk_location_groups")
        ),
    )
    op.create_index(
        op.f("ix_location_groups_group_id"),
        "location_groups",
        ["group_id"],
        unique=False,
    )

    op.create_table(
        "memberships",
        sa.Column("group_id", IdText, nullable=False),
        sa.Column("member_id", IdText, nullable=False),
        sa.Column("member_type", sa.String(), nullable=False),
        sa.Column("company_id", IdText, nullable=False),
        sa.CheckConstraint(
            "member_type IN ('User', 'Group')", name=op.f("ck_memberships_member_type")
        ),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["companies.id"],
            name=op.f("fk_memberships_company_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["groups.id"],
            name=op.f("fk_memberships_group_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("group_id", "member_id", name=op.f("pk_memberships")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_memberships_company_id"), "memberships", ["company_id"], unique=False
    )
    op.create_index(
        op.f("ix_memberships_member_id_group_id"),
        "memberships",
        ["member_id", "group_id"],
        unique=False,
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_memberships_member_id_group_id"), table_name="memberships")
    op.drop_index(op.f("ix_memberships_company_id"), table_name="memberships")

    op.drop_table("memberships")
    op.drop_index(op.f("ix_location_groups_group_id"), table_name="location_groups")

    op.drop_table("location_groups")
    op.drop_index(op.f("ix_scim_tokens_integration_id"), table_name="scim_tokens")
    op.drop_index(op.f("ix_scim_tokens_company_id"), table_name="scim_tokens")

    op.drop_table("scim_tokens")
    op.drop_index(op.f("ix_groups_integration_id"), table_name="groups")
    op.drop_index(op.f("ix_groups_company_id_id"), table_name="groups")
    op.drop_index(op.f("ix_groups_company_id_external_id"), table_name="groups")

    op.drop_table("groups")
    op.drop_index(op.f("ix_employees_location_id"), table_name="employees")
    op.drop_index(op.f("ix_employees_integration_id"), table_name="employees")
    op.drop_index(
        op.f("ix_employees_company_id_work_email_key"), table_name="employees"
    )
    op.drop_index(op.f("ix_employees_company_id_manager_id"), table_name="employees")
    op.drop_index(op.f("ix_employees_company_id_id"), table_name="employees")
    op.drop_index(op.f("ix_employees_company_id_external_id"), table_name="employees")
    op.drop_index(
        op.f("ix_employees_company_id_display_name_key_id"), table_name="employees"
    )

    op.drop_table("employees")
    op.drop_index("uq_integrations_installed", table_name="integrations")

    op.drop_table("integrations")
    op.drop_index(op.f("ix_account_sessions_account_id"), table_name="account_sessions")

    op.drop_table("account_sessions")
    op.drop_index(
        op.f("ix_scim_exchanges_company_id_resource_id_number"),
        table_name="scim_exchanges",
    )
    op.drop_index(
        op.f("ix_scim_exchanges_company_id_number"), table_name="scim_exchanges"
    )

    op.drop_table("scim_exchanges")
    op.drop_table("locations")
    op.drop_index(
        op.f("ix_directory_events_company_id_subject_id_id"),
        table_name="directory_events",
    )
    op.drop_index(
        op.f("ix_directory_events_company_id_related_id_id"),
        table_name="directory_events",
    )
    op.drop_index(
        op.f("ix_directory_events_company_id_id"), table_name="directory_events"
    )

    op.drop_table("directory_events")
    op.drop_index(op.f("ix_audit_events_company_id_id"), table_name="audit_events")

    op.drop_table("audit_events")
    op.drop_index(op.f("ix_accounts_company_id"), table_name="accounts")

    op.drop_table("accounts")
    op.drop_table("throttles")
    op.drop_table("companies")
