"""The Entra tenant

Revision ID: 0003
Revises: 0002
Create Date: 2026-11-25 06:24:21.798555
"""

import sqlalchemy as sa
from alembic import op

from envoy_console.models.base import IdText, Json, KeyText, Serial, UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "entra_apps",
        sa.Column("id", IdText, nullable=False),
        sa.Column("company_id", IdText, nullable=False),
        sa.Column("template", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_key", KeyText, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("mode", sa.String(), nullable=False),
        sa.Column("tenant_url", sa.String(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=True),
        sa.Column("saved_at", UtcDateTime, nullable=True),
        sa.Column("notification_email", sa.String(), nullable=False),
        sa.Column("notifies", sa.Boolean(), nullable=False),
        sa.Column("prevents_deletion", sa.Boolean(), nullable=False),
        sa.Column("deletion_threshold", sa.Integer(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("deprovision", sa.String(), nullable=False),
        sa.Column(
            "user_mapping",
            Json,
            nullable=False,
        ),
        sa.Column(
            "group_mapping",
            Json,
            nullable=False,
        ),
        sa.Column(
            "last_test",
            Json,
            nullable=True,
        ),
        sa.Column(
            "mapping_drafts",
            Json,
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["companies.id"],
            name=op.f("fk_entra_apps_company_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entra_apps")),
        sa.UniqueConstraint(
            "company_id", "name_key", name=op.f("uq_entra_apps_company_id_name_key")
        ),
    )
    op.create_table(
        "entra_audit_logs",
        sa.Column("id", Serial, autoincrement=True, nullable=False),
        sa.Column("company_id", IdText, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("activity", sa.String(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["companies.id"],
            name=op.f("fk_entra_audit_logs_company_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entra_audit_logs")),
    )
    with op.batch_alter_table("entra_audit_logs", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_entra_audit_logs_company_id_id"),
            ["company_id", "id"],
            unique=False,
        )

    op.create_table(
        "entra_groups",
        sa.Column("id", IdText, nullable=False),
        sa.Column("company_id", IdText, nullable=False),
        sa.Column("display_name", sa.String(), nullable=False),
        sa.Column("search_key", KeyText, nullable=False),
        sa.Column(
            "attributes",
            Json,
            nullable=False,
        ),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("change", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["companies.id"],
            name=op.f("fk_entra_groups_company_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entra_groups")),
    )
    with op.batch_alter_table("entra_groups", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_entra_groups_company_id_change"),
            ["company_id", "change"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_entra_groups_company_id_display_name_id"),
            ["company_id", "display_name", "id"],
            unique=False,
        )

    op.create_table(
        "entra_tenants",
        sa.Column("company_id", IdText, nullable=False),
        sa.Column("id", IdText, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("domain", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("change", sa.BigInteger(), nullable=False),
        sa.Column("clock_speed", sa.Integer(), nullable=False),
        sa.Column("pace", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["companies.id"],
            name=op.f("fk_entra_tenants_company_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("company_id", name=op.f("pk_entra_tenants")),
        sa.UniqueConstraint("id", name=op.f("uq_entra_tenants_id")),
    )
    op.create_table(
        "entra_users",
        sa.Column("id", IdText, nullable=False),
        sa.Column("company_id", IdText, nullable=False),
        sa.Column("user_principal_name", sa.String(), nullable=False),
        sa.Column("upn_key", KeyText, nullable=False),
        sa.Column("display_name", sa.String(), nullable=False),
        sa.Column("search_key", KeyText, nullable=False),
        sa.Column("account_enabled", sa.Boolean(), nullable=False),
        sa.Column("manager_id", IdText, nullable=True),
        sa.Column(
            "attributes",
            Json,
            nullable=False,
        ),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("deleted_at", UtcDateTime, nullable=True),
        sa.Column("change", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["companies.id"],
            name=op.f("fk_entra_users_company_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["manager_id"],
            ["entra_users.id"],
            name=op.f("fk_entra_users_manager_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entra_users")),
        sa.UniqueConstraint(
            "company_id", "upn_key", name=op.f("uq_entra_users_company_id_upn_key")
        ),
    )
    with op.batch_alter_table("entra_users", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_entra_users_company_id_change"),
            ["company_id", "change"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_entra_users_company_id_display_name_id"),
            ["company_id", "display_name", "id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_entra_users_manager_id"), ["manager_id"], unique=False
        )

    op.create_table(
        "entra_assignments",
        sa.Column("id", Serial, autoincrement=True, nullable=False),
        sa.Column("company_id", IdText, nullable=False),
        sa.Column("app_id", IdText, nullable=False),
        sa.Column("user_id", IdText, nullable=True),
        sa.Column("group_id", IdText, nullable=True),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.CheckConstraint(
            "(user_id IS NULL) <> (group_id IS NULL)",
            name=op.f("ck_entra_assignments_one"),
        ),
        sa.ForeignKeyConstraint(
            ["app_id"],
            ["entra_apps.id"],
            name=op.f("fk_entra_assignments_app_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["companies.id"],
            name=op.f("fk_entra_assignments_company_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["entra_groups.id"],
            name=op.f("fk_entra_assignments_group_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["entra_users.id"],
            name=op.f("fk_entra_assignments_user_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entra_assignments")),
        sa.UniqueConstraint(
            "app_id", "group_id", name=op.f("uq_entra_assignments_app_id_group_id")
        ),
        sa.UniqueConstraint(
            "app_id", "user_id", name=op.f("uq_entra_assignments_app_id_user_id")
        ),
    )
    with op.batch_alter_table("entra_assignments", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_entra_assignments_group_id"), ["group_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_entra_assignments_user_id"), ["user_id"], unique=False
        )

    op.create_table(
        "entra_cycles",
        sa.Column("id", IdText, nullable=False),
        sa.Column("company_id", IdText, nullable=False),
        sa.Column("app_id", IdText, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("started_at", UtcDateTime, nullable=False),
        sa.Column("ended_at", UtcDateTime, nullable=True),
        sa.Column("reaches", sa.BigInteger(), nullable=False),
        sa.Column("planned_users", sa.Integer(), nullable=False),
        sa.Column("planned_groups", sa.Integer(), nullable=False),
        sa.Column("planned_references", sa.Integer(), nullable=False),
        sa.Column("done_users", sa.Integer(), nullable=False),
        sa.Column("done_groups", sa.Integer(), nullable=False),
        sa.Column("done_references", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("successes", sa.Integer(), nullable=False),
        sa.Column("deletions", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["app_id"],
            ["entra_apps.id"],
            name=op.f("fk_entra_cycles_app_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["companies.id"],
            name=op.f("fk_entra_cycles_company_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entra_cycles")),
    )
    with op.batch_alter_table("entra_cycles", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_entra_cycles_app_id_started_at"),
            ["app_id", "started_at"],
            unique=False,
        )

    op.create_table(
        "entra_escrows",
        sa.Column("app_id", IdText, nullable=False),
        sa.Column("phase", sa.String(), nullable=False),
        sa.Column("source_id", IdText, nullable=False),
        sa.Column("company_id", IdText, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("first_failed_at", UtcDateTime, nullable=False),
        sa.Column("retry_at", UtcDateTime, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["app_id"],
            ["entra_apps.id"],
            name=op.f("fk_entra_escrows_app_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["companies.id"],
            name=op.f("fk_entra_escrows_company_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "app_id", "phase", "source_id", name=op.f("pk_entra_escrows")
        ),
    )
    op.create_table(
        "entra_jobs",
        sa.Column("app_id", IdText, nullable=False),
        sa.Column("company_id", IdText, nullable=False),
        sa.Column("cycle_id", IdText, nullable=True),
        sa.Column("is_initial_due", sa.Boolean(), nullable=False),
        sa.Column("watermark", sa.BigInteger(), nullable=False),
        sa.Column("next_run_at", UtcDateTime, nullable=True),
        sa.Column("lease", IdText, nullable=True),
        sa.Column("leased_until", UtcDateTime, nullable=True),
        sa.Column("quarantine_reason", sa.String(), nullable=True),
        sa.Column("quarantine_message", sa.String(), nullable=True),
        sa.Column("quarantined_at", UtcDateTime, nullable=True),
        sa.Column("quarantine_retries", sa.Integer(), nullable=False),
        sa.Column("allows_deletes", sa.Boolean(), nullable=False),
        sa.Column("initial_completed_at", UtcDateTime, nullable=True),
        sa.Column("steady_at", UtcDateTime, nullable=True),
        sa.ForeignKeyConstraint(
            ["app_id"],
            ["entra_apps.id"],
            name=op.f("fk_entra_jobs_app_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["companies.id"],
            name=op.f("fk_entra_jobs_company_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("app_id", name=op.f("pk_entra_jobs")),
    )
    with op.batch_alter_table("entra_jobs", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_entra_jobs_company_id"), ["company_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_entra_jobs_next_run_at"), ["next_run_at"], unique=False
        )

    op.create_table(
        "entra_linked_members",
        sa.Column("app_id", IdText, nullable=False),
        sa.Column("group_id", IdText, nullable=False),
        sa.Column("member_id", IdText, nullable=False),
        sa.Column("company_id", IdText, nullable=False),
        sa.Column("target_id", KeyText, nullable=False),
        sa.ForeignKeyConstraint(
            ["app_id"],
            ["entra_apps.id"],
            name=op.f("fk_entra_linked_members_app_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["companies.id"],
            name=op.f("fk_entra_linked_members_company_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "app_id", "group_id", "member_id", name=op.f("pk_entra_linked_members")
        ),
    )
    with op.batch_alter_table("entra_linked_members", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_entra_linked_members_app_id_member_id"),
            ["app_id", "member_id"],
            unique=False,
        )

    op.create_table(
        "entra_links",
        sa.Column("app_id", IdText, nullable=False),
        sa.Column("source_id", IdText, nullable=False),
        sa.Column("company_id", IdText, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("target_id", KeyText, nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("is_managed", sa.Boolean(), nullable=False),
        sa.Column("manager_target_id", KeyText, nullable=True),
        sa.ForeignKeyConstraint(
            ["app_id"],
            ["entra_apps.id"],
            name=op.f("fk_entra_links_app_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["companies.id"],
            name=op.f("fk_entra_links_company_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("app_id", "source_id", name=op.f("pk_entra_links")),
    )
    with op.batch_alter_table("entra_links", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_entra_links_app_id_target_id"),
            ["app_id", "target_id"],
            unique=False,
        )

    op.create_table(
        "entra_memberships",
        sa.Column("id", Serial, autoincrement=True, nullable=False),
        sa.Column("company_id", IdText, nullable=False),
        sa.Column("group_id", IdText, nullable=False),
        sa.Column("user_id", IdText, nullable=True),
        sa.Column("child_group_id", IdText, nullable=True),
        sa.CheckConstraint(
            "(user_id IS NULL) <> (child_group_id IS NULL)",
            name=op.f("ck_entra_memberships_one_member"),
        ),
        sa.ForeignKeyConstraint(
            ["child_group_id"],
            ["entra_groups.id"],
            name=op.f("fk_entra_memberships_child_group_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["companies.id"],
            name=op.f("fk_entra_memberships_company_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["entra_groups.id"],
            name=op.f("fk_entra_memberships_group_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["entra_users.id"],
            name=op.f("fk_entra_memberships_user_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entra_memberships")),
        sa.UniqueConstraint(
            "group_id",
            "child_group_id",
            name=op.f("uq_entra_memberships_group_id_child_group_id"),
        ),
        sa.UniqueConstraint(
            "group_id", "user_id", name=op.f("uq_entra_memberships_group_id_user_id")
        ),
    )
    with op.batch_alter_table("entra_memberships", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_entra_memberships_child_group_id"),
            ["child_group_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_entra_memberships_user_id"), ["user_id"], unique=False
        )

    op.create_table(
        "entra_notifications",
        sa.Column("id", Serial, autoincrement=True, nullable=False),
        sa.Column("company_id", IdText, nullable=False),
        sa.Column("app_id", IdText, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("sent_at", UtcDateTime, nullable=True),
        sa.ForeignKeyConstraint(
            ["app_id"],
            ["entra_apps.id"],
            name=op.f("fk_entra_notifications_app_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["companies.id"],
            name=op.f("fk_entra_notifications_company_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entra_notifications")),
    )
    with op.batch_alter_table("entra_notifications", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_entra_notifications_company_id_id"),
            ["company_id", "id"],
            unique=False,
        )

    op.create_table(
        "entra_on_demand",
        sa.Column("id", IdText, nullable=False),
        sa.Column("company_id", IdText, nullable=False),
        sa.Column("app_id", IdText, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("source_id", IdText, nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column(
            "member_ids",
            Json,
            nullable=False,
        ),
        sa.Column(
            "connection",
            Json,
            nullable=True,
        ),
        sa.Column("log_id", IdText, nullable=True),
        sa.Column("done_at", UtcDateTime, nullable=True),
        sa.ForeignKeyConstraint(
            ["app_id"],
            ["entra_apps.id"],
            name=op.f("fk_entra_on_demand_app_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["companies.id"],
            name=op.f("fk_entra_on_demand_company_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entra_on_demand")),
    )
    with op.batch_alter_table("entra_on_demand", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_entra_on_demand_app_id"), ["app_id"], unique=False
        )

    op.create_table(
        "entra_provisioning_logs",
        sa.Column("number", Serial, autoincrement=True, nullable=False),
        sa.Column("id", IdText, nullable=False),
        sa.Column("company_id", IdText, nullable=False),
        sa.Column("app_id", IdText, nullable=False),
        sa.Column("cycle_id", IdText, nullable=True),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("duration_ms", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("source_id", IdText, nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("search_key", sa.String(), nullable=False),
        sa.Column("target_id", KeyText, nullable=True),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("error_code", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("recommendation", sa.String(), nullable=True),
        sa.Column(
            "steps",
            Json,
            nullable=False,
        ),
        sa.Column(
            "modified",
            Json,
            nullable=False,
        ),
        sa.Column(
            "request_ids",
            Json,
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["app_id"],
            ["entra_apps.id"],
            name=op.f("fk_entra_provisioning_logs_app_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["companies.id"],
            name=op.f("fk_entra_provisioning_logs_company_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_entra_provisioning_logs")),
        sa.UniqueConstraint("id", name=op.f("uq_entra_provisioning_logs_id")),
    )
    with op.batch_alter_table("entra_provisioning_logs", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_entra_provisioning_logs_app_id_number"),
            ["app_id", "number"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_entra_provisioning_logs_app_id_source_id_number"),
            ["app_id", "source_id", "number"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_entra_provisioning_logs_company_id_number"),
            ["company_id", "number"],
            unique=False,
        )

    op.create_table(
        "entra_work",
        sa.Column("id", Serial, autoincrement=True, nullable=False),
        sa.Column("company_id", IdText, nullable=False),
        sa.Column("app_id", IdText, nullable=False),
        sa.Column("phase", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("source_id", IdText, nullable=False),
        sa.ForeignKeyConstraint(
            ["app_id"],
            ["entra_apps.id"],
            name=op.f("fk_entra_work_app_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["companies.id"],
            name=op.f("fk_entra_work_company_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entra_work")),
        sa.UniqueConstraint(
            "app_id",
            "phase",
            "source_id",
            name=op.f("uq_entra_work_app_id_phase_source_id"),
        ),
    )


def downgrade() -> None:
    op.drop_table("entra_work")
    with op.batch_alter_table("entra_provisioning_logs", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_entra_provisioning_logs_company_id_number"))
        batch_op.drop_index(
            batch_op.f("ix_entra_provisioning_logs_app_id_source_id_number")
        )
        batch_op.drop_index(batch_op.f("ix_entra_provisioning_logs_app_id_number"))

    op.drop_table("entra_provisioning_logs")
    with op.batch_alter_table("entra_on_demand", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_entra_on_demand_app_id"))

    op.drop_table("entra_on_demand")
    with op.batch_alter_table("entra_notifications", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_entra_notifications_company_id_id"))

    op.drop_table("entra_notifications")
    with op.batch_alter_table("entra_memberships", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_entra_memberships_user_id"))
        batch_op.drop_index(batch_op.f("ix_entra_memberships_child_group_id"))

    op.drop_table("entra_memberships")
    with op.batch_alter_table("entra_links", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_entra_links_app_id_target_id"))

    op.drop_table("entra_links")
    with op.batch_alter_table("entra_linked_members", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_entra_linked_members_app_id_member_id"))

    op.drop_table("entra_linked_members")
    with op.batch_alter_table("entra_jobs", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_entra_jobs_next_run_at"))
        batch_op.drop_index(batch_op.f("ix_entra_jobs_company_id"))

    op.drop_table("entra_jobs")
    op.drop_table("entra_escrows")
    with op.batch_alter_table("entra_cycles", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_entra_cycles_app_id_started_at"))

    op.drop_table("entra_cycles")
    with op.batch_alter_table("entra_assignments", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_entra_assignments_user_id"))
        batch_op.drop_index(batch_op.f("ix_entra_assignments_group_id"))

    op.drop_table("entra_assignments")
    with op.batch_alter_table("entra_users", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_entra_users_manager_id"))
        batch_op.drop_index(batch_op.f("ix_entra_users_company_id_display_name_id"))
        batch_op.drop_index(batch_op.f("ix_entra_users_company_id_change"))

    op.drop_table("entra_users")
    op.drop_table("entra_tenants")
    with op.batch_alter_table("entra_groups", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_entra_groups_company_id_display_name_id"))
        batch_op.drop_index(batch_op.f("ix_entra_groups_company_id_change"))

    op.drop_table("entra_groups")
    with op.batch_alter_table("entra_audit_logs", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_entra_audit_logs_company_id_id"))

    op.drop_table("entra_audit_logs")
    op.drop_table("entra_apps")
