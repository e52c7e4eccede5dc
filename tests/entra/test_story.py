"""The sample company, and people by the thousand."""

import pytest

from envoy_console.entra import groups, populate, story, users
from envoy_console.entra.errors import EntraError
from tests import builders
from tests.entra.world import World


@pytest.fixture
def everybody(world):
    """everybody(deleted=False) -> the users by display name."""

    def found(**filters):
        rows, page = [], 1
        while True:
            part = world.ask(
                lambda tx, page=page: users.page(
                    tx, world.company.id, page=page, **filters
                )
            )
            rows += part.rows
            if page >= part.pages:
                return {row.display_name: row for row in rows}
            page += 1

    return found


@pytest.fixture
def planted(world, everybody):
    world.do(lambda tx: story.plant(tx, world.company.id, name="Contoso"))
    return everybody()


def fill(world, number, **options):
    world.do(lambda tx: populate.add(tx, world.company.id, number, **options))


def test_46_people_and_6_groups_live_there(world, planted, everybody):
    assert len(planted) + len(everybody(deleted=True)) == 46
    assert world.ask(lambda tx: groups.count(tx, world.company.id)) == 6


def test_the_cases_that_a_trainer_needs_are_there(planted, everybody):
    assert not planted["Gregor Stahl"].account_enabled
    assert list(everybody(deleted=True)) == ["Maya Lindgren"]
    assert "mail" not in planted["Ben Carter"].attributes
    assert "surname" not in planted["Elif Demir"].attributes
    assert planted["Robin Vale"].attributes["userType"] == "Guest"
    ruth, twin = planted["Ruth Okafor"], planted["Ruth Okafor (old directory)"]
    assert ruth.user_principal_name != twin.user_principal_name
    assert ruth.user_principal_name == twin.user_principal_name.lower()


def test_who_has_a_story_has_a_note_and_nobody_else(planted):
    noted = {name for name, row in planted.items() if story.note_about(row)}

    assert {"Gregor Stahl", "Sofia Almeida", "Priya Raman"} <= noted
    assert len(noted) < len(planted) / 3


def test_an_attribute_of_ones_own_is_no_story(world):
    user_id = world.user("ada", extensionAttribute1="cost centre 4711")

    ada = world.ask(lambda tx: users.required(tx, world.company.id, user_id))

    assert story.note_about(ada) == ""


def test_the_nested_group_has_groups_among_its_members(world, planted):
    page = world.ask(lambda tx: groups.page(tx, world.company.id, query="workplace"))
    members = world.ask(lambda tx: groups.members(tx, page.rows[0]))

    assert {m.display_name for m in members.rows if m.child_group_id} == {
        "Front Desk Team",
        "Security",
    }


def test_the_story_needs_an_empty_tenant(world, everybody):
    world.user("ada")

    with pytest.raises(EntraError, match="nothing was added"):
        world.do(lambda tx: story.plant(tx, world.company.id, name="Contoso"))

    assert list(everybody()) == ["Ada"]


def test_the_same_seed_makes_the_same_people(app, world, everybody):
    other = World(app, builders.found_company(app))
    fill(world, 30, seed=7)
    fill(other, 30, seed=7)
    names = [
        sorted(
            row.display_name
            for row in each.ask(
                lambda tx, each=each: users.page(tx, each.company.id)
            ).rows
        )
        for each in (world, other)
    ]

    assert names[0] == names[1]
    assert len(set(names[0])) > 20


def test_populating_twice_takes_names_that_are_free(world):
    fill(world, 1_200)
    fill(world, 300)

    assert world.ask(lambda tx: users.count(tx, world.company.id)) == 1_500


def test_a_freed_name_is_taken_again(world, everybody):
    fill(world, 3)
    gone = min(everybody().values(), key=lambda row: row.user_principal_name)
    world.hard_delete(gone.id)

    fill(world, 1)

    names = {row.user_principal_name for row in everybody().values()}
    assert gone.user_principal_name in names


def test_people_have_managers_and_share_out_the_groups(world, everybody):
    fill(world, 40, teams=3)

    rows = everybody().values()
    page = world.ask(lambda tx: groups.page(tx, world.company.id))
    assert sum(row.manager_id is None for row in rows) == 1
    assert sorted(row.members for row in page.rows) == [13, 13, 14]


@pytest.mark.parametrize(("number", "teams"), [(0, 0), (100_001, 0), (3, 4)])
def test_too_few_or_too_many_are_refused(world, number, teams):
    with pytest.raises(EntraError, match="Ask for 1 to 100,000 users"):
        fill(world, number, teams=teams)


@pytest.fixture
def run(app):
    """run("entra", "populate", …) -> what the command says."""
    return lambda *words: app.test_cli_runner().invoke(args=list(words))


def test_the_command_line_populates_a_tenant(run, company, world, everybody):
    told = run("entra", "populate", "5", "--groups", "2", "--company", company.name)

    assert "Added 5 users and 2 groups" in told.output
    assert len(everybody()) == 5
    refused = run("entra", "populate", "1", "--groups", "2", "--company", company.name)
    assert refused.exit_code == 2
    assert "no more groups than users" in refused.output


def test_resetting_a_company_brings_the_story_back(run, company, world, everybody):
    world.user("ada")

    run("company", "reset", company.name, "--yes")

    assert "Ada" not in everybody()
    assert "Ruth Okafor" in everybody()
