"""Groups and who is in them: each request to the byte, in both dialects (spec §1.7, §1.8)."""

from dataclasses import replace

import pytest

from envoy_console.entra.scoping import Clause, ScopingFilter
from tests.entra.transcripts.script import (
    Exchange,
    created,
    delete,
    group,
    patch,
    post,
    query,
    query_group,
    read,
    read_group,
    there,
)
from tests.harness.targets import answer


def test_a_group_is_created_empty_after_the_users_and_filled_one_by_one(
    world, play, ada, dialect, said
):
    script = play()
    bob = world.user("bob")
    crew = world.group("Crew", ada, bob)
    script.app.assign(groups=(crew,))

    script.cycle(
        *created("ada", "u-1"),
        *created("bob", "u-2"),
        query_group("Crew"),
        post("Groups", "g-1", group("Crew", crew, dialect)),
        *(joined(said, identifier) for identifier in ("u-1", "u-2")),
    )


def joined(said, identifier):
    return patch(
        "Groups/g-1",
        said(
            legacy={
                "op": "Add",
                "path": "members",
                "value": [{"$ref": None, "value": identifier}],
            },
            compliant={
                "op": "add",
                "path": "members",
                "value": [{"value": identifier}],
            },
        ),
    )


def test_a_member_who_failed_at_first_joins_with_the_next_try(
    world, play, ada, dialect, said
):
    script = play()
    crew = world.group("Crew", ada)
    script.app.assign(groups=(crew,))
    script.cycle(
        Exchange(query("ada").line, answer(500)),
        query_group("Crew"),
        post("Groups", "g-1", group("Crew", crew, dialect)),
    )

    world.edit(ada, attributes={"city": ""})
    script.cycle(*created("ada", "u-1"), joined(said, "u-1"))
    script.cycle()


@pytest.fixture
def with_crew(world, play, ada, dialect, said):
    """A script whose first cycle has created Ada as u-1 in Crew as g-1, and Crew's id."""
    script = play()
    crew = world.group("Crew", ada)
    script.app.assign(groups=(crew,), users=(ada,))
    script.cycle(
        *created("ada", "u-1"),
        query_group("Crew"),
        post("Groups", "g-1", group("Crew", crew, dialect)),
        joined(said, "u-1"),
    )
    return script, crew


def crew_there(crew):
    return read_group("g-1", {"id": "g-1", "displayName": "Crew", "externalId": crew})


def test_a_group_is_renamed(world, with_crew, said):
    script, crew = with_crew
    world.rename(crew, "Fleet")

    script.cycle(
        crew_there(crew),
        patch(
            "Groups/g-1",
            said(
                legacy={"op": "Replace", "path": "displayName", "value": "Fleet"},
                compliant={"op": "replace", "value": {"displayName": "Fleet"}},
            ),
        ),
    )


def test_whoever_leaves_a_group_is_taken_out_of_it_alone(world, with_crew, ada, said):
    script, crew = with_crew
    world.leave(crew, ada)

    script.cycle(
        crew_there(crew),
        patch(
            "Groups/g-1",
            said(
                legacy={
                    "op": "Remove",
                    "path": "members",
                    "value": [{"$ref": None, "value": "u-1"}],
                },
                compliant={"op": "remove", "path": 'members[value eq "u-1"]'},
            ),
        ),
    )


def test_a_member_whom_the_target_does_not_know_is_not_sent(world, with_crew):
    script, crew = with_crew
    script.app.map("User", only_ada)
    world.join(crew, world.user("bob"))

    script.cycle(crew_there(crew))


def only_ada(mapping):
    clause = Clause("displayName", "EQUALS", "Ada")
    return replace(mapping, filters=(ScopingFilter("Ada only", (clause,)),))


def test_a_group_that_is_unassigned_is_deleted_and_its_people_disabled(
    with_crew, ada, disabling
):
    script, crew = with_crew
    script.app.unassign(crew)
    script.app.unassign(ada)

    script.cycle(read("u-1", there("u-1", "ada")), disabling, delete("Groups/g-1"))
    script.cycle()
