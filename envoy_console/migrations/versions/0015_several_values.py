"""Of several values the primary one first; look-ups in the order of ids

Revision ID: 0015
Revises: 0014
Create Date: 2026-11-29 21:48:20.114023
"""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from envoy_console.models.base import IdText, Json

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

COLUMN = "has_several_work_emails"
INDEX = "ix_employees_several_work_emails"
AT_ONCE = 1_000
LOOKED_UP = (
    ("employees", "external_id"),
    ("employees", "work_email_key"),
    ("employees", "manager_id"),
    ("groups", "external_id"),
)

employees = sa.table(
    "employees",
    sa.column("id", IdText),
    sa.column("search", Json),
    sa.column(COLUMN, sa.Boolean),
)


def upgrade() -> None:
    op.add_column(
        "employees",
        sa.Column(COLUMN, sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    for row in _rows():
        _rewrite(row)
    op.create_index(
        INDEX,
        "employees",
        ["company_id"],
        sqlite_where=sa.text(f"{COLUMN} = 1"),
        postgresql_where=sa.text(COLUMN),
    )
    for table, column in LOOKED_UP:
        op.drop_index(_index(table, column), table)
        op.create_index(
            _index(table, column, "id"), table, ["company_id", column, "id"]
        )


def downgrade() -> None:
    for table, column in LOOKED_UP:
        op.drop_index(_index(table, column, "id"), table)
        op.create_index(_index(table, column), table, ["company_id", column])
    op.drop_index(INDEX, "employees")
    op.drop_column("employees", COLUMN)


def _index(table: str, *columns: str) -> str:
    return f"ix_{table}_company_id_{'_'.join(columns)}"


def _rows() -> Iterator[Any]:
    """Yield all employees, few at a time."""
    last = ""
    query = sa.select(employees.c.id, employees.c.search).order_by(employees.c.id)
    while True:
        after = query.where(employees.c.id > last).limit(AT_ONCE)
        rows = op.get_bind().execute(after).all()
        yield from rows
        if len(rows) < AT_ONCE:
            return
        last = rows[-1].id


def _rewrite(row: Any) -> None:
    ordered = {name: _primary_first(value) for name, value in row.search.items()}
    emails = ordered.get("emails", ())
    several = sum(email.get("type") == "work" for email in emails) > 1
    if several or ordered != row.search:
        values = {"search": ordered, COLUMN: several}
        mine = employees.c.id == row.id
        op.execute(employees.update().where(mine).values(values))


def _primary_first(value: Any) -> Any:
    if not isinstance(value, list):
        return value
    return sorted(value, key=lambda element: not element.get("primary"))
