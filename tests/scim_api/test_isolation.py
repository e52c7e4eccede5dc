"""Two companies on one server: neither sees or touches the other's through any door."""

import pytest

from tests import builders
from tests.harness.scim_client import ScimClient
from tests.messages import ENTERPRISE, add, patch, replace


@pytest.fixture
def neighbour(app, server):
    """Another company's client."""
    token = builders.issue_token(app, builders.found_company(app))
    with ScimClient(server, token) as client:
        yield client


@pytest.fixture
def theirs(neighbour):
    """What the neighbour has: a person in a group."""
    ann = neighbour.create_user("ann@contoso.example", displayName="Ann")
    roads = neighbour.create_group("Roads", members=[{"value": ann["id"]}])
    ann = neighbour.get(f"/Users/{ann['id']}").json()  # now in a group
    return {"/Users": ann, "/Groups": roads}


@pytest.mark.parametrize("kind", ["/Users", "/Groups"])
@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
def test_a_neighbours_resource_is_as_absent_as_one_that_never_was(
    scim, neighbour, theirs, kind, method
):
    resource = theirs[kind]
    bodies = {"PUT": resource, "PATCH": patch(replace("displayName", "Mine now"))}
    never_was = "0198c5b0-0000-7000-8000-000000000000"

    answers = [
        scim.http.request(method, f"{kind}/{id}", json=bodies.get(method))
        for id in (resource["id"], never_was)
    ]

    assert [a.status_code for a in answers] == [404, 404]
    details = [a.json()["detail"] for a in answers]
    assert details[0].replace(resource["id"], never_was) == details[1]
    assert neighbour.get(f"{kind}/{resource['id']}").json() == resource


@pytest.mark.parametrize("kind", ["/Users", "/Groups"])
def test_a_neighbours_resource_is_in_no_list(scim, theirs, kind):
    resource = theirs[kind]

    assert scim.get(kind).json()["totalResults"] == 0
    for filter in (f'id eq "{resource["id"]}"', 'displayName sw ""', "id pr"):
        assert scim.found(filter, kind) == []


def test_names_are_taken_within_one_company_alone(scim, theirs):
    scim.create_user("ann@contoso.example")
    scim.create_group("Roads")


def test_a_neighbour_cannot_become_a_member_or_a_manager_with_a_name(scim, theirs):
    stranger = theirs["/Users"]["id"]
    group = scim.create_group()

    answer = scim.patch(
        f"/Groups/{group['id']}", patch(add("members", [{"value": stranger}]))
    )
    clerk = scim.create_user(**{ENTERPRISE: {"manager": {"value": stranger}}})

    assert answer.status_code == 400
    assert "displayName" not in clerk[ENTERPRISE]["manager"]


def test_deleting_ones_own_leaves_the_neighbours_alone(scim, neighbour, theirs):
    ann = scim.create_user("ann@contoso.example")

    scim.delete(f"/Users/{ann['id']}")

    assert neighbour.get(f"/Users/{theirs['/Users']['id']}").json()["groups"]


def test_requests_are_logged_with_their_own_company(neighbour, scim, wire_log):
    scim.get("/Users?filter=mine")
    neighbour.get("/Users?filter=theirs")

    assert "mine" in wire_log.newest("GET").path


def test_pages_of_the_console_do_not_show_a_neighbours_things(console, theirs):
    for page in (
        f"/employees/{theirs['/Users']['id']}",
        f"/groups/{theirs['/Groups']['id']}",
    ):
        console.get(page, status=404)
    for page in ("/employees", "/groups", "/activity/changes", "/"):
        assert theirs["/Users"]["id"] not in console.get(page).text
