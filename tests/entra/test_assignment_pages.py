"""“Users and groups”: who may be selected, and whom the next cycle looks at anew."""

import pytest
import sqlalchemy as sa

from tests import builders
from tests.entra.portal import audited, press
from tests.entra.world import World, groups, users


def change_of(world, rows, row_id):
    return world.ask(
        lambda tx: tx.execute(sa.select(rows.c.change).where(rows.c.id == row_id))
    ).scalar()


def assign(portal, **chosen):
    return portal.console.submit(
        f"{portal.url}/users/add", "form:has([name=role])", **chosen
    )


def test_several_users_and_groups_are_assigned_at_once(portal, world):
    ada, bob, team = world.user("ada"), world.user("bob"), world.group("Front Desk")

    page = assign(portal, users=[ada, bob], groups=[team], role="Default Access")

    assert "Assigned: 3 users and groups." in page.text
    assert [cells.text for cells in page.select("tbody td:last-child")] == [
        "Default Access"
    ] * 3


def test_a_search_finds_people_by_name_and_keeps_who_is_selected(portal, world):
    ada = world.user("ada")
    world.user("bob"), world.user("cid")

    part = portal.console.part(f"{portal.url}/users/add?query=cid&users={ada}")

    boxes = part.select("[name=users]")
    assert [box.parent.select("bdi")[0].text for box in boxes] == ["Ada", "Cid"]
    assert [box.has_attr("checked") for box in boxes] == [True, False]


def test_who_is_assigned_is_not_offered_again(portal, world):
    ada = world.user("ada")
    assign(portal, users=[ada])

    assert not portal.console.get(f"{portal.url}/users/add").select("[name=users]")
    assert "not assigned yet" in assign(portal, users=[ada]).text


def test_nothing_selected_is_explained(portal):
    assert "Select at least one user or group" in assign(portal).text
    world_page = portal.console.get(f"{portal.url}/users")
    assert "No assignments yet" in world_page.text


def test_a_user_of_another_tenant_cannot_be_assigned(portal, app):
    stranger = World(app, builders.found_company(app)).user("eve")

    assert "Select at least one" in assign(portal, users=[stranger]).text


def test_a_removed_assignment_is_gone_and_audited(portal, world, app, company):
    assign(portal, users=[world.user("ada"), world.user("bob")])
    page = portal.console.get(f"{portal.url}/users")
    (ada, _) = [box["value"] for box in page.select("[name=assignments]")]

    page = portal.console.submit(page, "form[action$=remove]", assignments=[ada])

    assert "Removed: 1 user or group." in page.text
    assert "Bob" in page.text
    assert "Ada" not in page.select("main")[0].text
    assert audited(app, company)[0] == "Remove app role assignment"


def test_assigning_a_group_touches_its_direct_members_and_nobody_else(portal, world):
    ada, bob = world.user("ada"), world.user("bob")
    team = world.group("Front Desk", ada)
    before = change_of(world, users, bob)

    assign(portal, groups=[team])

    touched = change_of(world, groups, team)
    assert touched == change_of(world, users, ada) > before
    assert change_of(world, users, bob) == before


def test_a_role_is_added_given_and_sent_by_an_expression(portal, world, app, company):
    roles = f"{portal.url}/roles"
    page = portal.console.submit(roles, "form:has([name=name])", name=" Front  desk ")
    assert "The role is added." in page.text
    assign(portal, users=[world.user("ada")], role="Front desk")

    page = portal.console.submit(
        f"{portal.url}/expression-builder",
        "form:has([name=expression])",
        expression="SingleAppRoleAssignment([appRoleAssignments])",
        user="ada@contoso.example",
    )
    assert page.select(".once")[0].text == "Front desk"
    assert audited(app, company)[:2] == [
        "Add app role assignment",
        "Update application",
    ]


@pytest.mark.parametrize("number", [2**70, -1, "ada"])
def test_a_number_that_no_assignment_can_have_is_refused(portal, world, number):
    assign(portal, users=[world.user("ada")])
    page = portal.console.get(f"{portal.url}/users")

    page = portal.console.submit(page, "form[action$=remove]", assignments=[number])

    assert "Ada" in page.select("main")[0].text


@pytest.mark.parametrize("name", ["", " ", "x" * 121, "USER"])
def test_a_role_needs_a_name_of_its_own(portal, name):
    page = portal.console.submit(
        f"{portal.url}/roles", "form:has([name=name])", status=422, name=name
    )

    assert page.select("#name-error")


def test_a_role_is_deleted_only_when_nobody_has_it(portal, world):
    roles = f"{portal.url}/roles"
    for name in ("Front desk", "Night porter"):
        page = portal.console.submit(roles, "main form:has(#name)", name=name)
    assign(portal, users=[world.user("ada")], role="Front desk")

    page = portal.console.get(roles)
    deletable = [
        tag["value"] for tag in page.select("form[action$=delete] [name=name]")
    ]
    assert deletable == ["Night porter"]
    page = portal.console.submit(page, "form[action$=delete]", name="Front desk")
    assert "is assigned" in page.text
    page = portal.console.submit(page, "form[action$=delete]")
    assert "Night porter is deleted." in page.text
    page = portal.console.submit(page, "main form:has(#name)", name="Night porter")
    assert "The role is added." in page.text


def test_the_role_of_an_assignment_is_changed_and_the_next_cycle_looks(portal, world):
    ada = world.user("ada")
    assign(portal, users=[ada])
    before = change_of(world, users, ada)
    page = portal.console.get(f"{portal.url}/users")
    (box,) = page.select("[name=assignments]")

    page = press(
        portal.console,
        page,
        "Change role",
        "form[action$=remove]",
        assignments=[box["value"]],
        role="Default Access",
    )

    assert "Default Access now: 1 user or group." in page.text
    assert change_of(world, users, ada) > before


def test_a_role_that_is_not_there_is_neither_given_nor_changed_to(portal, world):
    ada = world.user("ada")
    assert "There is no role “Boss”." in assign(portal, users=[ada], role="Boss").text
    assign(portal, users=[ada])
    page = portal.console.get(f"{portal.url}/users")
    (box,) = page.select("[name=assignments]")

    given = {"assignments": [box["value"]], "role": "Boss"}
    page = press(portal.console, page, "Change role", "form[action$=remove]", **given)

    assert "There is no role “Boss”." in page.text
    assert "Select the users and groups whose role is to change." in (
        press(
            portal.console, page, "Change role", "form[action$=remove]", role="User"
        ).text
    )
