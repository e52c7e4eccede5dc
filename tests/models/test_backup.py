"""`backup`: a copy that can be opened in the place of the database."""

import contextlib
import sqlite3
import threading

import pytest

from tests.harness import serving
from tests.harness.scim_client import ScimClient
from tests.messages import add, patch


@pytest.fixture
def backup(app):
    """backup(file) -> what the command says."""
    return lambda file: app.test_cli_runner().invoke(args=["backup", str(file)])


@pytest.fixture
def on_sqlite(app):
    if not app.config["SQLALCHEMY_DATABASE_URI"].startswith("sqlite"):
        pytest.skip("PostgreSQL is backed up with its own tools")


@pytest.mark.usefixtures("on_sqlite")
def test_a_server_on_the_copy_knows_what_was_written_before_it(
    backup, scim, token, tmp_path
):
    ann = scim.create_user("ann@contoso.example")

    told = backup(tmp_path / "copy.db")
    scim.delete(f"/Users/{ann['id']}")

    assert told.exit_code == 0, told.output
    restored = serving.make_app(tmp_path, f"sqlite:///{tmp_path / 'copy.db'}")
    with restored.test_client() as client:
        answer = client.get(
            f"/scim/v2/Users/{ann['id']}", headers={"Authorization": f"Bearer {token}"}
        )
    serving.disconnect(restored)
    assert answer.json["userName"] == "ann@contoso.example"


@contextlib.contextmanager
def under_load(server, token):
    """Two writers: people who come one after the other, and pairs who join a group."""
    over = threading.Event()

    def come():
        with ScimClient(server, token) as client:
            number = 0
            while not over.is_set():
                client.create_user(f"person-{number:05}")
                number += 1

    def join():
        with ScimClient(server, token) as client:
            group = client.create_group("Pairs")["id"]
            while not over.is_set():
                pair = [{"value": client.create_user()["id"]} for _ in range(2)]
                client.patch(f"/Groups/{group}", patch(add("members", pair)))

    writers = [threading.Thread(target=work) for work in (come, join)]
    for writer in writers:
        writer.start()
    yield
    over.set()
    for writer in writers:
        writer.join()


@pytest.mark.usefixtures("on_sqlite")
def test_under_load_a_copy_shows_one_moment_row_by_row(
    backup, server, company, token, scim, tmp_path
):
    sizes = []
    with under_load(server, token):
        for number in range(3):
            before = scim.get("/Users?count=0").json()["totalResults"]
            told = backup(tmp_path / f"{number}.db")
            after = scim.get("/Users?count=0").json()["totalResults"]

            assert told.exit_code == 0, told.output
            copy = Copy(tmp_path / f"{number}.db", company)
            assert copy.query("PRAGMA foreign_key_check") == []
            names = copy.column("SELECT user_name FROM employees WHERE company_id = ?")
            assert before <= len(names) <= after
            # no gap: whoever came before somebody who is there is there as well
            came = sorted(name for name in names if name.startswith("person-"))
            assert came == [f"person-{number:05}" for number in range(len(came))]
            # what one transaction wrote is there as a whole, or not at all
            assert copy.column(CREATIONS) == copy.column(RESOURCES)
            assert copy.column(JOINS) == copy.column(MEMBERS)
            assert len(copy.column(MEMBERS)) % 2 == 0
            sizes.append(len(names))

    assert sizes[0] < sizes[-1], "nothing was written meanwhile"


RESOURCES = (
    "SELECT id FROM employees WHERE company_id = ?1 "
    "UNION SELECT id FROM groups WHERE company_id = ?1 ORDER BY 1"
)
CREATIONS = (
    "SELECT subject_id FROM directory_events "
    "WHERE company_id = ?1 AND action = 'created' ORDER BY 1"
)
MEMBERS = "SELECT member_id FROM memberships WHERE company_id = ?1 ORDER BY 1"
JOINS = (
    "SELECT related_id FROM directory_events "
    "WHERE company_id = ?1 AND related_id IS NOT NULL ORDER BY 1"
)


class Copy:
    """A backup, read by itself."""

    def __init__(self, file, company):
        self.database, self.company = sqlite3.connect(file), company

    def query(self, sql, *values):
        return self.database.execute(sql, values).fetchall()

    def column(self, sql):
        return [value for (value,) in self.query(sql, self.company.id)]


@pytest.mark.usefixtures("on_sqlite")
def test_a_backup_overwrites_nothing(backup, tmp_path):
    kept = tmp_path / "kept.db"
    kept.write_text("precious")

    told = backup(kept)

    assert told.exit_code == 1
    assert kept.read_text() == "precious"


@pytest.mark.usefixtures("on_sqlite")
def test_a_backup_that_cannot_be_written_says_so_and_leaves_nothing(backup, tmp_path):
    told = backup(tmp_path / "nowhere" / "copy.db")

    assert told.exit_code == 1
    assert told.output.startswith("Error: ")
    assert list(tmp_path.iterdir()) == []


def test_an_empty_database_is_no_backup(tmp_path):
    empty = serving.make_app(tmp_path, f"sqlite:///{tmp_path / 'typo.db'}")

    copy = str(tmp_path / "copy.db")
    told = empty.test_cli_runner().invoke(args=["backup", copy])
    serving.disconnect(empty)

    assert told.exit_code == 1
    assert "DATABASE_URL" in told.output


def test_postgresql_is_left_to_its_own_tools(backup, app, tmp_path):
    if app.config["SQLALCHEMY_DATABASE_URI"].startswith("sqlite"):
        pytest.skip("this database is not on PostgreSQL")

    told = backup(tmp_path / "copy.db")

    assert told.exit_code == 1
    assert "pg_dump" in told.output
