"""What the command list offers: pages that may be opened, and people of this company."""

import pytest

from tests import builders
from tests.entra.world import Provisioning, World


def places(console):
    return {
        each["url"]: each["title"]
        for each in console.http.get("/commands/places").json()
    }


def people(console, query):
    answer = console.http.get("/commands/people", params={"query": query})
    return [each["title"] for each in answer.json()]


@pytest.fixture
def envoy(app, company, token):
    return Provisioning(World(app, company), "https://app.envoy.com/scim/v2", token)


def test_every_entry_of_the_menus_is_offered(console, envoy):
    offered = places(console)
    menus = [
        link["href"]
        for page in ("/", "/entra/", f"/entra/apps/{envoy.id}")
        for link in console.get(page).select(".nav a")
    ]

    assert set(menus) <= set(offered)


def test_each_of_them_can_be_opened(console, envoy):
    for url in places(console):
        console.get(url)


def test_pages_for_making_something_are_offered_to_those_who_may(console, colleague):
    assert "/entra/users/new" in places(console)
    assert "/entra/users/new" not in places(colleague("viewer"))


def test_people_are_found_by_every_word_in_their_names(console, make_employee):
    make_employee(displayName="Ann Lee", userName="ann@contoso.example")
    make_employee(displayName="Ann Ray", userName="ray@contoso.example")

    assert people(console, "ann") == ["Ann Lee", "Ann Ray"]
    assert people(console, "RAY ann") == ["Ann Ray"]
    assert people(console, "ann@contoso") == ["Ann Lee"]
    assert people(console, "%") == []


@pytest.mark.parametrize("query", ["", "a", " a "])
def test_one_letter_is_too_little_to_look_for(console, make_employee, query):
    make_employee(displayName="A Lee")

    assert people(console, query) == []


def test_at_most_eight_are_offered_in_as_many_queries(
    console, make_employee, query_budget
):
    for _ in range(10):
        make_employee(displayName="Ann Lee")

    with query_budget(2):
        assert len(people(console, "ann")) == 8


def test_people_of_another_company_are_not_found(app, console):
    builders.add_employee(app, builders.found_company(app), displayName="Ann Lee")

    assert people(console, "ann") == []


def test_somebody_without_a_name_is_offered_by_the_user_name(console, make_employee):
    make_employee(userName="ann@contoso.example")

    assert people(console, "ann") == ["ann@contoso.example"]
