"""Changes to a group's members are handed on, not applied."""

import pytest

from envoy_console.scim.dialects import Dialect
from envoy_console.scim.errors import (
    InvalidSyntaxError,
    InvalidValueError,
    MutabilityError,
)
from envoy_console.scim.filters import Comparison, Presence
from envoy_console.scim.patch import LinkOperation


def members(*ids):
    return [{"value": each} for each in ids]


def link(op, *ids):
    return LinkOperation(op, "members", ids)


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        (
            {"op": "add", "path": "members", "value": members("a", "b")},
            [link("add", "a", "b")],
        ),
        (
            {"op": "add", "path": "members", "value": members("a", "a")},
            [link("add", "a")],
        ),
        ({"op": "add", "path": "members", "value": {"value": "a"}}, [link("add", "a")]),
        ({"op": "add", "path": "members", "value": []}, []),
        ({"op": "add", "path": "members", "value": None}, []),
        ({"op": "add", "value": {"Members": members("a")}}, [link("add", "a")]),
        (
            {"op": "replace", "path": "members", "value": members("a")},
            [link("replace", "a")],
        ),
        ({"op": "replace", "path": "members", "value": []}, [link("replace")]),
        ({"op": "remove", "path": "members"}, [link("remove")]),
        ({"op": "remove", "path": 'members[value eq "a"]'}, [link("remove", "a")]),
        (
            {"op": "remove", "path": 'members[value eq "a" or value eq "b"]'},
            [link("remove", "a", "b")],
        ),
    ],
)
def test_link_operations(patch_members, operation, expected):
    assert patch_members(operation) == expected


@pytest.mark.parametrize(
    ("path", "node"),
    [
        ('members[type eq "User"]', Comparison),
        ("members[value pr]", Presence),
        ("members[value eq null]", Comparison),
    ],
)
def test_other_filters_are_handed_on(patch_members, path, node):
    [removal] = patch_members({"op": "remove", "path": path})

    assert removal.values == ()
    assert isinstance(removal.filter, node)


def test_an_or_with_another_term_is_handed_on_whole(patch_members):
    path = 'members[value eq "a" or type eq "Group"]'

    [removal] = patch_members({"op": "remove", "path": path})

    assert removal.values == ()
    assert removal.filter is not None


def test_neighbours_of_a_kind_are_joined_and_order_is_kept(patch_members):
    def one(op, each):
        return {"op": op, "path": "members", "value": members(each)}

    operations = [
        one("add", "a"),
        one("add", "b"),
        one("add", "a"),
        one("replace", "c"),
        one("replace", "d"),
        {"op": "remove", "path": "members"},
        {"op": "remove", "path": 'members[value eq "d"]'},
        one("add", "e"),
    ]

    assert patch_members(*operations) == [
        link("add", "a", "b"),
        link("replace", "c"),
        link("replace", "d"),
        link("remove"),
        link("remove", "d"),
        link("add", "e"),
    ]


@pytest.mark.parametrize(
    ("operation", "error"),
    [
        ({"op": "add", "path": "members", "value": [{}]}, InvalidValueError),
        (
            {"op": "add", "path": "members", "value": [{"display": "Ann"}]},
            InvalidValueError,
        ),
        ({"op": "add", "path": "members", "value": [{"value": 7}]}, InvalidValueError),
        ({"op": "add", "path": "members", "value": ["a"]}, InvalidValueError),
        (
            {"op": "add", "path": 'members[value eq "a"]', "value": {"value": "b"}},
            MutabilityError,
        ),
        (
            {"op": "replace", "path": 'members[value eq "a"].value', "value": "b"},
            MutabilityError,
        ),
        ({"op": "remove", "path": "members.display"}, MutabilityError),
        (
            {"op": "remove", "path": "members", "value": members("a")},
            InvalidSyntaxError,
        ),
    ],
)
def test_link_refusals(patch_members, operation, error):
    with pytest.raises(error):
        patch_members(operation)


@pytest.mark.parametrize("value", [[], [None]])
def test_removing_an_empty_list_removes_nothing(patch_members, value):
    operation = {"op": "Remove", "path": "members", "value": value}

    assert patch_members(operation, dialect=Dialect()) == []


@pytest.mark.parametrize("value", ["", {}, [{}], [{"value": ""}], [7], 7])
def test_removing_an_odd_list_is_refused_rather_than_clearing(patch_members, value):
    operation = {"op": "Remove", "path": "members", "value": value}

    with pytest.raises(InvalidValueError):
        patch_members(operation, dialect=Dialect())
