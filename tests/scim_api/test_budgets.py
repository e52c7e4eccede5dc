"""How many statements each request takes, token look-up included, at any size."""

import pytest

from tests.messages import add, entra_group, entra_user, patch, remove, replace

PROBE = "/Users?filter=userName+eq+%227d420df3-9995-4831-a406-ecf8166f5f6a%22"


@pytest.fixture
def ann(scim):
    return scim.create_user("ann@contoso.example", externalId="a-1")


@pytest.fixture
def group(scim, ann):
    """A group with a few members; more would change nothing."""
    people = [scim.create_user()["id"] for _ in range(12)]
    return scim.create_group("Roads", members=[{"value": who} for who in people])


@pytest.mark.parametrize(
    "query",
    [
        PROBE,
        "/Users?filter=userName+eq+%22ann@contoso.example%22",
        "/Users?filter=externalId+eq+%22a-1%22",
        "/Groups?excludedAttributes=members&filter=displayName+eq+%22Roads%22",
    ],
)
def test_a_match_takes_two_statements(scim, ann, group, query, query_budget):
    with query_budget(2):
        scim.get(query)


def test_reading_a_user_takes_two(scim, ann, query_budget):
    with query_budget(2):
        scim.get(f"/Users/{ann['id']}")


def test_reading_a_group_without_its_members_takes_two(scim, group, query_budget):
    with query_budget(2):
        scim.get(f"/Groups/{group['id']}?excludedAttributes=members")


def test_creating_a_user_takes_four(scim, query_budget):
    with query_budget(4):
        scim.post("/Users", entra_user("bob@contoso.example"))


def test_creating_a_group_takes_four(scim, query_budget):
    with query_budget(4):
        scim.post("/Groups", entra_group("Streets"))


def test_patching_a_user_takes_four(scim, ann, query_budget):
    changes = patch(replace("title", "Boss"), replace("nickName", "A"))

    with query_budget(4):
        scim.patch(f"/Users/{ann['id']}", changes)


def test_adding_a_member_takes_five(scim, ann, group, query_budget):
    with query_budget(5):
        scim.patch(
            f"/Groups/{group['id']}", patch(add("members", [{"value": ann["id"]}]))
        )


def test_removing_a_member_takes_five(scim, group, query_budget):
    member = group["members"][0]["value"]

    with query_budget(5):
        scim.patch(
            f"/Groups/{group['id']}", patch(remove(f'members[value eq "{member}"]'))
        )


@pytest.mark.parametrize("kind", ["/Users", "/Groups"])
def test_a_list_of_a_hundred_takes_three(scim, ann, group, kind, query_budget):
    with query_budget(3):
        scim.get(f"{kind}?count=100")


def test_a_token_that_cannot_be_ours_takes_none(scim, query_budget):
    with query_budget(0):
        scim.get("/Users", headers={"Authorization": "Bearer esim_" + "0" * 49})
