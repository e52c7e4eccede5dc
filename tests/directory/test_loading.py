"""`company load`: a directory from a file, one SCIM resource a line."""

import json

import pytest

from tests.messages import CORE_GROUP, CORE_USER, ENTERPRISE


def user(name, **attributes):
    return {"schemas": [CORE_USER], "userName": f"{name}@contoso.example", **attributes}


def group(name, *members, **attributes):
    listed = [{"value": member} for member in members]
    return {
        "schemas": [CORE_GROUP],
        "displayName": name,
        "members": listed,
        **attributes,
    }


@pytest.fixture
def load(app, company, tmp_path):
    """load(resource, …) -> what `company load` says of a file with those lines."""

    def run(*resources):
        file = tmp_path / "directory.ndjson"
        lines = (r if isinstance(r, str) else json.dumps(r) for r in resources)
        file.write_text("\n".join(lines))
        command = ["company", "load", str(file), "--company", company.name]
        return app.test_cli_runner().invoke(args=command)

    return run


def test_users_and_groups_of_a_file_are_in_the_directory(load, scim):
    told = load(user("ann", title="Clerk"), "", group("Roads"))

    assert told.exit_code == 0
    assert "Loaded 1 users, 1 groups" in told.output
    (ann,) = scim.found('userName eq "ANN@contoso.example"')
    assert ann["title"] == "Clerk"
    assert scim.found('displayName eq "roads"', "/Groups")


def test_references_follow_the_ids_of_the_file_in_any_order(load, scim):
    load(
        group("Everybody", "old-group", "old-ann", id="old-all"),
        user("bob", id="old-bob", **{ENTERPRISE: {"manager": {"value": "old-ann"}}}),
        user("ann", id="old-ann"),
        group("Roads", "old-bob", id="old-group"),
    )

    ann, bob = (
        scim.where("userName", f"{n}@contoso.example")[0] for n in ("ann", "bob")
    )
    (everybody,) = scim.found('displayName eq "Everybody"', "/Groups")
    (roads,) = scim.found('displayName eq "Roads"', "/Groups")
    assert bob[ENTERPRISE]["manager"]["value"] == ann["id"]
    assert {m["value"] for m in everybody["members"]} == {ann["id"], roads["id"]}
    assert [m["value"] for m in roads["members"]] == [bob["id"]]


def test_a_large_group_may_be_spread_over_lines(load, scim):
    load(*[user(n, id=n) for n in "ab"], group("Roads", "a"), group("ROADS", "b"))

    (roads,) = scim.found('displayName eq "Roads"', "/Groups")
    assert len(roads["members"]) == 2


def test_what_is_wrong_is_told_by_line_and_nothing_is_loaded(load, scim):
    told = load(
        user("ann"),
        "{not json",
        user("bob", active="perhaps"),
        user("ANN"),
        group(""),
    )

    assert told.exit_code == 1
    assert "Nothing was loaded." in told.output
    for number in (2, 3, 4, 5):
        assert f"Line {number}: " in told.output
    assert scim.found('userName co "@"') == []


@pytest.mark.parametrize(
    "unwelcome", [user("taken"), group("Roads", "nobody"), group("Taken")]
)
def test_what_the_directory_refuses_undoes_the_whole_file(load, scim, unwelcome):
    scim.create_user("taken@contoso.example")
    scim.create_group("Taken")

    told = load(user("ann"), unwelcome)

    assert told.exit_code == 1
    assert "ine" in told.output
    assert scim.where("userName", "ann@contoso.example") == []


def test_a_loaded_employee_has_a_history_and_a_location(load, console, scim):
    load(user("ann", displayName="Ann Lee"))

    (ann,) = scim.found('displayName eq "Ann Lee"')
    page = console.get(f"/employees/{ann['id']}").text
    assert "Command line" in page
    assert "HQ" in page
