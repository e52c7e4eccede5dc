"""A web process imports no more than answering requests takes: every process pays for it."""

import subprocess
import sys
from pathlib import Path

import pytest

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
