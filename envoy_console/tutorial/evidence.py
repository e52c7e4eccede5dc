"""What shows that a step of the tutorial has been done, in one table.

A step is done when the server has seen it, whoever did it and wherever. Most is in the
tables already (`state`). What only an event tells is in `tutorial_marks`: a page that
was opened, a button that was pressed, a choice in a form, a primer that was read, a step
that was skipped.

A real Entra tenant leaves no trace in the simulator's tables, but its requests do
(`wire`). The first filter for a userName that nobody has is its Test Connection: then
steps 2 to 5.6 must have been done over there. The first POST of a user means that the
initial cycle runs, so everything up to 5.16 is done. A probe well after that opens a
later cycle, so the initial one has finished: 6.2. Its provisioning logs we cannot see;
who opens our SCIM requests after the first POST has looked at the same facts: 6.1. A
token that is refused after that, and then one that is accepted, is a quarantine entered
and left: 6.3.
"""

from __future__ import annotations

from collections.abc import Collection
from enum import Enum

from envoy_console.tutorial.steps import between


class Fact(Enum):
    """Something that the tables say of a company."""

    INSTALLED = "the integration is installed"
    SYNC_SAVED = "who to sync is saved"
    ASKED = "a request has come with its token"
    APP_EXISTS = "Envoy is among the enterprise applications"
    USER_ASSIGNED = "a user is assigned to it"
    GROUP_ASSIGNED = "a group is assigned to it"
    FILTERED = "one of its mappings has a scoping filter"
    TRIED = "a connection test was asked for"
    CONNECTED = "the last connection test succeeded"
    NOTIFIES = "somebody is told of failures"
    SAVED = "the configuration is saved"
    IS_ON = "the provisioning status is On"
    CYCLE_BEGAN = "a cycle has begun"
    CYCLE_ENDED = "a cycle has finished"
    RECOVERED = "it has been in quarantine and is not any more"


class Seen(Enum):
    """What kind of event a mark is of. The first five mark one step each."""

    VISITED = "visited"
    PRESSED = "pressed"
    CHOSEN = "chosen"
    READ = "read"
    SKIPPED = "skipped"
    # of a real Entra tenant, kept with the step that they belong to
    PROBED = "probed"
    CREATED = "created"
    RETURNED = "returned"
    REFUSED = "refused"
    ACCEPTED = "accepted"
    # somebody opened the wire log: tells nothing by itself
    WATCHED = "watched"


PROVES: dict[Fact | Seen, frozenset[str]] = {
    Fact.INSTALLED: between("2.1", "2.2"),
    Fact.SYNC_SAVED: between("2.1", "2.3"),
    Fact.ASKED: between("2.1", "2.4"),
    Fact.APP_EXISTS: between("3.1", "3.3"),
    Fact.USER_ASSIGNED: frozenset({"4.1"}),
    Fact.GROUP_ASSIGNED: frozenset({"4.2"}),
    Fact.FILTERED: frozenset({"4.3", "5.13"}),
    Fact.TRIED: between("5.1", "5.5"),
    Fact.CONNECTED: between("5.1", "5.6"),
    Fact.NOTIFIES: frozenset({"5.7"}),
    Fact.SAVED: between("5.1", "5.6") | {"5.8"},
    Fact.IS_ON: between("5.14", "5.15"),
    Fact.CYCLE_BEGAN: between("5.14", "5.16"),
    Fact.CYCLE_ENDED: between("5.14", "5.16") | {"6.2"},
    Fact.RECOVERED: frozenset({"6.3"}),
    Seen.PROBED: between("2.1", "5.6"),
    Seen.CREATED: between("2.1", "5.16"),
    Seen.RETURNED: frozenset({"6.2"}),
    Seen.ACCEPTED: frozenset({"6.3"}),
}

# marks of these say that the very step they belong to is done
OF_THEIR_STEP = frozenset(
    {Seen.VISITED, Seen.PRESSED, Seen.CHOSEN, Seen.READ, Seen.SKIPPED}
)


def proven(
    facts: Collection[Fact], marks: Collection[tuple[str, Seen]]
) -> frozenset[str]:
    """Return the ids of the steps that these facts and marks show to be done."""
    kinds = {kind for _, kind in marks}
    done = {step_id for step_id, kind in marks if kind in OF_THEIR_STEP}
    signs: set[Fact | Seen] = {*facts, *kinds}
    for sign in signs:
        done |= PROVES.get(sign, frozenset())
    if {Seen.CREATED, Seen.WATCHED} <= kinds:
        done.add("6.1")
    return frozenset(done)
