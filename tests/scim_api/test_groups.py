"""`/Groups` and membership."""

import pytest

from tests.messages import add, entra_group, entra_user, patch, remove, replace


def ids(resource):
    return {member["value"] for member in resource.get("members", ())}


def test_a_new_group_has_an_empty_list_of_members(scim):
    answer = scim.post("/Groups", entra_group("Sales", externalId="g-1"))

    assert answer.status_code == 201
    assert answer.json()["members"] == []
    assert answer.json()["externalId"] == "g-1"


def test_a_group_can_be_created_with_its_members(scim):
    ann = scim.create_user(displayName="Ann")

    group = scim.create_group(members=[{"value": ann["id"]}])

    (member,) = group["members"]
    assert member["value"] == ann["id"]
    assert member["type"] == "User"
    assert member["$ref"].endswith(f"/Users/{ann['id']}")


def test_a_taken_display_name_is_refused_in_any_case(scim):
    scim.create_group("Sales")

    answer = scim.post("/Groups", entra_group("SALES"))

    assert answer.status_code == 409
    assert answer.json()["scimType"] == "uniqueness"


def test_group_patch_answers_204_with_the_new_etag(scim):
    group = scim.create_group("Sales")

    answer = scim.patch(
        f"/Groups/{group['id']}", patch(replace("displayName", "Trade"))
    )

    assert answer.status_code == 204
    assert answer.content == b""
    assert answer.headers["ETag"] == 'W/"2"'
    assert scim.get(f"/Groups/{group['id']}").json()["displayName"] == "Trade"


def test_adding_a_member_twice_keeps_one_and_the_version(scim):
    ann, group = scim.create_user(), scim.create_group()
    body = patch(add("members", [{"value": ann["id"]}]))

    first = scim.patch(f"/Groups/{group['id']}", body)
    second = scim.patch(f"/Groups/{group['id']}", body)

    assert first.headers["ETag"] == second.headers["ETag"]
    assert ids(scim.get(f"/Groups/{group['id']}").json()) == {ann["id"]}


def test_replacing_members_leaves_just_those(scim):
    ann, bob = scim.create_user(), scim.create_user()
    group = scim.create_group(members=[{"value": ann["id"]}])

    scim.patch(
        f"/Groups/{group['id']}", patch(replace("members", [{"value": bob["id"]}]))
    )

    assert ids(scim.get(f"/Groups/{group['id']}").json()) == {bob["id"]}


def test_replacing_members_adds_when_entra_says_so(entra):
    ann, bob = entra.create_user(), entra.create_user()
    group = entra.create_group(members=[{"value": ann["id"]}])

    entra.patch(
        f"/Groups/{group['id']}", patch(replace("members", [{"value": bob["id"]}]))
    )

    assert ids(entra.get(f"/Groups/{group['id']}").json()) == {ann["id"], bob["id"]}


def test_put_makes_its_members_the_members(scim):
    ann, bob = scim.create_user(), scim.create_user()
    group = scim.create_group("Sales", members=[{"value": ann["id"]}])

    answer = scim.put(
        f"/Groups/{group['id']}", entra_group("Sales", members=[{"value": bob["id"]}])
    )

    assert answer.status_code == 200
    assert ids(answer.json()) == {bob["id"]}


@pytest.mark.parametrize("path", ["members", 'members[type eq "User"]'])
def test_members_can_all_be_removed_at_once(scim, path):
    people = [scim.create_user() for _ in range(3)]
    group = scim.create_group(members=[{"value": person["id"]} for person in people])

    scim.patch(f"/Groups/{group['id']}", patch(remove(path)))

    assert scim.get(f"/Groups/{group['id']}").json()["members"] == []


@pytest.mark.parametrize(
    "filter",
    ['value co "{0}"', 'value sw "{0}"', 'value ew "{0}"', 'value ge "{0}"',
     'type sw "us" and not (value lt "{0}")'],
)  # fmt: skip
def test_members_can_be_removed_by_any_filter(scim, filter):
    ann, bob = sorted(scim.create_user()["id"] for _ in range(2))
    group = scim.create_group(members=[{"value": ann}, {"value": bob}])

    answer = scim.patch(
        f"/Groups/{group['id']}", patch(remove(f"members[{filter.format(bob)}]"))
    )

    assert answer.status_code == 204
    assert ids(scim.get(f"/Groups/{group['id']}").json()) == {ann}


def test_removing_somebody_who_is_no_member_succeeds(scim):
    ann, group = scim.create_user(), scim.create_group()

    answer = scim.patch(
        f"/Groups/{group['id']}", patch(remove(f'members[value eq "{ann["id"]}"]'))
    )

    assert answer.status_code == 204


def test_an_unknown_member_is_refused_by_name_and_nobody_is_added(scim):
    ann, group = scim.create_user(), scim.create_group()
    stranger = "01234567-89ab-4cde-8f01-23456789abcd"

    answer = scim.patch(
        f"/Groups/{group['id']}",
        patch(add("members", [{"value": ann["id"]}, {"value": stranger}])),
    )

    assert answer.status_code == 400
    assert answer.json()["scimType"] == "invalidValue"
    assert stranger in answer.json()["detail"]
    assert scim.get(f"/Groups/{group['id']}").json()["members"] == []


def test_members_have_their_names_for_whoever_asks(scim):
    ann, inner = scim.create_user(displayName="Ann"), scim.create_group("Inner")
    members = [{"value": ann["id"]}, {"value": inner["id"]}]
    group = scim.create_group(members=members)

    named = scim.get(f"/Groups/{group['id']}?attributes=members.display,members.value")

    assert all("display" not in member for member in group["members"])
    names = {m["value"]: m["display"] for m in named.json()["members"]}
    assert names == {ann["id"]: "Ann", inner["id"]: "Inner"}


def test_a_group_may_hold_a_group_but_not_itself(scim):
    outer, inner = scim.create_group(), scim.create_group("Inner")

    ok = scim.patch(
        f"/Groups/{outer['id']}", patch(add("members", [{"value": inner["id"]}]))
    )
    no = scim.patch(
        f"/Groups/{outer['id']}", patch(add("members", [{"value": outer["id"]}]))
    )

    assert ok.status_code == 204
    assert no.status_code == 400
    (member,) = scim.get(f"/Groups/{outer['id']}").json()["members"]
    assert (member["type"], member["value"]) == ("Group", inner["id"])


def test_a_user_shows_the_groups_they_are_in(scim):
    ann = scim.create_user()
    group = scim.create_group("Sales", members=[{"value": ann["id"]}])

    (shown,) = scim.get(f"/Users/{ann['id']}").json()["groups"]

    assert (shown["value"], shown["display"]) == (group["id"], "Sales")


def test_a_deleted_user_leaves_every_group(scim):
    ann = scim.create_user()
    group = scim.create_group(members=[{"value": ann["id"]}])

    scim.delete(f"/Users/{ann['id']}")

    read = scim.get(f"/Groups/{group['id']}").json()
    assert read["members"] == []
    assert read["meta"]["version"] != group["meta"]["version"]


def test_a_deleted_group_leaves_its_members_and_the_groups_that_held_it(scim):
    ann, inner = scim.create_user(), scim.create_group()
    outer = scim.create_group(members=[{"value": inner["id"]}])
    scim.patch(f"/Groups/{inner['id']}", patch(add("members", [{"value": ann["id"]}])))

    assert scim.delete(f"/Groups/{inner['id']}").status_code == 204

    assert scim.get(f"/Users/{ann['id']}").status_code == 200
    assert scim.get(f"/Groups/{outer['id']}").json()["members"] == []


def test_an_inactive_member_stays_a_member(scim):
    ann = scim.create_user()
    group = scim.create_group(members=[{"value": ann["id"]}])

    scim.patch(f"/Users/{ann['id']}", patch(replace("active", False)))

    assert ids(scim.get(f"/Groups/{group['id']}").json()) == {ann["id"]}


@pytest.mark.parametrize(
    "query", ["excludedAttributes=members", "attributes=displayName"]
)
def test_members_are_left_out_when_they_are_not_wanted(scim, query):
    ann = scim.create_user()
    group = scim.create_group(members=[{"value": ann["id"]}])

    assert "members" not in scim.get(f"/Groups/{group['id']}?{query}").json()
    for found in scim.get(f"/Groups?{query}").json()["Resources"]:
        assert "members" not in found


def test_a_scim_group_gives_nobody_a_role_in_the_console(scim, company, console):
    person = scim.post("/Users", entra_user(company.email)).json()
    scim.create_group("Global admin", members=[{"value": person["id"]}])

    assert company.email in console.get("/settings/admins").text
