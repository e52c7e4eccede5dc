"""New workers, and new tables, while requests go on: nobody notices."""

from __future__ import annotations

import shutil
import tempfile
import time
from pathlib import Path
from textwrap import dedent

from envoy_console.extensions import MIGRATIONS
from tests.faults import load
from tests.faults.history import History, unlike
from tests.faults.judging import judge
from tests.faults.report import Finding, broken, figures
from tests.faults.service import Site, site
from tests.harness import serving

PLANTED = {
    "brutal": "workers are killed instead of asked to go",
    "breaking": "a migration that renames a table in use",
}
BETWEEN = 2.0  # seconds from one HUP to the next

ADDING = """
    op.add_column("employees", sa.Column("nickname", sa.Text()))
    op.create_index("ix_employees_nickname", "employees", ["company_id", "nickname"])
    op.create_table("visits", sa.Column("id", sa.Integer(), primary_key=True))
"""
BREAKING = """
    op.rename_table("scim_tokens", "tokens")
"""
REVISION = """
import sqlalchemy as sa
from alembic import op

revision = "next"
down_revision = "{head}"
branch_labels = None
depends_on = None


def upgrade() -> None:
{body}
"""


def run(database: str, times: int, mutant: str = "") -> list[Finding]:
    """Ask for new workers `times` times; then let the next version add to the tables."""
    findings = []
    if mutant != "breaking":
        findings.append(hang_ups(database, times, mutant))
    if mutant != "brutal":
        findings.append(migration(database, mutant))
    return findings


def hang_ups(database: str, times: int, mutant: str = "") -> Finding:
    """Reload the service under load, as a new version is put in place."""
    with site(database) as where:
        renew = where.service.kill_workers if mutant else where.service.hang_up
        with load.running(where.wire) as history:
            for _ in range(times):
                time.sleep(BETWEEN)
                renew()
            time.sleep(BETWEEN)
        return _told(f"HUP {times} ×", where, history, mutant)


def migration(database: str, mutant: str = "") -> Finding:
    """Let the version after this one upgrade the database that this one serves."""
    name = "db upgrade that adds a column, an index and a table"
    with site(database) as where:
        with load.running(where.wire) as history:
            time.sleep(1)
            _upgrade(where, BREAKING if mutant else ADDING)
            time.sleep(2)
        return _told(name, where, history, mutant)


def _told(name: str, where: Site, history: History, mutant: str) -> Finding:
    where.service.stop()
    verdict = judge(where.store.url, history)
    failed = unlike(history.writes, 200, 201, 204) + unlike(history.reads, 200)
    wrong = broken(verdict)
    if failed:
        wrong.append(f"{failed} requests failed")
    asked = history.writes.total() + history.reads.total()
    told = f"{failed} of {asked:,} requests failed; {figures(verdict)}"
    return Finding(name, where.store.kind, told, wrong, PLANTED.get(mutant, ""))


def _upgrade(where: Site, body: str) -> None:
    """Run `db upgrade` with one revision more than the service knows."""
    with tempfile.TemporaryDirectory() as folder:
        migrations = Path(folder) / "migrations"
        shutil.copytree(MIGRATIONS, migrations)
        head = max(file.name for file in migrations.glob("versions/0*.py"))[:4]
        text = REVISION.format(head=head, body=dedent(body).replace("op.", "    op."))
        (migrations / "versions" / "next.py").write_text(text)
        app = serving.make_app(Path(folder), where.store.url)
        runner = app.test_cli_runner(catch_exceptions=False)
        runner.invoke(args=["db", "upgrade", "--directory", str(migrations)])
        serving.disconnect(app)
