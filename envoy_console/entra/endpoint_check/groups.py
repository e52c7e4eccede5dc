"""What Entra's provisioning service relies on for groups."""

from __future__ import annotations

import uuid

from envoy_console.entra.endpoint_check import ledger
from envoy_console.entra.endpoint_check.probe import Made, Probe, same
from envoy_console.entra.endpoint_check.requirements import Chapter, FailedError
from envoy_console.entra.payloads import (
    Change,
    Dialect,
    add_members,
    create_group,
    patch,
    remove_members,
)

GROUPS = Chapter("Entra: groups")

COMPATIBILITY = "Entra: SCIM 2.0 compliance of provisioning"
PLANNING = "Entra: build a SCIM endpoint"
NEEDLESS = "Where groups are not provisioned, this may be left as it is."


@GROUPS.asks(
    "A match that finds no group",
    reference="RFC 7644 §3.4.2, Entra: matching",
    expected="200 with an empty ListResponse for a displayName that no group has.",
    advice=f"Answer a query without results by totalResults 0, never by 404. {NEEDLESS}",
)
def match_miss(probe: Probe) -> None:
    if found := probe.equal("Groups", "displayName", ledger.fresh_name()):
        raise FailedError(f"{len(found)} groups were found: the filter is ignored.")


@GROUPS.asks(
    "Creating a group without members",
    reference="RFC 7643 §4.2, " + PLANNING,
    expected="201 with the whole resource, although members is not sent.",
    advice="Do not require members: Entra adds them afterwards.",
)
def create(probe: Probe) -> None:
    made = probe.create_group()
    same(made.resource.get("displayName"), made.sent["displayName"], "displayName")
    if probe.members(made):
        raise FailedError("The new group has members that nobody sent.")


@GROUPS.asks(
    "A schema of Microsoft's own",
    reference=PLANNING,
    expected="201 although schemas also names http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group.",
    advice="Ignore schemas that you do not know.",
)
def foreign_schema(probe: Probe) -> None:
    body = create_group({"displayName": ledger.fresh_name()}, Dialect.LEGACY)
    probe.expect("POST", "/Groups", body, statuses=(201, 200))


@GROUPS.asks(
    "Filter by displayName",
    reference="RFC 7644 §3.4.2.2, " + PLANNING,
    expected='displayName eq "…" finds the group, and no other.',
    advice="Support eq on displayName. Entra matches groups with it by default.",
)
def filter_display_name(probe: Probe) -> None:
    made = probe.group()
    probe.finds(made, "displayName", str(made.sent["displayName"]))


@GROUPS.asks(
    "A query without members",
    reference="RFC 7644 §3.9, " + PLANNING,
    expected="With excludedAttributes=members neither a query nor GET returns members.",
    advice="Honour excludedAttributes=members. Large groups make Entra's queries fail otherwise.",
)
def excluded_members(probe: Probe) -> None:
    made, _ = _with_members(probe, 1)
    found = probe.equal("Groups", "displayName", str(made.sent["displayName"]))
    read = probe.read(f"{made.path}?excludedAttributes=members")
    if any(group.get("members") for group in [*found, read]):
        raise FailedError("The answer holds members although they were excluded.")


def _with_members(probe: Probe, number: int) -> tuple[Made, list[str]]:
    """Make a group with so many users in it."""
    made = probe.group()
    ids = [probe.user().id for _ in range(number)]
    probe.change(made, add_members(ids, Dialect.LEGACY))
    return made, ids


def _adds_members(probe: Probe, dialect: Dialect) -> None:
    made, (first,) = _with_members(probe, 1)
    second = probe.user().id
    probe.change(made, add_members([second], dialect))
    found = probe.members(made)
    same(sorted(found), sorted([first, second]), "members")


@GROUPS.asks(
    "Adding members in Entra's older spelling",
    reference=COMPATIBILITY,
    expected='{"op": "Add", "path": "members", "value": [{"$ref": null, "value": "<id>"}]} adds to those that are there.',
    advice="Read op without regard to case, ignore $ref, and keep the other members.",
)
def add_legacy(probe: Probe) -> None:
    _adds_members(probe, Dialect.LEGACY)


@GROUPS.asks(
    "Adding members in the newer spelling",
    reference="RFC 7644 §3.5.2.1, flag aadOptscim062020",
    expected='{"op": "add", "path": "members", "value": [{"value": "<id>"}]} adds to those that are there.',
    advice="Add to the members that are there instead of replacing them.",
)
def add_compliant(probe: Probe) -> None:
    _adds_members(probe, Dialect.COMPLIANT)


def _removes_member(probe: Probe, dialect: Dialect) -> None:
    made, (leaver, stayer) = _with_members(probe, 2)
    probe.change(made, remove_members([leaver], dialect))
    same(probe.members(made), [stayer], "members")


@GROUPS.asks(
    "Removing a member by value",
    reference=COMPATIBILITY,
    expected='{"op": "Remove", "path": "members", "value": [{"value": "<id>"}]} removes that member and no other.',
    advice="Where Remove brings a value, remove those members only. The RFC's reading would empty the group.",
)
def remove_legacy(probe: Probe) -> None:
    _removes_member(probe, Dialect.LEGACY)


@GROUPS.asks(
    "Removing a member by filter",
    reference="RFC 7644 §3.5.2.2, flag aadOptscim062020",
    expected='{"op": "remove", "path": "members[value eq \\"<id>\\"]"} removes that member and no other.',
    advice="Support a filter on members.value in a path.",
)
def remove_compliant(probe: Probe) -> None:
    _removes_member(probe, Dialect.COMPLIANT)


@GROUPS.asks(
    "Renaming a group",
    reference="RFC 7644 §3.5.2.3, " + PLANNING,
    expected="Replace changes displayName; the members stay.",
    advice="Change what the operation names, and nothing else.",
)
def rename(probe: Probe) -> None:
    made, ids = _with_members(probe, 1)
    new = ledger.fresh_name()
    probe.change(made, patch([Change("displayName", "old", new)], Dialect.LEGACY))
    same(probe.read(made.path).get("displayName"), new, "displayName")
    same(probe.members(made), ids, "members")


@GROUPS.asks(
    "A group that is not there",
    reference="RFC 7644 §3.12",
    expected="404 for GET of an id that was never given.",
    advice="Answer 404 where the address names a resource that does not exist.",
)
def unknown(probe: Probe) -> None:
    probe.expect("GET", f"/Groups/{uuid.uuid4()}", statuses=(404,))


@GROUPS.asks(
    "Deleting a group",
    reference="RFC 7644 §3.6",
    expected="204 for DELETE; afterwards GET answers 404. The members stay.",
    advice="Answer 204 without a body, and leave the users alone.",
)
def delete(probe: Probe) -> None:
    made, (member,) = _with_members(probe, 1)
    probe.expect("DELETE", made.path, statuses=(204,))
    probe.expect("GET", made.path, statuses=(404,))
    probe.read(f"/Users/{member}")
