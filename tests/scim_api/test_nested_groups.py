"""Groups in groups: without cycles, and seen from the people in them."""

import itertools
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from envoy_console.directory import groups, searchable
from envoy_console.models.transactions import write
from tests import builders
from tests.harness import statements
from tests.messages import add, entra_group, patch, remove, replace


@pytest.fixture
def put_into(scim):
    """put_into(outer, inner) -> the answer to adding one group to another."""

    def put(outer, *inner):
        members = [{"value": group["id"]} for group in inner]
        return scim.patch(f"/Groups/{outer['id']}", patch(add("members", members)))

    return put


@pytest.fixture
def chain(scim, put_into):
    """Four groups, each in the one before."""
    made = [scim.create_group(f"Level {n}") for n in range(4)]
    for outer, inner in itertools.pairwise(made):
        assert put_into(outer, inner).status_code == 204
    return made


def groups_of(scim, user):
    shown = scim.get(f"/Users/{user['id']}").json().get("groups", [])
    return {group["display"]: group["type"] for group in shown}


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_a_group_cannot_join_a_group_that_is_in_it(scim, chain, put_into, depth):
    answer = put_into(chain[depth], chain[0])

    assert answer.status_code == 400
    assert answer.json()["scimType"] == "invalidValue"
    assert "“Level 0”" in answer.json()["detail"]
    assert f"“Level {depth}”" in answer.json()["detail"]
    members = scim.get(f"/Groups/{chain[depth]['id']}").json()["members"]
    assert chain[0]["id"] not in {member["value"] for member in members}


@pytest.mark.parametrize("op", ["patch-replace", "put"])
def test_no_way_of_writing_members_makes_a_cycle(scim, chain, op):
    last, members = chain[-1], [{"value": chain[0]["id"]}]

    if op == "put":
        body = entra_group(last["displayName"], members=members)
        answer = scim.put(f"/Groups/{last['id']}", body)
    else:
        body = patch(replace("members", members))
        answer = scim.patch(f"/Groups/{last['id']}", body)

    assert answer.status_code == 400
    assert answer.json()["scimType"] == "invalidValue"


def test_a_cycle_among_several_new_members_is_found_and_none_joins(
    scim, chain, put_into
):
    harmless = scim.create_group()

    answer = put_into(chain[-1], harmless, chain[1])

    assert answer.status_code == 400
    assert scim.get(f"/Groups/{chain[-1]['id']}").json()["members"] == []


def test_two_ways_to_one_group_are_no_cycle(scim, put_into):
    top, left, right, bottom = (scim.create_group() for _ in range(4))

    answers = [
        put_into(top, left, right),
        put_into(left, bottom),
        put_into(right, bottom),
        put_into(top, bottom),
    ]

    assert [answer.status_code for answer in answers] == [204] * 4


def test_the_way_back_opens_when_the_way_down_is_gone(scim, chain, put_into):
    path = f'members[value eq "{chain[2]["id"]}"]'
    scim.patch(f"/Groups/{chain[1]['id']}", patch(remove(path)))

    assert put_into(chain[3], chain[0]).status_code == 204


def test_of_two_groups_that_join_each_other_at_once_one_does(scim, put_into):
    for _ in range(5):
        one, other = scim.create_group(), scim.create_group()
        with ThreadPoolExecutor(2) as threads:
            answers = list(threads.map(put_into, (one, other), (other, one)))
        assert sorted(a.status_code for a in answers) == [204, 400]


def test_of_two_that_close_a_wide_circle_at_once_one_does(scim, put_into):
    for _ in range(5):
        a, b, c, d = (scim.create_group() for _ in range(4))
        put_into(a, b)
        put_into(c, d)
        with ThreadPoolExecutor(2) as threads:
            answers = list(threads.map(put_into, (b, d), (c, a)))
        assert sorted(answer.status_code for answer in answers) == [204, 400]


def test_people_show_the_groups_around_their_groups_as_indirect(scim, chain):
    ann = scim.create_user()
    scim.patch(
        f"/Groups/{chain[2]['id']}", patch(add("members", [{"value": ann["id"]}]))
    )

    assert groups_of(scim, ann) == {
        "Level 2": "direct",
        "Level 0": "indirect",
        "Level 1": "indirect",
    }


def test_a_group_that_somebody_is_in_both_ways_is_direct_and_shown_once(scim, chain):
    ann = scim.create_user()
    for group in (chain[0], chain[3]):
        scim.patch(
            f"/Groups/{group['id']}", patch(add("members", [{"value": ann["id"]}]))
        )

    shown = scim.get(f"/Users/{ann['id']}").json()["groups"]

    assert [group["type"] for group in shown] == [
        "direct",
        "direct",
        "indirect",
        "indirect",
    ]
    assert len({group["value"] for group in shown}) == 4
    assert groups_of(scim, ann)["Level 0"] == "direct"


def test_lists_show_indirect_groups_to_those_who_are_in_them(scim, chain):
    ann, bob = scim.create_user(), scim.create_user()
    scim.patch(
        f"/Groups/{chain[1]['id']}", patch(add("members", [{"value": ann["id"]}]))
    )

    users = {
        u["id"]: u.get("groups", []) for u in scim.get("/Users").json()["Resources"]
    }

    assert [group["type"] for group in users[ann["id"]]] == ["direct", "indirect"]
    assert users[bob["id"]] == []


def test_indirect_groups_end_with_the_way_to_them(scim, chain):
    ann = scim.create_user()
    scim.patch(
        f"/Groups/{chain[2]['id']}", patch(add("members", [{"value": ann["id"]}]))
    )

    scim.delete(f"/Groups/{chain[1]['id']}")

    assert groups_of(scim, ann) == {"Level 2": "direct"}


def test_a_change_of_a_user_answers_with_the_indirect_groups_too(scim, chain):
    ann = scim.create_user()
    scim.patch(
        f"/Groups/{chain[1]['id']}", patch(add("members", [{"value": ann["id"]}]))
    )

    answer = scim.patch(f"/Users/{ann['id']}", patch(replace("title", "Clerk")))

    assert [group["type"] for group in answer.json()["groups"]] == [
        "direct",
        "indirect",
    ]


def test_who_leaves_the_company_leaves_only_their_own_groups(scim, chain):
    ann = scim.create_user()
    scim.patch(
        f"/Groups/{chain[2]['id']}", patch(add("members", [{"value": ann["id"]}]))
    )
    before = scim.get(f"/Groups/{chain[0]['id']}").headers["ETag"]

    scim.delete(f"/Users/{ann['id']}")

    assert scim.get(f"/Groups/{chain[0]['id']}").headers["ETag"] == before
    assert len(scim.get(f"/Groups/{chain[0]['id']}").json()["members"]) == 1


def test_filters_on_groups_find_direct_and_indirect_members(scim, chain):
    ann, bob = scim.create_user(), scim.create_user()
    scim.patch(
        f"/Groups/{chain[2]['id']}", patch(add("members", [{"value": ann["id"]}]))
    )
    scim.patch(
        f"/Groups/{chain[0]['id']}", patch(add("members", [{"value": bob["id"]}]))
    )

    def found(text):
        return {user["id"] for user in scim.found(text)}

    assert found(f'groups eq "{chain[2]["id"]}"') == {ann["id"]}
    assert found(f'groups eq "{chain[0]["id"]}"') == {ann["id"], bob["id"]}
    assert found('groups[display eq "Level 1"]') == {ann["id"]}
    assert found('groups.display eq "Level 3"') == set()
    assert found('not (groups.display eq "Level 1")') == {bob["id"]}


def test_a_filter_on_groups_ends_where_a_circle_slipped_in(app, scim, chain):
    ann = scim.create_user()
    scim.patch(
        f"/Groups/{chain[3]['id']}", patch(add("members", [{"value": ann["id"]}]))
    )
    with app.app_context():  # past every rule
        values = {
            "group_id": chain[3]["id"],
            "member_id": chain[0]["id"],
            "member_type": "Group",
        }
        mine = sa.select(searchable.groups.c.company_id).where(
            searchable.groups.c.id == chain[0]["id"]
        )
        write(
            lambda tx: tx.execute(
                searchable.memberships.insert().values(
                    company_id=mine.scalar_subquery(), **values
                )
            )
        )

    assert [user["id"] for user in scim.found('groups.display eq "Level 2"')] == [
        ann["id"]
    ]


def test_a_filter_on_groups_looks_at_its_own_company_alone(app, scim, chain):
    other = builders.found_company(app)
    with app.app_context():
        theirs = write(
            lambda tx: groups.create(tx, other.admin, {"displayName": "Theirs"})
        )

    assert scim.found(f'groups eq "{theirs.id}"') == []
    assert scim.found('groups.display eq "Theirs"') == []


def test_a_user_is_read_in_two_queries_however_deep_the_groups(
    scim, chain, query_budget
):
    ann = scim.create_user()
    scim.patch(
        f"/Groups/{chain[3]['id']}", patch(add("members", [{"value": ann["id"]}]))
    )

    with query_budget(2):
        assert len(groups_of(scim, ann)) == 4


def test_cycles_are_looked_for_only_when_a_group_joins(app, scim, put_into):
    ann, outer, inner = scim.create_user(), scim.create_group(), scim.create_group()
    body = patch(add("members", [{"value": ann["id"]}]))

    with statements.counted(app) as for_a_user:
        scim.patch(f"/Groups/{outer['id']}", body)
        scim.patch(f"/Groups/{outer['id']}", body)
    with statements.counted(app) as for_a_group:
        put_into(outer, inner)

    assert not any("RECURSIVE" in sql for sql in for_a_user)
    assert sum("RECURSIVE" in sql for sql in for_a_group) == 1
