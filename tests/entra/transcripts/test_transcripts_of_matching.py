"""Probes, the search for who is there already, and creating: each request to the byte, in
its order, in both dialects (spec §1.2 to §1.4, §1.8).
"""

from dataclasses import replace

from tests.entra.transcripts.script import (
    Exchange,
    created,
    patch,
    post,
    query,
    query_group,
    read,
    there,
    user,
)
from tests.harness.targets import answer, found

ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
MANAGER = f"{ENTERPRISE}:manager"


def test_a_cycle_without_changes_is_probes_and_nothing_else(with_ada):
    with_ada.cycle()
    with_ada.cycle()


def test_probes_ask_for_the_attribute_that_matches_first(play, ada):
    script = play()
    script.app.map("User", matched_by_external_id)
    script.app.assign(users=(ada,))
    asked = Exchange("GET /scim/v2/Users?filter=externalId+eq+%22ada%22", found())

    script.cycle(
        asked, query("ada"), post("Users", "u-1", user("ada")), probing="externalId"
    )


def matched_by_external_id(mapping):
    """Match by externalId first and by userName then."""
    precedences = {"externalId": 1, "userName": 2}
    rows = tuple(
        replace(row, matching_precedence=precedences.get(row.target))
        for row in mapping.attributes
    )
    return replace(mapping, attributes=rows)


def test_on_demand_begins_with_a_probe_and_speaks_the_legacy_dialect(
    world, with_ada, ada
):
    world.edit(ada, attributes={"jobTitle": "Captain"}, account_enabled=True)

    with_ada.on_demand(
        ada,
        read("u-1", there("u-1", "ada", title="Clerk")),
        patch("Users/u-1", {"op": "Replace", "path": "title", "value": "Captain"}),
    )


def test_the_first_attribute_that_finds_somebody_ends_the_search(play, ada):
    script = play()
    script.app.map("User", matched_by_external_id)
    script.app.assign(users=(ada,))

    script.cycle(
        Exchange(
            "GET /scim/v2/Users?filter=externalId+eq+%22ada%22",
            found(there("u-7", "ada")),
        ),
        probing="externalId",
    )


def test_somebody_who_is_there_already_gets_only_what_differs(play, ada, said):
    script = play()
    script.app.assign(users=(ada,))
    held = there("u-7", "ada", displayName="A. Lovelace")

    script.cycle(
        query("ada", held),
        patch(
            "Users/u-7",
            said(
                legacy={"op": "Replace", "path": "displayName", "value": "Ada"},
                compliant={"op": "replace", "value": {"displayName": "Ada"}},
            ),
        ),
    )


def test_a_group_that_is_there_already_is_matched_and_given_its_id(
    world, play, dialect, said
):
    script = play()
    crew = world.group("Crew")
    script.app.assign(groups=(crew,))

    script.cycle(
        query_group("Crew", {"id": "g-7", "displayName": "Crew"}),
        patch(
            "Groups/g-7",
            said(
                legacy={"op": "Add", "path": "externalId", "value": crew},
                compliant={"op": "add", "path": "externalId", "value": crew},
            ),
        ),
    )


def test_a_conflict_is_not_followed_by_another_request(play, ada):
    script = play()
    script.app.assign(users=(ada,))

    script.cycle(
        query("ada"),
        Exchange("POST /scim/v2/Users", answer(409), user("ada")),
    )

    assert [entry.error_code for entry in script.app.entries()] == ["Conflict"]


def test_a_manager_who_failed_at_first_follows_with_the_next_try(
    world, play, ada, said
):
    script = play("custom-scim")
    boss = world.user("boss")
    world.edit(ada, manager_id=boss)
    script.app.assign(users=(ada, boss))
    script.cycle(*created("ada", "u-1"), Exchange(query("boss").line, answer(500)))

    world.edit(boss, attributes={"city": ""})
    script.cycle(
        *created("boss", "u-2"),
        patch(
            "Users/u-1",
            said(
                legacy={"op": "Add", "path": MANAGER, "value": "u-2"},
                compliant={"op": "add", "path": MANAGER, "value": {"value": "u-2"}},
            ),
        ),
    )
    script.cycle()


def test_a_manager_follows_once_everybody_is_there(world, play, ada, said):
    script = play("custom-scim")
    boss = world.user("boss")
    world.edit(ada, manager_id=boss)
    script.app.assign(users=(ada, boss))

    script.cycle(
        query("ada"),
        post("Users", "u-1", user("ada")),
        query("boss"),
        post("Users", "u-2", user("boss")),
        patch(
            "Users/u-1",
            said(
                legacy={"op": "Add", "path": MANAGER, "value": "u-2"},
                compliant={"op": "add", "path": MANAGER, "value": {"value": "u-2"}},
            ),
        ),
    )
