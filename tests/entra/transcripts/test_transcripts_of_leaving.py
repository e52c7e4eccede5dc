"""Disabling, restoring and deleting: each request to the byte, in both dialects (spec §1.6)."""

from dataclasses import replace

import pytest

from envoy_console.entra.scoping import Clause, ScopingFilter
from envoy_console.models.base import now
from tests.entra.transcripts.script import (
    created,
    delete,
    patch,
    post,
    query,
    read,
    there,
    user,
)


def blocked(script, world, ada):
    world.edit(ada, account_enabled=False)


def unassigned(script, world, ada):
    script.app.unassign(ada)


def deleted(script, world, ada):
    world.edit(ada, deleted_at=now())


def filtered_out(script, world, ada):
    clause = Clause("department", "EQUALS", "Sums")
    filters = (ScopingFilter("Sums only", (clause,)),)
    script.app.map("User", lambda mapping: replace(mapping, filters=filters))
    world.edit(ada, attributes={"department": "Ships"})


WAYS_OUT = [blocked, unassigned, deleted, filtered_out]


@pytest.mark.parametrize("leave", WAYS_OUT)
def test_whoever_leaves_the_scope_is_disabled(world, with_ada, ada, disabling, leave):
    leave(with_ada, world, ada)

    with_ada.cycle(read("u-1", there("u-1", "ada")), disabling)
    with_ada.cycle()


def enabled(said):
    return patch(
        "Users/u-1",
        said(
            legacy={"op": "Replace", "path": "active", "value": "True"},
            compliant={"op": "replace", "path": "active", "value": True},
        ),
    )


@pytest.mark.parametrize("leave", WAYS_OUT)
def test_whoever_leaves_the_scope_is_deleted_where_an_app_knows_no_active(
    world, with_ada, ada, leave
):
    with_ada.app.map("User", without_active)
    leave(with_ada, world, ada)

    with_ada.cycle(delete("Users/u-1"))
    with_ada.cycle()


def without_active(mapping):
    rows = tuple(row for row in mapping.attributes if row.target != "active")
    return replace(mapping, attributes=rows)


@pytest.mark.parametrize(
    ("leave", "back"),
    [
        (blocked, lambda script, world, ada: world.edit(ada, account_enabled=True)),
        (unassigned, lambda script, world, ada: script.app.assign(users=(ada,))),
        (deleted, lambda script, world, ada: world.edit(ada, deleted_at=None)),
    ],
)
def test_whoever_comes_back_is_enabled_with_what_changed_meanwhile(
    world, with_ada, ada, said, disabling, leave, back
):
    leave(with_ada, world, ada)
    with_ada.cycle(read("u-1", there("u-1", "ada")), disabling)

    back(with_ada, world, ada)
    with_ada.cycle(read("u-1", there("u-1", "ada", active=False)), enabled(said))
    with_ada.cycle()


def test_whoever_comes_back_after_a_deletion_over_there_is_created_anew(
    world, with_ada, ada, disabling
):
    blocked(with_ada, world, ada)
    with_ada.cycle(read("u-1", there("u-1", "ada")), disabling)

    world.edit(ada, account_enabled=True)
    with_ada.cycle(read("u-1", None), query("ada"), post("Users", "u-9", user("ada")))


@pytest.mark.parametrize("status", [204, 404])
def test_a_hard_delete_is_sent_also_where_somebody_is_gone(
    world, with_ada, ada, status
):
    world.hard_delete(ada)

    with_ada.cycle(delete("Users/u-1", status))
    with_ada.cycle()


def test_nobody_is_deleted_who_is_not_managed_any_more(world, with_ada, ada, disabling):
    unassigned(with_ada, world, ada)
    with_ada.cycle(read("u-1", there("u-1", "ada")), disabling)

    world.hard_delete(ada)
    with_ada.cycle()


def test_a_hard_delete_that_failed_rests_before_it_is_sent_again(world, with_ada, ada):
    world.hard_delete(ada)

    with_ada.cycle(delete("Users/u-1", 500))
    with_ada.cycle()


def test_of_whom_is_not_managed_any_more_no_manager_is_told(
    world, play, ada, disabling
):
    script, boss = play("custom-scim"), world.user("boss")
    script.app.assign(users=(ada, boss))
    script.cycle(*created("ada", "u-1"), *created("boss", "u-2"))
    unassigned(script, world, ada)
    script.cycle(read("u-1", there("u-1", "ada")), disabling)

    world.edit(ada, manager_id=boss)
    script.cycle(read("u-1", there("u-1", "ada", active=False)))


@pytest.mark.parametrize("leave", [unassigned, filtered_out])
def test_whoever_leaves_the_scope_can_be_left_alone(world, with_ada, ada, leave):
    with_ada.app.configure(deprovision="skip")
    leave(with_ada, world, ada)

    with_ada.cycle()

    (entry,) = with_ada.app.entries()
    assert (entry.status, entry.error_code) == ("skipped", "SkipOutOfScopeDeletions")


@pytest.mark.parametrize("leave", [blocked, deleted])
def test_whoever_is_blocked_or_deleted_is_disabled_even_then(
    world, with_ada, ada, disabling, leave
):
    with_ada.app.configure(deprovision="skip")
    leave(with_ada, world, ada)

    with_ada.cycle(read("u-1", there("u-1", "ada")), disabling)


def test_whoever_was_never_there_is_not_asked_for(world, play, ada):
    script = play()
    script.app.assign(users=(ada,))
    world.edit(ada, account_enabled=False)

    script.cycle()
