"""A web process imports no more than answering requests takes: every process pays for it."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from envoy_console.directory import exchange_log
from envoy_console.entra import story
from envoy_console.models.base import new_id
from tests import builders
from tests.entra.world import Provisioning, World
from tests.harness import serving
from tests.harness.databases import upgrade

ROOT = Path(__file__).parents[2]

# What is for the command line, the worker, and tests of other servers.
HEAVY = (
    *("alembic", "rich", "huey", "redis", "psycopg", "httpcore2", "scim2_tester"),
    "prometheus_client",  # unless METRICS_TOKEN is set
)

# What is for whoever signs in by SAML, and for regular expressions in mappings.
RARE = ("lxml", "minisignxml", "cryptography.x509", "regex")


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
    return printed("-c", script, instance)


@pytest.fixture(scope="module")
def visited(databases, tmp_path_factory):
    """The modules of a process that has served SCIM and both consoles; and their pages."""
    instance = tmp_path_factory.mktemp("instance")
    with databases.empty() as url:
        app = serving.make_app(instance, url)
        upgrade(app)
        company = builders.found_company(app)
        token = builders.issue_token(app, company)
        world = World(app, company)
        world.do(lambda tx: story.plant(tx, company.id, name=company.name))
        Provisioning(world, "http://localhost:8000/scim/v2", token)
        serving.disconnect(app)
        who = (company.email, company.password)
        yield printed("-m", "tests.harness.visits", str(instance), url, token, *who)


def printed(*arguments):
    """Return the words that Python prints in a process of its own."""
    command = [sys.executable, *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


@pytest.mark.parametrize("library", HEAVY)
def test_a_web_process_does_without(library, imported):
    assert "envoy_console.scim_api" in imported
    assert library not in imported


@pytest.mark.parametrize("library", RARE)
def test_who_serves_scim_and_the_consoles_has_not_loaded_what_they_do_without(
    library, visited
):
    assert {"/employees", "/integrations", "/entra/users", "/entra/apps"} <= visited
    assert "envoy_console.signed_xml" in visited
    assert library not in visited


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
