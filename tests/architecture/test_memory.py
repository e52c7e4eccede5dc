"""A web process imports no more than answering requests takes: every process pays for it."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from envoy_console.directory import exchange_log
from envoy_console.models.base import new_id

ROOT = Path(__file__).parents[2]

# What is for the command line, the worker, and tests of other servers.
HEAVY = (
    *("alembic", "rich", "huey", "redis", "psycopg", "httpcore2", "scim2_tester"),
    "prometheus_client",  # unless METRICS_TOKEN is set
)


@pytest.fixture(scope="module")
def imported(tmp_path_factory):
    """The modules of a process that has made the app."""
    script = (
        "import sys, pathlib\n"
        "from envoy_console import create_app\n"
        "from envoy_console.config import Config\n"
        "create_app(Config.from_env(pathlib.Path(sys.argv[1])))\n"
        "print(*sys.modules)"
    )
    instance = str(tmp_path_factory.mktemp("instance"))
    command = [sys.executable, "-c", script, instance]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True)
    return set(done.stdout.split())


@pytest.mark.parametrize("library", HEAVY)
def test_a_web_process_does_without(library, imported):
    assert "envoy_console.scim_api" in imported
    assert library not in imported


def test_long_answers_do_not_gather_in_the_wire_log(app, scim):
    batches = []
    with app.app_context():
        log = exchange_log.current()
        log.flush()
        log.watchers.append(lambda _tx, rows: batches.append(rows))
        scim.get("/Users")
        log.flush()
        long = replace(batches[0][0], response_body="x" * 32_768)
        for _ in range(100):
            log.add(replace(long, id=new_id()))
        log.flush()
        log.watchers.pop()

    weights = [sum(len(row.response_body) for row in rows) for rows in batches]
    assert sum(map(len, batches)) == 101
    assert max(weights) < 2 * exchange_log.HEAVY
