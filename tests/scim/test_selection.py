"""`attributes` and `excludedAttributes` (RFC 7644 §3.9)."""

import pytest

from envoy_console.scim.errors import InvalidValueError
from envoy_console.scim.resources import parse_selection, select
from envoy_console.scim.schemas import CORE_USER, ENTERPRISE, GROUP, USER

ALWAYS = {"schemas": [CORE_USER], "id": "7"}
NAME = {"givenName": "Ann", "familyName": "Lee"}
EMAILS = [{"type": "work", "value": "w"}, {"type": "home", "value": "h"}]
EXTENSION = {"department": "Retail", "manager": {"value": "8", "displayName": "Bo"}}
ANN = {
    **ALWAYS,
    "userName": "ann",
    "name": NAME,
    "emails": EMAILS,
    ENTERPRISE: EXTENSION,
    "meta": {"resourceType": "User"},
}


def without(*names):
    return {name: value for name, value in ANN.items() if name not in names}


@pytest.mark.parametrize(
    ("attributes", "shown"),
    [
        ("userName", {**ALWAYS, "userName": "ann"}),
        ("USERNAME, meta", {**ALWAYS, "userName": "ann", "meta": ANN["meta"]}),
        ("id", ALWAYS),
        ("favouriteColour", ALWAYS),
        ("a.b.c,,x", ALWAYS),
        ("title", ALWAYS),
        ("name.givenName", {**ALWAYS, "name": {"givenName": "Ann"}}),
        ("name.givenName,name", {**ALWAYS, "name": NAME}),
        ("name,name.givenName", {**ALWAYS, "name": NAME}),
        ("name.middleName", ALWAYS),
        ("emails.value", {**ALWAYS, "emails": [{"value": "w"}, {"value": "h"}]}),
        (f"{CORE_USER}:userName", {**ALWAYS, "userName": "ann"}),
        (ENTERPRISE, {**ALWAYS, ENTERPRISE: EXTENSION}),
        (
            f"{ENTERPRISE}:manager.value,{ENTERPRISE}:division",
            {**ALWAYS, ENTERPRISE: {"manager": {"value": "8"}}},
        ),
    ],
)
def test_only_what_was_asked_for_is_shown(attributes, shown):
    assert select(ANN, parse_selection(attributes, None, USER)) == shown


@pytest.mark.parametrize(
    ("excluded", "shown"),
    [
        ("userName", without("userName")),
        ("emails, META", without("emails", "meta")),
        ("id,schemas", ANN),
        ("favouriteColour", ANN),
        ("name.givenName", {**ANN, "name": {"familyName": "Lee"}}),
        ("emails.type", {**ANN, "emails": [{"value": "w"}, {"value": "h"}]}),
        (ENTERPRISE, without(ENTERPRISE)),
        (
            f"{ENTERPRISE}:manager",
            {**ANN, ENTERPRISE: {"department": "Retail"}},
        ),
    ],
)
def test_what_was_excluded_is_left_out(excluded, shown):
    assert select(ANN, parse_selection(None, excluded, USER)) == shown


@pytest.mark.parametrize("nothing", [None, ""])
def test_without_a_wish_everything_is_shown(nothing):
    selection = parse_selection(nothing, nothing, USER)

    assert selection is None
    assert select(ANN, selection) == ANN


def test_both_at_once_are_refused():
    with pytest.raises(InvalidValueError, match="cannot be used together"):
        parse_selection("userName", "name", USER)


@pytest.mark.parametrize(
    ("attributes", "excluded", "wanted"),
    [
        ("members", None, True),
        ("members.value", None, True),
        ("displayName", None, False),
        (None, "members", False),
        (None, "members.type", True),
        (None, "displayName", True),
    ],
)
def test_the_database_can_be_spared_the_members(attributes, excluded, wanted):
    selection = parse_selection(attributes, excluded, GROUP)

    assert selection is not None
    assert selection.wants("members") is wanted
