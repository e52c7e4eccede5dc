"""Searching by POST, and the root over both types (RFC 7644 §3.4.2.1 and §3.4.3)."""

import pytest

from tests.messages import CORE_USER, patch, replace

METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


def ids(answer):
    assert answer.status_code == 200, answer.text
    return [resource["id"] for resource in answer.json()["Resources"]]


@pytest.fixture
def people(scim):
    """Three users."""
    return [
        scim.create_user(
            f"{name.lower()}@contoso.example", displayName=name, externalId=f"u-{name}"
        )
        for name in ("Cleo", "Ann", "Bob")
    ]


@pytest.fixture
def teams(scim, people):
    """Two groups, of which the first has a member."""
    return [
        scim.create_group(
            "Brokers", externalId="g-1", members=[{"value": people[0]["id"]}]
        ),
        scim.create_group("Zoo", externalId="g-2"),
    ]


def test_a_search_finds_what_a_list_finds(scim, people):
    asked = {"filter": 'displayName gt "Ann"', "sortBy": "displayName", "count": 1}

    searched, listed = scim.search("/Users", **asked), scim.get("/Users", params=asked)

    assert searched.json() == listed.json()
    assert ids(searched) == [people[2]["id"]]
    assert searched.json()["totalResults"] == 2


def test_a_search_shows_only_the_attributes_in_its_list(scim, people, teams):
    users = scim.search("/Users", attributes=["userName", "meta.version"])
    groups = scim.search("/Groups", excludedAttributes=["members", "meta"])

    for user in users.json()["Resources"]:
        assert set(user) == {"schemas", "id", "userName", "meta"}
        assert set(user["meta"]) == {"version"}
    for group in groups.json()["Resources"]:
        assert set(group) == {"schemas", "id", "displayName", "externalId"}


@pytest.mark.parametrize("path", ["", "/Users", "/Groups"])
@pytest.mark.parametrize(
    ("body", "scim_type"),
    [
        ({}, "invalidSyntax"),
        ({"schemas": [CORE_USER]}, "invalidSyntax"),
        ({"count": "1"}, "invalidValue"),
        ({"attributes": "userName"}, "invalidValue"),
        ({"filter": "nonsense"}, "invalidFilter"),
        ({"shoeSize": 9}, "invalidSyntax"),
    ],
)
def test_a_search_request_is_read_strictly(scim, path, body, scim_type):
    if len(body) and "schemas" not in body:
        answer = scim.search(path, **body)
    else:
        answer = scim.post(f"{path}/.search", body)

    assert answer.status_code == 400
    assert answer.json()["scimType"] == scim_type


def test_a_search_changes_nothing_and_makes_nothing(scim, people):
    assert scim.search("/Users").status_code == 200
    assert scim.get("/Users").json()["totalResults"] == 3


@pytest.mark.parametrize("ask", ["get", "search"])
def test_the_root_lists_users_then_groups(scim, people, teams, ask):
    answer = scim.get("") if ask == "get" else scim.search()

    assert ids(answer) == [r["id"] for r in people + teams]
    assert answer.json()["totalResults"] == 5
    assert answer.json()["itemsPerPage"] == 5


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 7])
def test_one_window_lies_over_both_types(scim, people, teams, count):
    everybody = [resource["id"] for resource in people + teams]

    for start in range(1, 8):
        answer = scim.search(startIndex=start, count=count)
        assert ids(answer) == everybody[start - 1 : start - 1 + count]
        assert answer.json()["totalResults"] == 5
        assert answer.json()["startIndex"] == start


def test_counting_both_types_needs_no_resource(scim, people, teams):
    answer = scim.get("?count=0")

    assert answer.json()["totalResults"] == 5
    assert answer.json()["Resources"] == []


@pytest.mark.parametrize(
    ("filter", "found"),
    [
        ('userName eq "ann@contoso.example"', ["Ann"]),
        ('displayName sw "b"', ["Bob", "Brokers"]),
        ("userName pr", ["Cleo", "Ann", "Bob"]),
        ("members pr", ["Brokers"]),
        ('members.type eq "User" or displayName eq "ann"', ["Ann", "Brokers"]),
        ('groups.display eq "brokers"', ["Cleo"]),
        ('not (userName sw "a")', ["Cleo", "Bob", "Brokers", "Zoo"]),
        ('userName ne "ann@contoso.example"', ["Cleo", "Bob", "Brokers", "Zoo"]),
        ("nickName eq null", ["Cleo", "Ann", "Bob", "Brokers", "Zoo"]),
        ('userName gt "a" and members pr', []),
        ('emails[type eq "work"].value pr', []),
        ('meta.resourceType eq "Group"', ["Brokers", "Zoo"]),
        ('meta.resourceType eq "User" and externalId eq "u-Bob"', ["Bob"]),
        ('urn:ietf:params:scim:schemas:core:2.0:Group:displayName pr', ["Brokers", "Zoo"]),
    ],
)  # fmt: skip
def test_an_attribute_that_a_type_lacks_has_no_value_there(
    scim, people, teams, filter, found
):
    answer = scim.get("", params={"filter": filter})

    assert [r["displayName"] for r in answer.json()["Resources"]] == found
    assert answer.json()["totalResults"] == len(found)


def test_an_attribute_that_neither_type_has_is_refused(scim):
    answer = scim.get("", params={"filter": 'shoeSize eq "9"'})

    assert answer.status_code == 400
    assert answer.json()["scimType"] == "invalidFilter"
    assert "User or Group" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("sort_by", "names"),
    [
        ("displayName", ["Ann", "Bob", "Brokers", "Cleo", "Zoo"]),
        ("externalId", ["Brokers", "Zoo", "Ann", "Bob", "Cleo"]),
        ("id", ["Cleo", "Ann", "Bob", "Brokers", "Zoo"]),
        ("meta.created", ["Cleo", "Ann", "Bob", "Brokers", "Zoo"]),
        ("meta.resourceType", ["Brokers", "Zoo", "Cleo", "Ann", "Bob"]),
    ],
)
def test_both_types_are_sorted_together(scim, people, teams, sort_by, names):
    ascending = scim.search(sortBy=sort_by)
    page = scim.search(sortBy=sort_by, startIndex=2, count=3)

    assert [r["displayName"] for r in ascending.json()["Resources"]] == names
    assert [r["displayName"] for r in page.json()["Resources"]] == names[1:4]
    assert page.json()["totalResults"] == 5


def test_both_types_are_sorted_downwards_together(scim, people, teams):
    scim.patch(f"/Groups/{teams[0]['id']}", patch(replace("displayName", "Yard")))

    answer = scim.search(sortBy="meta.lastModified", sortOrder="descending")

    assert answer.json()["Resources"][0]["displayName"] == "Yard"
    assert len(answer.json()["Resources"]) == 5


def test_who_lacks_the_sorted_attribute_comes_last_and_first_downwards(scim, teams):
    nameless = scim.create_user()

    upwards = scim.search(sortBy="displayName")
    downwards = scim.search(sortBy="displayName", sortOrder="descending")

    assert ids(upwards)[-1] == ids(downwards)[0] == nameless["id"]


@pytest.mark.parametrize("sort_by", ["userName", "members", "title", "emails.value"])
def test_both_types_cannot_be_sorted_by_what_one_lacks(scim, sort_by):
    answer = scim.search(sortBy=sort_by)

    assert answer.status_code == 400
    assert answer.json()["detail"]


def test_the_root_shows_members_unless_they_are_left_out(scim, people, teams):
    full = scim.get("").json()["Resources"][3]
    slim = scim.get("?excludedAttributes=members,userName").json()["Resources"]

    assert [member["value"] for member in full["members"]] == [people[0]["id"]]
    assert not any({"members", "userName"} & set(resource) for resource in slim)


def test_the_root_shows_one_company(scim, company, people, app):
    assert all(
        r["id"] in {p["id"] for p in people} for r in scim.get("").json()["Resources"]
    )


@pytest.mark.parametrize("path", ["/Me", "/Me/.search"])
@pytest.mark.parametrize("method", METHODS)
def test_me_is_nobody(scim, method, path):
    answer = scim.http.request(method, path)

    assert answer.status_code == 501
    assert answer.json()["status"] == "501"
    assert "integration" in answer.json()["detail"]


def test_lists_keep_to_their_query_budgets(scim, people, teams, query_budget):
    with query_budget(2):
        scim.search("/Users", filter='userName eq "ann@contoso.example"')
    with query_budget(4):
        scim.get("?excludedAttributes=members")
    with query_budget(5):
        scim.search(sortBy="displayName", count=2, excludedAttributes=["members"])
