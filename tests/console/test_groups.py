"""The list of groups and the page of one."""

import pytest


@pytest.fixture
def roads(scim):
    """A group with two people and a group in it."""
    members = [scim.create_user(displayName=name) for name in ("Ann Lee", "Bob Ray")]
    members.append(scim.create_group("Night shift"))
    return scim.create_group(
        "Roads", externalId="g-1", members=[{"value": m["id"]} for m in members]
    )


def names(page):
    return [link.text for link in page.select("td .row-link")]


def test_groups_are_listed_with_their_number_of_members(console, roads):
    page = console.get("/groups?sort=-members")

    assert names(page) == ["Roads", "Night shift"]
    assert page.select("td.number")[0].text == "3"


def test_groups_can_be_searched(console, roads):
    assert names(console.get("/groups?query=night")) == ["Night shift"]
    assert names(console.part("/groups?query=ROA")) == ["Roads"]


def test_people_and_groups_are_members(console, roads):
    page = console.get(f"/groups/{roads['id']}")

    assert names(page)[:3] == ["Ann Lee", "Bob Ray", "Night shift"]
    assert page.select("td .badge")[0].text == "Group"


def test_members_can_be_searched(console, roads):
    part = console.part(f"/groups/{roads['id']}?query=bob")

    assert names(part) == ["Bob Ray"]


def test_the_whole_history_of_a_group_has_a_page(console, roads):
    page = console.get(f"/groups/{roads['id']}/history")

    assert "Roads was created" in page.text
    assert "Ann Lee was added to Roads" in page.text


def test_without_groups_the_page_says_where_they_come_from(console):
    assert "No groups yet" in console.get("/groups").text
