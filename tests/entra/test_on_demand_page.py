"""Provision on demand, at its pages: select, provision, and read the four steps."""

from dataclasses import replace

import pytest

from envoy_console.entra import on_demand
from envoy_console.models.base import now
from tests import builders

FORM = "form:has([name=kind])"


@pytest.fixture
def provision(app, console, envoy):
    """provision(kind, id) -> the page of what came of it, the worker having been there."""

    def run(kind, source_id, **fields):
        pane = console.get(f"{page_of(envoy)}?kind={kind}&id={source_id}")
        page = console.submit(pane, FORM, **fields)
        with app.app_context():
            on_demand.run(page.path.rpartition("/")[2])
        return console.get(page.path)

    return run


def page_of(envoy):
    return f"/entra/apps/{envoy.id}/on-demand"


def offered(page):
    return [b.text for b in page.select(".offer a > span > bdi")]


def stages(page):
    """The step cards: title and status."""
    return [
        (card.h2.text, card.select_one(".status").text)
        for card in page.select(".stage")
    ]


def test_users_and_groups_are_found_by_name(console, world, envoy):
    world.user("ann")
    world.user("bob")
    world.group("Annual report")

    page = console.get(f"{page_of(envoy)}?query=ann")

    assert offered(page) == ["Ann", "Annual report"]


def test_disabled_and_deleted_users_are_not_found(console, world, envoy):
    world.edit(world.user("ann"), account_enabled=False)
    world.edit(world.user("anton"), deleted_at=now())

    page = console.get(f"{page_of(envoy)}?query=an")

    assert "Nobody matches" in page.text


def test_a_disabled_user_cannot_be_selected_by_id_either(console, world, envoy):
    ann = world.user("ann")
    world.edit(ann, account_enabled=False)

    page = console.get(f"{page_of(envoy)}?kind=User&id={ann}")

    assert "is disabled or deleted in Microsoft Entra ID" in page.text
    assert not page.select(FORM)


def test_while_the_worker_is_at_it_the_page_asks_for_news(console, world, envoy):
    ann = world.user("ann")

    page = console.submit(f"{page_of(envoy)}?kind=User&id={ann}", FORM)

    assert "Provisioning Ann …" in page.text
    assert page.select("#run[hx-get]")
    assert "Provisioning Ann …" in console.part(page.path).text


def test_a_new_user_goes_through_the_four_steps(world, envoy, provision):
    ann = world.user("ann", department="Sales")
    envoy.assign(users=(ann,))

    page = provision("User", ann)

    assert stages(page) == [
        ("1. Import user", "Success"),
        ("2. Determine if user is in scope", "Success"),
        ("3. Match user between source and target system", "Success"),
        ("4. Perform action", "Success"),
    ]
    assert "User 'ann@contoso.example' was created in Envoy" in page.text
    assert "Test connection" not in page.text
    assert not page.select("#run[hx-get]")


def test_modified_attributes_stand_beside_their_mapping(world, envoy, provision):
    ann = world.user("ann", department="Sales")
    envoy.assign(users=(ann,))

    page = provision("User", ann)

    assert page.select("caption")[0].text == "Modified attributes (successful)"
    rows = {
        tr.th.text: [td.get_text(" ", strip=True) for td in tr.select("td")]
        for tr in page.select("main tbody tr")
    }
    assert rows["department"] == ["Sales", "[department]", "—", "Sales"]
    assert rows["userName"][3] == "ann@contoso.example"
    assert rows["active"][0] == "IsSoftDeleted: False"
    assert rows["active"][1].startswith("Switch([IsSoftDeleted]")


def test_somebody_out_of_scope_is_skipped_with_the_reasons(world, envoy, provision):
    page = provision("User", world.user("ann"))

    assert stages(page)[3] == ("4. Perform action", "Skipped")
    assert "Assigned to the application: False." in page.text
    assert stages(page)[2] == (
        "3. Match user between source and target system",
        "Not reached",
    )


def test_a_connection_that_fails_is_the_only_step(world, envoy, provision):
    ann = world.user("ann")
    envoy.configure(tenant_url="http://localhost:1/scim")

    page = provision("User", ann)

    assert "Test connection" in [h.text for h in page.select("h2")]
    assert stages(page) == []
    assert "Error code:" in page.text


def test_retry_provisions_the_same_one_again(app, console, world, envoy, provision):
    ann = world.user("ann")
    envoy.assign(users=(ann,))
    first = provision("User", ann)

    again = console.submit(first, FORM)
    with app.app_context():
        on_demand.run(again.path.rpartition("/")[2])

    assert again.path != first.path
    assert stages(console.get(again.path))[3] == ("4. Perform action", "Skipped")


def test_a_group_is_provisioned_with_the_chosen_members(scim, world, envoy, provision):
    people = [world.user(name) for name in ("ann", "bob", "cleo")]
    team = world.group("Team", *people)
    envoy.assign(users=tuple(people), groups=(team,))
    envoy.map("User", lambda mapping: replace(mapping, delete=False))
    for person in people:
        provision("User", person)

    page = provision("Group", team, members=people[:2])

    assert stages(page)[0] == ("1. Import group", "Success")
    (found,) = scim.get("/Groups").json()["Resources"]
    assert len(found["members"]) == 2


def test_more_than_five_members_are_too_many(console, world, envoy):
    people = [world.user(f"person{number}") for number in range(6)]
    team = world.group("Team", *people)

    page = console.submit(
        f"{page_of(envoy)}?kind=Group&id={team}", FORM, members=people
    )

    assert "Select at most 5 members: 6 are selected." in page.text


def test_of_a_large_group_members_are_found_by_name(console, world, envoy):
    people = [world.user(f"person{number}") for number in range(51)]
    team = world.group("Team", *people, world.user("zoe"))

    page = console.submit(
        f"{page_of(envoy)}?kind=Group&id={team}",
        "form:has([name=member])",
        member="zoe",
    )

    (box,) = page.select("[name=members]")
    assert "Zoe" in box.parent.text


def test_an_app_without_credentials_provisions_nobody(console, world, envoy):
    envoy.configure(saved_at=None)

    page = console.submit(f"{page_of(envoy)}?kind=User&id={world.user('ann')}", FORM)

    assert "Provisioning is not configured" in page.select("[role=status]")[0].text


def test_nobody_of_another_tenant_can_be_provisioned(app, stranger, world, envoy):
    ann = world.user("ann")
    stranger.sign_in(builders.found_company(app))
    pane = stranger.get("/entra/apps/gallery/envoy")
    theirs = stranger.submit(pane, "form:has([name=name])").path

    stranger.get(f"{theirs}/on-demand?kind=User&id={ann}", status=404)
    stranger.get(page_of(envoy), status=404)


def test_who_may_not_administer_entra_provisions_nobody(viewer, world, envoy):
    page = viewer.get(f"{page_of(envoy)}?kind=User&id={world.user('ann')}")

    assert page.select("button[disabled]")
    viewer.submit(page, FORM, status=403)
