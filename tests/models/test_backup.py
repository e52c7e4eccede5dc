"""`backup`: a copy that can be opened in the place of the database."""

import pytest

from tests.harness import serving


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
