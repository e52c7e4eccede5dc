"""Cycles that are too large to be watched handle a few objects at the same time."""

import threading
from dataclasses import replace

import pytest

from envoy_console.entra import setup, working_off
from envoy_console.entra.jobs import LeaseLostError
from envoy_console.entra.mappings import AttributeMapping, MappingType
from envoy_console.entra.side_by_side import AT_ONCE, Crew
from envoy_console.models.transactions import read
from tests.messages import entra_user

SECONDS = 10.0
PEOPLE = 12


@pytest.fixture
def envoy(envoy, monkeypatch):
    """The application, whose every cycle counts as large."""
    monkeypatch.setattr(working_off, "WATCHABLE", 0)
    return envoy


@pytest.fixture
def by_mail(envoy):
    """People are matched by their mail, which two of them may have in common."""
    row = AttributeMapping("userName", MappingType.DIRECT, "mail", None, 1)

    def change(mapping):
        others = [each for each in mapping.attributes if each.target != "userName"]
        return replace(mapping, attributes=(row, *others))

    envoy.map("User", change)
    return envoy


@pytest.fixture
def crew(app, envoy):
    with app.app_context():
        with read() as tx:
            described = setup.read(tx, envoy.id)
        with Crew(described.connected) as crew:
            yield crew


def test_a_handful_is_under_way_at_once_and_each_over_its_own_connection(crew):
    everybody_is_here = threading.Barrier(AT_ONCE)

    def meet(engine, number):
        everybody_is_here.wait(SECONDS)
        return number, engine.client

    met = crew.handle(meet, range(AT_ONCE))

    assert [number for number, _ in met] == [*range(AT_ONCE)]
    assert len({id(client) for _, client in met}) == AT_ONCE


def test_what_one_raises_is_raised_when_the_others_are_through(crew):
    lost, through = threading.Event(), []

    def work(_engine, number):
        if number == 0:
            lost.set()
            raise LeaseLostError("nobody")
        assert lost.wait(SECONDS)
        through.append(number)

    with pytest.raises(LeaseLostError):
        crew.handle(work, range(AT_ONCE))

    assert sorted(through) == [*range(1, AT_ONCE)]


def test_everybody_is_brought_and_each_entry_names_its_own_requests(
    world, envoy, scim, wire_log
):
    people = [world.user(f"person{number}") for number in range(PEOPLE)]
    envoy.assign(groups=(world.group("Team", *people), world.group("Club", *people)))

    envoy.cycle()

    created = scim.get("/Users").json()["Resources"]
    assert len(created) == PEOPLE
    groups = scim.get("/Groups").json()["Resources"]
    assert [len(group["members"]) for group in groups] == [PEOPLE, PEOPLE]
    posts = {row.id: row.resource_id for row in wire_log.every("POST")}
    for entry in envoy.entries():
        made = [posts[id] for id in entry.request_ids if id in posts]
        assert made == ([entry.target_id] if entry.action == "create" else [])
    cycle = envoy.status.cycle
    assert (cycle.done_users, cycle.done_groups) == (PEOPLE, 2)
    assert cycle.done_references == cycle.planned_references


def test_who_is_created_for_one_is_not_taken_for_another(world, by_mail, scim):
    twins = [
        world.user(name, mail="twin@contoso.example", displayName=name.title())
        for name in ("castor", "pollux")
    ]
    by_mail.assign(users=tuple(twins))

    by_mail.cycle()

    (created,) = scim.get("/Users").json()["Resources"]
    first, second = by_mail.entries()
    assert (first.action, first.status) == ("create", "success")
    assert created["displayName"] == first.label
    assert second.error_code == "DuplicateSourceEntries"
    assert f"linked to {first.label.lower()}@contoso.example" in second.reason


def test_an_id_that_was_made_is_not_taken_for_another(crew):
    everybody_has_made_it = threading.Barrier(AT_ONCE)

    def make(engine, number):
        everybody_has_made_it.wait(SECONDS)
        return engine.claim(f"source {number}", "id", "the same")

    assert sorted(crew.handle(make, range(AT_ONCE))) == [False] * (AT_ONCE - 1) + [True]
    everybody_has_made_it = threading.Barrier(1)
    assert crew.handle(make, ["another"]) == [True]


def test_who_was_there_is_linked_to_one_alone(world, by_mail, scim, wire_log):
    scim.post("/Users", entra_user("twin@contoso.example"))
    twins = [
        world.user(name, mail="Twin@contoso.example", displayName=name.title())
        for name in ("castor", "pollux")
    ]
    by_mail.assign(users=tuple(twins))

    by_mail.cycle()

    assert len(wire_log.every("PATCH")) == 1
    statuses = sorted(entry.status for entry in by_mail.entries())
    assert statuses == ["failure", "success"]


def test_a_name_that_was_given_up_is_free_for_the_next(world, by_mail, scim):
    ada = world.user("ada", mail="first@contoso.example")
    bob = world.user("bob", mail="second@contoso.example")
    by_mail.assign(users=(ada, bob))
    by_mail.cycle()

    world.edit(ada, attributes={"mail": "third@contoso.example"})
    world.edit(bob, attributes={"mail": "first@contoso.example"})
    by_mail.cycle()

    found = {
        user["displayName"]: user["userName"]
        for user in scim.get("/Users").json()["Resources"]
    }
    assert found == {"Ada": "third@contoso.example", "Bob": "first@contoso.example"}
