"""RFC 7644 §3.5.2.2: what remove does, by the kind of target."""

import copy

import pytest

from envoy_console.scim.errors import (
    InvalidPathError,
    InvalidSyntaxError,
    MutabilityError,
    NoTargetError,
)
from envoy_console.scim.schemas import ENTERPRISE

HOME = {"type": "home", "value": "h@example.com"}
WORK = {"type": "work", "value": "w@example.com"}


def remove(path):
    return {"op": "remove", "path": path}


@pytest.mark.parametrize(
    ("before", "path", "after"),
    [
        ({"title": "Clerk"}, "title", {}),
        ({}, "title", {}),
        ({"name": {"givenName": "Ann"}}, "name", {}),
        ({"name": {"givenName": "Ann"}}, "name.givenName", {}),
        (
            {"name": {"givenName": "Ann", "familyName": "Lee"}},
            "name.givenName",
            {"name": {"familyName": "Lee"}},
        ),
        ({}, "name.givenName", {}),
        ({"emails": [HOME, WORK]}, "emails", {}),
        ({"emails": [HOME, WORK]}, 'emails[type eq "work"]', {"emails": [HOME]}),
        ({"emails": [WORK]}, 'emails[type eq "work"]', {}),
        (
            {"emails": [HOME, WORK]},
            'emails[type eq "work"].value',
            {"emails": [HOME, {"type": "work"}]},
        ),
        (
            {"emails": [HOME, WORK]},
            "emails.value",
            {"emails": [{"type": "home"}, {"type": "work"}]},
        ),
        ({"emails": [{"value": "w"}]}, "emails.value", {}),
        ({}, "emails.value", {}),
        ({ENTERPRISE: {"department": "Retail"}}, f"{ENTERPRISE}:department", {}),
        ({ENTERPRISE: {"department": "Retail", "division": "N"}}, ENTERPRISE, {}),
        ({ENTERPRISE: {"manager": {"value": "7"}}}, f"{ENTERPRISE}:manager.value", {}),
    ],
)
def test_remove_by_target(patch_user, before, path, after):
    original = copy.deepcopy(before)

    assert patch_user(before, remove(path)) == after
    assert before == original


@pytest.mark.parametrize(
    ("operation", "error"),
    [
        ({"op": "remove"}, NoTargetError),
        ({"op": "remove", "path": None}, NoTargetError),
        (remove('emails[type eq "fax"]'), NoTargetError),
        (remove('emails[type eq "fax"].value'), NoTargetError),
        (remove("userName"), MutabilityError),
        (remove("id"), MutabilityError),
        (remove("meta"), MutabilityError),
        (remove("favouriteColour"), InvalidPathError),
        (remove(""), InvalidPathError),
        ({**remove("emails"), "value": [WORK]}, InvalidSyntaxError),
        ({**remove(ENTERPRISE), "value": {"division": "N"}}, InvalidSyntaxError),
    ],
)
def test_remove_refusals(patch_user, operation, error):
    with pytest.raises(error):
        patch_user({"userName": "ann", "emails": [WORK]}, operation)


def test_a_null_value_says_nothing(patch_user):
    operation = {**remove('emails[type eq "work"]'), "value": None}

    assert patch_user({"emails": [HOME, WORK]}, operation) == {"emails": [HOME]}
