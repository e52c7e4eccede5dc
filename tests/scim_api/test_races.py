"""Many at once: nothing is lost, nothing is there twice."""

from concurrent.futures import ThreadPoolExecutor

from tests.messages import add, entra_user, patch, remove, replace


def all_at_once(*calls):
    with ThreadPoolExecutor(len(calls)) as threads:
        return [future.result() for future in [threads.submit(call) for call in calls]]


def test_of_eight_posts_of_one_user_name_one_is_201_and_seven_are_409(scim):
    names = ["straße@x.example", "STRASSE@X.EXAMPLE"] * 4

    answers = all_at_once(
        *(lambda name=name: scim.post("/Users", entra_user(name)) for name in names)
    )

    assert sorted(a.status_code for a in answers) == [201] + [409] * 7
    assert {a.json()["scimType"] for a in answers if a.status_code == 409} == {
        "uniqueness"
    }
    assert len(scim.found('userName sw "stra"')) == 1


def test_sixteen_patches_that_each_add_a_member_are_all_in(scim):
    people = [scim.create_user()["id"] for _ in range(16)]
    group = f"/Groups/{scim.create_group()['id']}"

    answers = all_at_once(
        *(
            lambda who=who: scim.patch(group, patch(add("members", [{"value": who}])))
            for who in people
        )
    )

    assert {a.status_code for a in answers} == {204}
    members = {member["value"] for member in scim.get(group).json()["members"]}
    assert members == set(people)


def test_joining_and_leaving_at_once_leave_a_true_count(scim, console):
    people = [scim.create_user()["id"] for _ in range(8)]
    staying, leaving = people[:4], people[4:]
    members = [{"value": who} for who in leaving]
    group = scim.create_group("Roads", members=members)["id"]

    all_at_once(
        *(
            lambda who=who: scim.patch(
                f"/Groups/{group}", patch(add("members", [{"value": who}]))
            )
            for who in staying
        ),
        *(
            lambda who=who: scim.patch(
                f"/Groups/{group}", patch(remove(f'members[value eq "{who}"]'))
            )
            for who in leaving
        ),
    )

    shown = scim.get(f"/Groups/{group}").json()
    assert {member["value"] for member in shown["members"]} == set(staying)
    assert shown["meta"]["version"] == 'W/"9"'
    assert "4 members" in console.get(f"/groups/{group}").text


def test_whoever_is_deleted_while_joining_leaves_no_trace(scim, console):
    group = scim.create_group("Roads")["id"]
    members = f"/Groups/{group}"

    for _ in range(10):
        ann = scim.create_user()["id"]
        joining = patch(add("members", [{"value": ann}]))
        all_at_once(
            lambda joining=joining: scim.patch(members, joining),
            lambda ann=ann: scim.delete(f"/Users/{ann}"),
        )

    assert scim.get(members).json()["members"] == []
    assert "0 members" in console.get(f"/groups/{group}").text


def test_of_many_changes_to_one_version_one_wins(scim):
    ann = f"/Users/{scim.create_user()['id']}"

    answers = all_at_once(
        *(
            lambda n=n: scim.patch(
                ann, patch(replace("title", f"T{n}")), headers={"If-Match": 'W/"1"'}
            )
            for n in range(8)
        )
    )

    assert sorted(a.status_code for a in answers) == [200] + [412] * 7
