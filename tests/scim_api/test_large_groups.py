"""Groups of any size: many members are streamed, and none are read without need."""

import json
import tracemalloc

import pytest

from envoy_console.models import Employee, Group, Membership
from envoy_console.models.base import new_id, now, table
from envoy_console.models.transactions import write
from tests.harness import statements

MANY = 3_000


@pytest.fixture
def make_group(app, company):
    """make_group("Everybody", 3_000) -> (the group's id, its members' ids)."""

    def make(name, size):
        person_ids, group_id = sorted(new_id() for _ in range(size)), new_id()

        def work(tx):
            tx.execute(
                table(Group).insert(), [group_row(company, group_id, name, size)]
            )
            tx.execute(
                table(Employee).insert(),
                [employee_row(company, person_id) for person_id in person_ids],
            )
            tx.execute(
                table(Membership).insert(),
                [
                    {
                        "group_id": group_id,
                        "member_id": person_id,
                        "member_type": "User",
                        "company_id": company.id,
                    }
                    for person_id in person_ids
                ],
            )

        with app.app_context():
            write(work)
        return group_id, person_ids

    return make


def row(company, resource_id, document):
    return {
        "id": resource_id,
        "company_id": company.id,
        "source": "manual",
        "document": json.dumps(document),
        "search": document,
        "version": 1,
        "created_at": now(),
        "updated_at": now(),
    }


def group_row(company, group_id, name, size):
    return row(company, group_id, {"displayName": name}) | {
        "display_name": name,
        "display_name_key": name.lower(),
        "member_count": size,
    }


def employee_row(company, person_id):
    return row(company, person_id, {"userName": person_id}) | {
        "user_name": person_id,
        "user_name_key": person_id,
        "display_name": f"“{person_id[-4:]}”",
        "display_name_key": person_id[-4:],
        "active": True,
    }


def values(resource):
    return [member["value"] for member in resource["members"]]


def test_many_members_are_streamed_and_all_there(scim, make_group):
    group_id, people = make_group("Everybody", MANY)

    answer = scim.get(f"/Groups/{group_id}")

    assert "Content-Length" not in answer.headers
    assert answer.headers["ETag"] == 'W/"1"'
    assert answer.headers["Content-Type"] == "application/scim+json"
    assert values(answer.json()) == people
    assert answer.json()["displayName"] == "Everybody"


def test_a_streamed_member_looks_like_any_other(scim, make_group):
    large, _ = make_group("Large", MANY)
    small, _ = make_group("Small", 1)

    (few,) = scim.get(f"/Groups/{small}").json()["members"]
    many = scim.get(f"/Groups/{large}").json()["members"][0]
    named = scim.get(f"/Groups/{large}?attributes=members.display").json()["members"]

    assert set(many) == set(few) == {"value", "$ref", "type"}
    assert many["$ref"].endswith(f"/Users/{many['value']}")
    assert named[0] == {"display": f"“{many['value'][-4:]}”"}


def test_streamed_members_keep_to_the_selection(scim, make_group):
    group_id, people = make_group("Everybody", MANY)

    only = scim.get(f"/Groups/{group_id}?attributes=members.value").json()
    less = scim.get(f"/Groups/{group_id}?excludedAttributes=members.type,meta").json()

    assert set(only) == {"schemas", "id", "members"}
    assert only["members"] == [{"value": person} for person in people]
    assert "meta" not in less
    assert {frozenset(m) for m in less["members"]} == {frozenset({"value", "$ref"})}


@pytest.mark.parametrize(
    "query", ["excludedAttributes=members", "attributes=displayName"]
)
@pytest.mark.parametrize(
    "path", ["/Groups/{}?", "/Groups?", '?filter=displayName+eq+"everybody"']
)
def test_members_are_not_touched_when_they_are_not_wanted(
    app, scim, make_group, path, query
):
    group_id, _ = make_group("Everybody", MANY)

    with statements.counted(app) as executed:
        answer = scim.get(f"{path.format(group_id)}&{query}")

    assert answer.status_code == 200
    from_groups = [sql for sql in executed if sql.startswith("SELECT groups.")]
    assert from_groups
    assert not any("memberships" in sql for sql in from_groups)


@pytest.mark.parametrize("path", ["/Groups", ""])
def test_a_list_with_many_members_is_streamed_whole(scim, make_group, path):
    groups = dict(make_group(f"Group {n}", 600) for n in range(3))

    answer = scim.get(path, params={"filter": "members pr", "cursor": "", "count": 2})
    rest = scim.get(
        path,
        params={
            "filter": "members pr", "count": 2, "cursor": answer.json()["nextCursor"],
        },
    )  # fmt: skip

    assert "Content-Length" not in answer.headers
    assert "Content-Length" in rest.headers
    shown = answer.json()["Resources"] + rest.json()["Resources"]
    assert {group["id"]: values(group) for group in shown} == groups


def test_users_stand_beside_groups_in_a_streamed_list(scim, make_group):
    group_id, people = make_group("Everybody", MANY)

    page = scim.get("?startIndex=3000&count=2").json()

    assert [resource["id"] for resource in page["Resources"]] == [people[-1], group_id]
    assert values(page["Resources"][1]) == people


def test_changing_a_large_group_answers_with_its_members(scim, make_group):
    group_id, people = make_group("Everybody", MANY)

    answer = scim.put(
        f"/Groups/{group_id}",
        {
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
            "displayName": "Nearly everybody",
            "members": [{"value": person} for person in people[1:]],
        },
    )

    assert answer.status_code == 200
    assert answer.headers["ETag"] == 'W/"2"'
    assert values(answer.json()) == people[1:]


def test_an_unchanged_large_group_is_not_sent_again(scim, make_group):
    group_id, _ = make_group("Everybody", MANY)

    answer = scim.get(f"/Groups/{group_id}", headers={"If-None-Match": 'W/"1"'})

    assert answer.status_code == 304


def test_the_wire_log_keeps_the_start_of_a_streamed_answer(scim, make_group, wire_log):
    group_id, _ = make_group("Everybody", MANY)

    answer = scim.get(f"/Groups/{group_id}")

    logged = wire_log.next("GET")
    assert logged.resource_id == group_id
    assert logged.status == 200
    start, _, note = logged.response_body.partition("\n… ")
    assert answer.text.startswith(start[:-1])
    assert 32_000 < len(start.encode()) <= 32_770
    assert note == f"({len(answer.content):,} bytes in all)"


def test_a_client_that_hangs_up_is_logged_and_frees_its_connection(
    app, scim, make_group, wire_log
):
    group_id, _ = make_group("Everybody", MANY)

    for _ in range(30):  # more than the pool has
        with scim.http.stream("GET", f"/Groups/{group_id}") as answer:
            next(answer.iter_bytes(100))

    assert scim.get(f"/Groups/{group_id}").status_code == 200
    assert wire_log.next("GET").status == 200


def test_asking_only_for_the_headers_of_a_large_group(scim, make_group, wire_log):
    group_id, _ = make_group("Everybody", MANY)

    answer = scim.http.head(f"/Groups/{group_id}")

    assert answer.status_code == 200
    assert answer.content == b""
    assert wire_log.newest("HEAD").status == 200


def test_memory_stays_flat_however_many_members_there_are(app, token, make_group):
    def peak(size):
        group_id, _ = make_group(f"Group of {size}", size)
        headers = {"Authorization": f"Bearer {token}", "Host": "localhost"}
        with app.test_client() as client:
            tracemalloc.start()
            answer = client.get(f"/scim/v2/Groups/{group_id}", headers=headers)
            sent = sum(len(piece) for piece in answer.iter_encoded())
            _, most = tracemalloc.get_traced_memory()
            tracemalloc.stop()
            answer.close()
        assert sent > 140 * size
        return most

    peak(MANY)
    assert peak(8 * MANY) < 1.5 * peak(MANY + 1)
