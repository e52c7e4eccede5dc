"""RFC 7644 §3.5.2.3: what replace does, by the kind of target."""

import copy

import pytest

from envoy_console.scim.errors import (
    InvalidFilterError,
    InvalidValueError,
    MutabilityError,
    NoTargetError,
)
from envoy_console.scim.schemas import ENTERPRISE

HOME = {"type": "home", "value": "h@example.com"}
WORK = {"type": "work", "value": "w@example.com"}


def replace(path=None, value=None):
    operation = {"op": "replace", "value": value}
    return operation if path is None else {**operation, "path": path}


@pytest.mark.parametrize(
    ("before", "operation", "after"),
    [
        ({"title": "Clerk"}, replace("title", "Chief"), {"title": "Chief"}),
        ({}, replace("title", "Chief"), {"title": "Chief"}),
        ({"title": "Clerk"}, replace("title", None), {}),
        ({"title": "Clerk"}, replace(value={"title": None}), {}),
        (
            {"name": {"givenName": "Ann", "familyName": "Lee"}},
            replace("name", {"familyName": "Day"}),
            {"name": {"givenName": "Ann", "familyName": "Day"}},
        ),
        ({"name": {"givenName": "Ann"}}, replace("name", None), {}),
        (
            {"name": {"givenName": "Ann", "familyName": "Lee"}},
            replace("name.givenName", None),
            {"name": {"familyName": "Lee"}},
        ),
        ({"emails": [HOME]}, replace("emails", [WORK]), {"emails": [WORK]}),
        ({"emails": [HOME]}, replace("emails", []), {}),
        ({"emails": [HOME]}, replace("emails", None), {}),
        (
            {"emails": [HOME, WORK]},
            replace('emails[type eq "work"]', {"value": "n@example.com"}),
            {"emails": [HOME, {"value": "n@example.com"}]},
        ),
        ({"emails": [WORK]}, replace('emails[type eq "work"]', None), {}),
        (
            {"emails": [{**HOME, "primary": True}, WORK]},
            replace('emails[type eq "work"]', {"value": "n", "primary": True}),
            {
                "emails": [
                    {**HOME, "primary": False},
                    {"value": "n", "primary": True},
                ]
            },
        ),
        (
            {"emails": [HOME, WORK]},
            replace('emails[type eq "work"].value', "n@example.com"),
            {"emails": [HOME, {"type": "work", "value": "n@example.com"}]},
        ),
        (
            {ENTERPRISE: {"department": "Retail", "division": "N"}},
            replace(value={ENTERPRISE: None}),
            {},
        ),
    ],
)
def test_replace_by_target(patch_user, before, operation, after):
    original = copy.deepcopy(before)

    assert patch_user(before, operation) == after
    assert before == original


@pytest.mark.parametrize(
    ("operation", "error"),
    [
        (replace('emails[type eq "fax"]', HOME), NoTargetError),
        (replace('emails[type eq "fax"].value', "x"), NoTargetError),
        (replace('emails[type zz "fax"].value', "x"), InvalidFilterError),
        (replace("userName", ""), InvalidValueError),
        (replace("userName", None), InvalidValueError),
        (replace("userName", " ann"), InvalidValueError),
        (replace("userName", "a" * 257), InvalidValueError),
        (replace("title", "a" * 1025), InvalidValueError),
        (replace("id", "7"), MutabilityError),
        (replace('emails[type eq "work"]', "x"), InvalidValueError),
        (
            replace("emails", [{**HOME, "primary": True}, {**WORK, "primary": True}]),
            InvalidValueError,
        ),
    ],
)
def test_replace_refusals(patch_user, operation, error):
    with pytest.raises(error):
        patch_user({"userName": "ann", "emails": [WORK]}, operation)
