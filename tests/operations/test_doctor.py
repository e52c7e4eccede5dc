"""`doctor`: a line for each thing that was looked at, and what to do about it."""

import base64
import json
import secrets as random
import socket
from dataclasses import replace

import pytest

from envoy_console import tasks
from envoy_console.doctor import surroundings
from envoy_console.models import heartbeat
from envoy_console.models.transactions import read, write
from tests import builders
from tests.entra.world import Provisioning, World
from tests.harness import serving
from tests.harness.databases import upgrade
from tests.harness.mail_server import MailServer

STRONG = {
    "secret_key": random.token_urlsafe(32),
    "token_key": random.token_bytes(32),
}


@pytest.fixture
def instance(tmp_path):
    folder = tmp_path / "instance"
    folder.mkdir(mode=0o700)
    return folder


@pytest.fixture
def empty(databases, instance):
    """A server whose tables are still to be made."""
    with databases.empty() as url:
        app = serving.make_app(instance, url, **STRONG)
        yield app
        serving.disconnect(app)


@pytest.fixture
def healthy(empty):
    """A server with everything it needs, a worker included."""
    upgrade(empty)
    with empty.app_context():
        tasks.tick()
    return empty


@pytest.fixture
def examine(healthy):
    """examine(smtp_url="…") -> what the doctor says with these settings."""
    usual = healthy.extensions["envoy_console.config"]

    def run(*options, **changes):
        healthy.extensions["envoy_console.config"] = replace(usual, **changes)
        return healthy.test_cli_runner().invoke(args=["doctor", *options])

    return run


def ill(told):
    return [line for line in told.output.splitlines() if line.startswith("✗")]


def test_of_a_sound_server_everything_is_ticked_off(examine):
    told = examine()

    assert told.exit_code == 0, told.output
    lines = told.output.splitlines()
    assert len(lines) > 10
    assert all(line.startswith("✓ ") for line in lines)


def test_a_script_gets_the_same_as_json(examine):
    well, ill_ = examine("--json"), examine("--json", secret_key="short")

    assert well.exit_code == 0
    assert all(finding["ok"] for finding in json.loads(well.output))
    assert ill_.exit_code == 1
    (bad,) = [finding for finding in json.loads(ill_.output) if not finding["ok"]]
    assert bad["subject"] == "Secrets"
    assert "SECRET_KEY" in bad["problems"][0]


def test_without_tables_it_says_how_to_make_them(empty):
    told = empty.test_cli_runner().invoke(args=["doctor"])

    assert told.exit_code == 1
    assert "flask --app app db upgrade" in "".join(ill(told))


def test_without_a_database_it_looks_at_the_rest(instance):
    app = serving.make_app(instance, "sqlite:////nowhere/at/all.db", **STRONG)

    told = app.test_cli_runner().invoke(args=["doctor"])

    assert told.exit_code == 1
    assert ill(told) == ["✗ Database: The database cannot be reached."]
    assert "✓ Secrets" in told.output


def test_a_worker_that_was_never_there_is_missed(empty):
    upgrade(empty)

    told = empty.test_cli_runner().invoke(args=["doctor"])

    assert "No worker has been seen yet" in "".join(ill(told))
    assert "flask --app app worker" in "".join(ill(told))


def test_a_worker_that_is_gone_is_missed(healthy, examine, monkeypatch):
    monkeypatch.setattr(surroundings, "UNSEEN", -1.0)

    assert "No worker has been seen for 0 minutes" in "".join(ill(examine()))


def test_a_worker_signs_again_and_again_in_one_row(healthy):
    with healthy.app_context():
        for _ in range(3):
            write(heartbeat.beat)
        with read() as tx:
            rows = tx.execute(heartbeat.heartbeats.select()).all()

    assert len(rows) == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"secret_key": "short"}, "SECRET_KEY is short"),
        ({"secret_key": "ab" * 30}, "SECRET_KEY is short"),
        ({"token_key": bytes(32)}, "TOKEN_KEY is not random"),
        (
            {"secret_key": base64.urlsafe_b64encode(STRONG["token_key"]).decode()},
            "are the same",
        ),
        ({"metrics_token": "a" * 40}, "METRICS_TOKEN is simple"),
        ({"external_url": "https://console.example.org"}, "Set TRUSTED_PROXY=1"),
        ({"production": True}, "Set it to the address that people use"),
        (
            {"production": True, "external_url": "http://console.example.org"},
            "in the clear",
        ),
        ({"sim_allow_hosts": ("10.1.2.3:8443",)}, "no public address"),
        ({"sim_allow_hosts": ("[fe80::1]",)}, "no public address"),
        ({"smtp_url": "smtp://localhost:1"}, "does not let us send"),
    ],
)
def test_each_setting_that_should_not_be_left_so_is_named(examine, changes, words):
    told = examine(**changes)

    assert told.exit_code == 1
    assert len(ill(told)) == 1
    assert words in ill(told)[0]


@pytest.mark.parametrize(
    "changes",
    [
        {"external_url": "https://console.example.org", "trusted_proxy": True},
        {"external_url": "http://192.168.1.20:8000"},
        {"sim_allow_hosts": ("localhost:9000", "[::1]:9000", "93.184.215.14")},
    ],
)
def test_what_may_be_is_left_alone(examine, changes):
    told = examine(**changes)

    assert told.exit_code == 0, told.output


def test_a_name_that_leads_inside_is_found(examine, monkeypatch):
    def resolve(*_args, **_options):
        return [(None, None, None, None, ("192.168.7.7", 443))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)

    told = examine(sim_allow_hosts=("scim.example.org",))

    assert "scim.example.org, but it stands for 192.168.7.7" in ill(told)[0]


def test_a_mail_server_that_answers_is_fine(examine):
    with MailServer() as server:
        told = examine(smtp_url=server.url, mail_from="entra@contoso.example")

    assert told.exit_code == 0, told.output


def test_files_that_others_can_read_are_named(examine, instance):
    (instance / "secret_key").write_text("x")
    (instance / "secret_key").chmod(0o644)
    instance.chmod(0o755)

    told = examine()

    assert f"chmod 700 {instance}" in ill(told)[0]
    assert f"chmod 600 {instance}/secret_key" in ill(told)[1]


def test_what_no_key_opens_is_counted(healthy, examine):
    company = builders.found_company(healthy)
    builders.issue_token(healthy, company)
    Provisioning(World(healthy, company), "http://localhost:1/scim/v2", "secret")
    assert examine().exit_code == 0

    told = examine(token_key=random.token_bytes(32))

    (line,) = ill(told)
    assert "tokens that can be revealed: 1" in line
    assert "Secret Tokens of applications: 1" in line
    assert "TOKEN_KEY" in line


def test_clocks_that_differ_are_noticed(healthy, monkeypatch, examine):
    if healthy.config["SQLALCHEMY_DATABASE_URI"].startswith("sqlite"):
        pytest.skip("SQLite has no clock of its own")
    assert examine().exit_code == 0

    monkeypatch.setattr(surroundings, "SKEW", -1.0)

    assert "by NTP" in ill(examine())[0]
