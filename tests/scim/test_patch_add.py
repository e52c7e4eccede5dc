"""RFC 7644 §3.5.2.1: what add does, by the kind of target."""

import copy

import pytest

from envoy_console.scim.errors import (
    InvalidPathError,
    InvalidValueError,
    MutabilityError,
    NoTargetError,
)
from envoy_console.scim.schemas import ENTERPRISE

HOME = {"type": "home", "value": "h@example.com"}
WORK = {"type": "work", "value": "w@example.com"}


def add(path=None, value=None):
    operation = {"op": "add", "value": value}
    return operation if path is None else {**operation, "path": path}


@pytest.mark.parametrize(
    ("before", "operation", "after"),
    [
        ({}, add("title", "Clerk"), {"title": "Clerk"}),
        ({"title": "Clerk"}, add("TITLE", "Chief"), {"title": "Chief"}),
        ({}, add("name.givenName", "Ann"), {"name": {"givenName": "Ann"}}),
        (
            {"name": {"givenName": "Ann"}},
            add("name", {"familyname": "Lee"}),
            {"name": {"givenName": "Ann", "familyName": "Lee"}},
        ),
        (
            {"name": {"givenName": "Ann", "familyName": "Lee"}},
            add("name", {"givenName": None}),
            {"name": {"familyName": "Lee"}},
        ),
        ({}, add("emails", [WORK]), {"emails": [WORK]}),
        ({}, add("emails", WORK), {"emails": [WORK]}),
        ({"emails": [HOME]}, add("emails", [WORK]), {"emails": [HOME, WORK]}),
        ({"emails": [WORK]}, add("emails", [WORK, HOME]), {"emails": [WORK, HOME]}),
        ({"emails": [WORK]}, add("emails", []), {"emails": [WORK]}),
        ({"emails": [WORK]}, add("emails", None), {"emails": [WORK]}),
        (
            {"emails": [HOME, WORK]},
            add('emails[type eq "WORK"].display', "Desk"),
            {"emails": [HOME, {**WORK, "display": "Desk"}]},
        ),
        (
            {"emails": [HOME, WORK]},
            add('emails[type eq "work"]', {"display": "Desk"}),
            {"emails": [HOME, {**WORK, "display": "Desk"}]},
        ),
        (
            {"emails": [HOME, WORK]},
            add("emails.display", "Mail"),
            {"emails": [{**HOME, "display": "Mail"}, {**WORK, "display": "Mail"}]},
        ),
        (
            {},
            add(f"{ENTERPRISE}:department", "Retail"),
            {ENTERPRISE: {"department": "Retail"}},
        ),
        (
            {ENTERPRISE: {"division": "North"}},
            add(ENTERPRISE.upper(), {"Department": "Retail"}),
            {ENTERPRISE: {"division": "North", "department": "Retail"}},
        ),
        (
            {},
            add(value={ENTERPRISE: {"manager": {"value": "7"}}, "title": "Clerk"}),
            {ENTERPRISE: {"manager": {"value": "7"}}, "title": "Clerk"},
        ),
        (
            {},
            add("urn:ietf:params:scim:schemas:core:2.0:User:name.givenName", "Ann"),
            {"name": {"givenName": "Ann"}},
        ),
    ],
)
def test_add_by_target(patch_user, before, operation, after):
    original = copy.deepcopy(before)

    assert patch_user(before, operation) == after
    assert before == original


@pytest.mark.parametrize(
    "operation",
    [
        add("emails", [{"value": "new@example.com", "primary": True}]),
        add('emails[type eq "home"].primary', True),
        add('emails[type eq "home"]', {"primary": True}),
    ],
)
def test_a_new_primary_ousts_the_old_one(patch_user, operation):
    before = {"emails": [{**WORK, "primary": True}, HOME]}

    emails = patch_user(before, operation)["emails"]

    assert [e["type"] for e in emails if e.get("primary") and "type" in e] in (
        [],
        ["home"],
    )
    assert sum(e.get("primary", False) for e in emails) == 1
    assert emails[0]["primary"] is False


def test_when_several_are_made_primary_the_first_is(patch_user):
    emails = patch_user({"emails": [WORK, HOME]}, add("emails.primary", True))["emails"]

    assert [e["primary"] for e in emails] == [True, False]


def test_groups_of_values_are_bounded(patch_user):
    many = [{"value": str(n)} for n in range(100)]

    with pytest.raises(InvalidValueError, match="roles holds at most 100 values"):
        patch_user({"roles": many}, add("roles", [{"value": "one more"}]))


@pytest.mark.parametrize(
    ("operation", "error"),
    [
        (add('emails[type eq "work"].value', "x"), NoTargetError),
        (add("emails.value", "x"), NoTargetError),
        (add("favouriteColour", "green"), InvalidPathError),
        (add("name.nick", "x"), InvalidPathError),
        (add(value={"favouriteColour": "green"}), InvalidPathError),
        (add(value={"name.givenName": "Ann"}), InvalidPathError),
        (add(value=["Ann"]), InvalidValueError),
        (add("title", 5), InvalidValueError),
        (add("title", ["Clerk"]), InvalidValueError),
        (add("name", "Ann"), InvalidValueError),
        (add("emails", ["w@example.com"]), InvalidValueError),
        (add('emails[type eq "work"]', "x"), NoTargetError),
        (add("active", "true"), InvalidValueError),
        (add(ENTERPRISE, "Retail"), InvalidValueError),
        (add("id", "7"), MutabilityError),
        (add("meta.created", "2026-01-01T00:00:00Z"), MutabilityError),
        (add("groups", [{"value": "7"}]), MutabilityError),
        (add("schemas", ["urn:x"]), MutabilityError),
        (add(value={"id": "7"}), MutabilityError),
        (add(f"{ENTERPRISE}:manager.displayName", "Bo"), MutabilityError),
    ],
)
def test_add_refusals(patch_user, operation, error):
    with pytest.raises(error):
        patch_user({"userName": "ann"}, operation)


def test_a_password_is_accepted_and_dropped(patch_user):
    assert patch_user({"userName": "ann"}, add("password", "x")) == {"userName": "ann"}
