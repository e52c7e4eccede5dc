"""`restore`: a backup takes the place of the database, and nothing is lost by it."""

import os
import shutil
import sqlite3
from pathlib import Path

import httpx2
import pytest

from envoy_console.directory import exchange_log
from tests import builders
from tests.harness import gunicorn as server
from tests.harness import serving
from tests.harness.databases import downgrade, upgrade
from tests.harness.scim_client import ScimClient


class Installation:
    """A server of its own on a SQLite file, used from outside as an operator does."""

    def __init__(self, folder):
        self.file = folder / "envoy.db"
        self.url = f"sqlite:///{self.file}"
        self.folder = folder
        app = self.app()
        upgrade(app)
        self.token = builders.issue_token(app, builders.found_company(app))
        serving.disconnect(app)

    def app(self):
        return serving.make_app(self.folder, self.url)

    def flask(self, *command):
        """Run a command."""
        app = self.app()
        told = app.test_cli_runner().invoke(args=[str(word) for word in command])
        close(app)
        return told

    def serving(self):
        variables = server.environment(self.url, WEB_CONCURRENCY="1")
        return server.running(variables)

    def names(self):
        """Who is in the directory, asked without a server."""
        app = self.app()
        with app.test_client() as client:
            answer = client.get(
                "/scim/v2/Users", headers={"Authorization": f"Bearer {self.token}"}
            )
        close(app)
        return [user["userName"] for user in answer.json["Resources"]]

    def add(self, name):
        app = self.app()
        with app.test_client() as client:
            client.post(
                "/scim/v2/Users",
                json={"schemas": [CORE], "userName": name},
                headers={"Authorization": f"Bearer {self.token}"},
            )
        close(app)

    def files(self):
        return sorted(path.name for path in self.folder.iterdir())


def close(app):
    """Let go of the database: this process must not have it open any more."""
    with app.app_context():
        exchange_log.current().flush()
    serving.disconnect(app)


CORE = "urn:ietf:params:scim:schemas:core:2.0:User"


@pytest.fixture
def installed(tmp_path):
    (tmp_path / "instance").mkdir()
    return Installation(tmp_path / "instance")


@pytest.fixture
def copy(installed, tmp_path):
    """A backup from when Ann was there; since then, Bob has come."""
    installed.add("ann")
    file = tmp_path / "copy.db"
    told = installed.flask("backup", file)
    assert told.exit_code == 0, told.output
    installed.add("bob")
    return file


def test_what_was_is_again_and_what_is_is_kept_beside_it(installed, copy):
    told = installed.flask("restore", copy)

    assert told.exit_code == 0, told.output
    assert installed.names() == ["ann"]
    (former,) = installed.folder.glob("envoy.db.before-*Z")
    assert str(former) in told.output
    assert copy.exists()
    assert installed.file.stat().st_mode & 0o777 == 0o600

    assert installed.flask("restore", former).exit_code == 0
    assert installed.names() == ["ann", "bob"]


def test_what_stands_in_the_log_of_a_server_that_was_killed_is_kept(installed, copy):
    with installed.serving() as process:
        with ScimClient(server.address(process), installed.token) as client:
            client.create_user("eve")
        os.kill(worker_of(process), 9)
        process.kill()
        process.wait()
    assert "envoy.db-wal" in installed.files()

    assert installed.flask("restore", copy).exit_code == 0
    assert installed.names() == ["ann"]
    (former,) = installed.folder.glob("envoy.db.before-*Z")
    assert installed.flask("restore", former).exit_code == 0

    assert installed.names() == ["ann", "bob", "eve"]


def worker_of(process):
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()
    return int(children.split()[0])


def test_while_a_server_has_the_database_open_nothing_is_restored(installed, copy):
    with installed.serving() as process:
        address = server.address(process)
        assert httpx2.get(f"{address}/readyz").status_code == 200

        told = installed.flask("restore", copy)

        assert told.exit_code == 1
        assert "has" in told.output
        assert "open. Stop" in told.output
        with ScimClient(address, installed.token) as client:
            assert client.get("/Users").json()["totalResults"] == 2
        process.terminate()
        process.wait(20)
    assert [f for f in installed.files() if "before" in f or "arriving" in f] == []
    assert installed.flask("restore", copy).exit_code == 0


def garbage(copy, file):
    file.write_bytes(b"no database at all" * 1000)


def half(copy, file):
    file.write_bytes(copy.read_bytes()[: copy.stat().st_size // 2])


def nothing(copy, file):
    file.write_bytes(b"")


def of_somebody_else(copy, file):
    with sqlite3.connect(file) as other:
        other.execute("CREATE TABLE songs (title TEXT)")
    other.close()


def from_the_future(copy, file):
    shutil.copy(copy, file)
    with sqlite3.connect(file) as newer:
        newer.execute("UPDATE alembic_version SET version_num = '9999'")
    newer.close()


def not_there(copy, file):
    pass


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (garbage, "not a sound SQLite file"),
        (half, "not a sound SQLite file"),
        (nothing, "The database is empty"),
        (of_somebody_else, "not a database of Envoy Console"),
        (from_the_future, "newer than this"),
        (not_there, "There is no file"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_what_is_no_sound_copy_is_refused_and_nothing_changes(
    installed, copy, tmp_path, make, reason
):
    make(copy, tmp_path / "bad.db")
    before = installed.files()

    told = installed.flask("restore", tmp_path / "bad.db")

    assert told.exit_code == 1
    assert reason in told.output
    assert "Traceback" not in told.output
    assert installed.files() == before
    assert installed.names() == ["ann", "bob"]


def test_the_database_is_no_copy_of_itself(installed):
    told = installed.flask("restore", installed.file)

    assert told.exit_code == 1
    assert "is the database itself" in told.output


def test_a_broken_database_is_no_obstacle(installed, copy):
    installed.file.write_bytes(b"a disk went bad" * 1000)

    told = installed.flask("restore", copy)

    assert told.exit_code == 0, told.output
    assert installed.names() == ["ann"]


def test_a_copy_with_older_tables_says_what_is_left_to_do(installed, tmp_path):
    older = tmp_path / "older"
    older.mkdir()
    before = Installation(older)
    before.add("ann")
    app = before.app()
    downgrade(app, "0012")
    serving.disconnect(app)

    told = installed.flask("restore", before.file)

    assert told.exit_code == 0, told.output
    assert "db upgrade" in told.output
    assert installed.flask("db", "upgrade").exit_code == 0
    installed.token = before.token
    assert installed.names() == ["ann"]


def test_postgresql_is_restored_with_its_own_tools(app, tmp_path):
    if app.config["SQLALCHEMY_DATABASE_URI"].startswith("sqlite"):
        pytest.skip("this database is not on PostgreSQL")

    told = app.test_cli_runner().invoke(args=["restore", str(tmp_path / "copy.dump")])

    assert told.exit_code == 1
    assert "pg_restore --clean --if-exists" in told.output
    assert "pg_dump --format=custom" in told.output
