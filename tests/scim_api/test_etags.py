"""Versions: ETag, If-Match, If-None-Match (RFC 7644 §3.14)."""

import pytest

from tests.messages import add, entra_group, entra_user, patch, replace


@pytest.fixture(params=["User", "Group"])
def resource(request, scim):
    """A resource of each type as (address, created)."""
    created = scim.create_user() if request.param == "User" else scim.create_group()
    return f"/{request.param}s/{created['id']}", created


def change(resource):
    """A PATCH that changes something of any resource."""
    return patch(replace("displayName", f"{resource[1].get('displayName')} II"))


def test_every_answer_with_a_resource_carries_its_version(scim, resource):
    address = resource[0]

    read = scim.get(address)

    assert read.headers["ETag"] == read.json()["meta"]["version"] == 'W/"1"'
    assert scim.patch(address, change(resource)).headers["ETag"] == 'W/"2"'


@pytest.mark.parametrize("tag", ['W/"1"', '"1"', '"9", W/"1"', "*"])
def test_a_version_the_client_has_is_not_sent_again(scim, resource, tag):
    answer = scim.get(resource[0], headers={"If-None-Match": tag})

    assert answer.status_code == 304
    assert answer.content == b""
    assert answer.headers["ETag"] == 'W/"1"'


def test_a_version_the_client_has_not_is_sent(scim, resource):
    scim.patch(resource[0], change(resource))

    answer = scim.get(resource[0], headers={"If-None-Match": 'W/"1"'})

    assert answer.status_code == 200


@pytest.mark.parametrize("method", ["PATCH", "PUT", "DELETE"])
def test_a_change_of_an_old_version_is_412_and_changes_nothing(scim, resource, method):
    address, created = resource
    scim.patch(address, change(resource))
    before = scim.get(address).json()
    bodies = {"PATCH": patch(replace("displayName", "Lost")), "PUT": created}

    answer = scim.http.request(
        method, address, json=bodies.get(method), headers={"If-Match": 'W/"1"'}
    )

    assert answer.status_code == 412
    assert 'W/"2"' in answer.json()["detail"]
    assert scim.get(address).json() == before


@pytest.mark.parametrize("tag", ['W/"1"', '"1"', "*", 'W/"7", W/"1"'])
def test_a_change_of_the_current_version_is_made(scim, resource, tag):
    answer = scim.patch(resource[0], change(resource), headers={"If-Match": tag})

    assert answer.status_code in (200, 204)
    assert answer.headers["ETag"] == 'W/"2"'


@pytest.mark.parametrize(
    "tag", ["1", "W/1", "version one", '"abc"', 'W/"1";W/"2"', 'W/"1" junk']
)
def test_an_if_match_that_is_no_etag_is_refused_with_an_example(scim, resource, tag):
    answer = scim.patch(resource[0], change(resource), headers={"If-Match": tag})

    assert answer.status_code == 400
    assert 'W/"3"' in answer.json()["detail"]


def test_of_two_writers_who_read_the_same_version_one_is_told(scim):
    ann = f"/Users/{scim.create_user()['id']}"
    mine = {"headers": {"If-Match": scim.get(ann).headers["ETag"]}}

    first = scim.patch(ann, patch(replace("title", "Clerk")), **mine)
    second = scim.patch(ann, patch(replace("title", "Boss")), **mine)

    assert (first.status_code, second.status_code) == (200, 412)
    assert scim.get(ann).json()["title"] == "Clerk"


def test_what_changes_nothing_keeps_version_and_time(scim):
    ann = scim.create_user("ann@contoso.example", title="Clerk", active=True)
    roads = scim.create_group("Roads", members=[{"value": ann["id"]}])

    scim.put(f"/Users/{ann['id']}", entra_user("ann@contoso.example", title="Clerk"))
    scim.put(
        f"/Groups/{roads['id']}",
        entra_group("Roads", members=[{"value": ann["id"]}]),
    )
    scim.patch(f"/Groups/{roads['id']}", patch(add("members", [{"value": ann["id"]}])))

    assert scim.get(f"/Users/{ann['id']}").json()["meta"]["version"] == 'W/"1"'
    assert scim.get(f"/Groups/{roads['id']}").json()["meta"] == roads["meta"]
