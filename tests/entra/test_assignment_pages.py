"""“Users and groups”: who may be selected, and whom the next cycle looks at anew."""

import sqlalchemy as sa

from tests import builders
from tests.entra.portal import audited
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
