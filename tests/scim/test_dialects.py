"""Each quirk of Entra's: alone, and then together with the others."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envoy_console.scim import patch
from envoy_console.scim.dialects import QUIRKS, Dialect
from envoy_console.scim.errors import InvalidSyntaxError, InvalidValueError, ScimError
from envoy_console.scim.filters import parse_filter
from envoy_console.scim.messages import PATCH_OP
from envoy_console.scim.patch import LinkOperation
from envoy_console.scim.resources import read_resource
from envoy_console.scim.schemas import (
    CORE_GROUP,
    CORE_USER,
    ENTERPRISE,
    GROUP,
    USER,
)

WORK = {"type": "work", "value": "w@example.com"}
HOME = {"type": "home", "value": "h@example.com"}
MANAGER = {ENTERPRISE: {"manager": {"value": "7"}}}


def patched(before, *operations, dialect=None):
    message = {"schemas": [PATCH_OP], "Operations": list(operations)}
    return patch.apply(before, message, USER, dialect or Dialect()).document


def posted(body, dialect=None):
    body = {"schemas": [CORE_USER], "userName": "ann", **body}
    document = read_resource(body, USER, dialect or Dialect())
    del document["userName"]
    return document


def test_every_quirk_is_explained():
    for name, quirk in QUIRKS.items():
        assert quirk.name == name
        assert quirk.summary.endswith(".")
        assert quirk.example
        assert quirk.source


@pytest.mark.parametrize("quirk", QUIRKS.values(), ids=lambda quirk: quirk.name)
def test_every_example_can_be_read(quirk):
    if quirk.example.startswith("{"):
        assert json.loads(quirk.example)


def test_a_quirk_is_noted_once_and_in_order(tolerant):
    for name in ("value_in_list", "dotted_keys", "value_in_list"):
        tolerant.note(name)

    assert tolerant.quirks == ["value_in_list", "dotted_keys"]


def test_only_known_quirks_are_noted(tolerant):
    with pytest.raises(KeyError):
        tolerant.note("whatever")


def test_a_strict_dialect_allows_nothing(strict):
    assert not strict.allows("dotted_keys")
    assert strict.quirks == []


PATCHES = [
    (
        "boolean_strings",
        {},
        {"op": "add", "path": "active", "value": "False"},
        {"active": False},
    ),
    (
        "boolean_strings",
        {},
        {"op": "add", "path": "active", "value": "tRUE"},
        {"active": True},
    ),
    (
        "boolean_strings",
        {},
        {"op": "add", "path": "emails", "value": [{**WORK, "primary": "True"}]},
        {"emails": [{**WORK, "primary": True}]},
    ),
    (
        "boolean_strings",
        {"roles": [{"primary": True, "value": "a"}]},
        {"op": "replace", "path": 'roles[primary eq "True"].value', "value": "b"},
        {"roles": [{"primary": True, "value": "b"}]},
    ),
    (
        "capitalised_ops",
        {},
        {"op": "Add", "path": "title", "value": "x"},
        {"title": "x"},
    ),
    (
        "capitalised_ops",
        {},
        {"op": "REPLACE", "path": "title", "value": "x"},
        {"title": "x"},
    ),
    ("capitalised_ops", {"title": "x"}, {"op": "Remove", "path": "title"}, {}),
    (
        "dotted_keys",
        {"name": {"familyName": "Lee"}},
        {"op": "replace", "value": {"name.givenName": "Ann"}},
        {"name": {"familyName": "Lee", "givenName": "Ann"}},
    ),
    (
        "dotted_keys",
        {},
        {"op": "add", "value": {f"{ENTERPRISE}:department": "Retail"}},
        {ENTERPRISE: {"department": "Retail"}},
    ),
    (
        "value_path_keys",
        {"emails": [WORK]},
        {"op": "replace", "value": {'emails[type eq "work"].value': "n@x.com"}},
        {"emails": [{"type": "work", "value": "n@x.com"}]},
    ),
    (
        "remove_by_value",
        {"emails": [WORK, HOME]},
        {"op": "remove", "path": "emails", "value": [{"value": "w@example.com"}]},
        {"emails": [HOME]},
    ),
    (
        "remove_by_value",
        {"emails": [WORK, HOME]},
        {"op": "remove", "path": "emails", "value": ["w@example.com", "h@example.com"]},
        {},
    ),
    (
        "remove_by_value",
        {"emails": [WORK, HOME]},
        {
            "op": "remove",
            "path": "emails",
            "value": [{"type": "home", "value": "w@example.com"}],
        },
        {"emails": [WORK, HOME]},
    ),
    (
        "remove_by_value",
        {"emails": [WORK]},
        {"op": "remove", "path": "emails", "value": []},
        {"emails": [WORK]},
    ),
    (
        "remove_by_value",
        {"emails": [WORK]},
        {"op": "remove", "path": "emails", "value": [{}, {"value": "unknown"}]},
        {"emails": [WORK]},
    ),
    (
        "remove_by_value",
        {"title": "x"},
        {"op": "remove", "path": "title", "value": "x"},
        {},
    ),
    (
        "add_to_missing_value_path",
        {"emails": [HOME]},
        {"op": "add", "path": 'emails[type eq "work"].value', "value": "w@example.com"},
        {"emails": [HOME, WORK]},
    ),
    (
        "add_to_missing_value_path",
        {},
        {"op": "replace", "path": 'addresses[type eq "work"].country', "value": "CH"},
        {"addresses": [{"type": "work", "country": "CH"}]},
    ),
    (
        "add_to_missing_value_path",
        {"emails": [{**HOME, "primary": True}]},
        {
            "op": "add",
            "path": 'emails[type eq "work" and primary eq true].value',
            "value": "w@example.com",
        },
        {"emails": [{**HOME, "primary": False}, {**WORK, "primary": True}]},
    ),
    (
        "add_to_missing_value_path",
        {},
        {
            "op": "add",
            "path": 'emails[type eq "work"]',
            "value": {"value": "w@example.com"},
        },
        {"emails": [WORK]},
    ),
    (
        "add_to_missing_value_path",
        {},
        {"op": "add", "path": 'emails[type eq "work"].value', "value": None},
        {},
    ),
    (
        "add_to_missing_value_path",
        {},
        {"op": "add", "path": "emails[type eq null].value", "value": "w@example.com"},
        {"emails": [{"value": "w@example.com"}]},
    ),
    (
        "manager_as_string",
        {},
        {"op": "add", "path": f"{ENTERPRISE}:manager", "value": "7"},
        MANAGER,
    ),
    (
        "manager_as_string",
        {},
        {
            "op": "add",
            "path": f"{ENTERPRISE}:manager",
            "value": [{"value": "7", "$ref": "x"}],
        },
        MANAGER,
    ),
    (
        "manager_as_string",
        MANAGER,
        {"op": "replace", "path": f"{ENTERPRISE}:manager", "value": []},
        {},
    ),
    (
        "bare_enterprise_attributes",
        {},
        {"op": "add", "path": "department", "value": "Retail"},
        {ENTERPRISE: {"department": "Retail"}},
    ),
    (
        "bare_enterprise_attributes",
        {},
        {"op": "add", "path": "manager.value", "value": "7"},
        MANAGER,
    ),
    (
        "bare_enterprise_attributes",
        {},
        {"op": "add", "value": {"Department": "Retail"}},
        {ENTERPRISE: {"department": "Retail"}},
    ),
    (
        "value_in_list",
        {},
        {"op": "replace", "path": "displayName", "value": [{"Value": "Ann"}]},
        {"displayName": "Ann"},
    ),
    (
        "value_in_list",
        {},
        {"op": "add", "path": "title", "value": ["x"]},
        {"title": "x"},
    ),
    (
        "value_in_list",
        {"title": "x"},
        {"op": "replace", "path": "title", "value": []},
        {},
    ),
    (
        "value_in_list",
        {},
        {"op": "add", "path": "name", "value": [{"givenName": "Ann"}]},
        {"name": {"givenName": "Ann"}},
    ),
    (
        "empty_string_clears",
        {"title": "x"},
        {"op": "replace", "path": "title", "value": ""},
        {},
    ),
    (
        "empty_boolean_kept",
        {"active": False},
        {"op": "replace", "path": "active", "value": None},
        {"active": False},
    ),
    (
        "empty_string_clears",
        {"name": {"givenName": "Ann", "familyName": "Lee"}},
        {"op": "replace", "path": "name.givenName", "value": ""},
        {"name": {"familyName": "Lee"}},
    ),
    (
        "empty_string_clears",
        {"name": {"givenName": "Ann", "familyName": "Lee"}},
        {"op": "replace", "path": "name", "value": {"givenName": ""}},
        {"name": {"familyName": "Lee"}},
    ),
    (
        "empty_string_clears",
        {"emails": [WORK]},
        {"op": "replace", "path": 'emails[type eq "work"].value', "value": ""},
        {"emails": [{"type": "work"}]},
    ),
    (
        "empty_string_clears",
        MANAGER,
        {"op": "replace", "path": f"{ENTERPRISE}:manager", "value": {"value": ""}},
        {},
    ),
    (
        "empty_string_clears",
        MANAGER,
        {"op": "replace", "path": f"{ENTERPRISE}:manager", "value": ""},
        {},
    ),
    (
        "unknown_attributes_ignored",
        {},
        {"op": "add", "path": "colour", "value": "x"},
        {},
    ),
    (
        "unknown_attributes_ignored",
        {},
        {"op": "remove", "path": 'colours[type eq "x"]'},
        {},
    ),
    ("unknown_attributes_ignored", {}, {"op": "add", "value": {"colour": "x"}}, {}),
    ("unknown_attributes_ignored", {}, {"op": "add", "value": {"": "x"}}, {}),
    ("unknown_attributes_ignored", {}, {"op": "add", "value": {"emails[": "x"}}, {}),
    (
        "unknown_attributes_ignored",
        {},
        {"op": "add", "path": "name", "value": {"nick": "x"}},
        {},
    ),
    (
        "unknown_attributes_ignored",
        {},
        {"op": "add", "value": {ENTERPRISE: {"colour": "x"}}},
        {},
    ),
    (
        "unknown_attributes_ignored",
        {},
        {"op": "add", "value": {"urn:x:2.0:User": {}}},
        {},
    ),
    (
        "read_only_keys",
        {},
        {"op": "add", "value": {"id": "7", "schemas": [], "meta": {}}},
        {},
    ),
]


@pytest.mark.parametrize(("name", "before", "operation", "after"), PATCHES)
def test_a_quirk_in_a_patch(name, before, operation, after, tolerant):
    assert patched(before, operation, dialect=tolerant) == after
    assert tolerant.quirks == [name]


REFUSED = [
    case
    for case in PATCHES
    if case[0] != "empty_string_clears"  # text may be empty, says the RFC
]


@pytest.mark.parametrize(("name", "before", "operation", "after"), REFUSED)
def test_the_same_in_strict_mode_is_refused(name, before, operation, after, strict):
    with pytest.raises(ScimError):
        patched(before, operation, dialect=strict)

    assert strict.quirks == []


def test_empty_text_is_a_value_to_the_rfc(strict):
    operation = {"op": "replace", "path": "title", "value": ""}

    assert patched({}, operation, dialect=strict) == {"title": ""}


POSTS = [
    ("boolean_strings", {"active": "True"}, {"active": True}),
    ("manager_as_string", {ENTERPRISE: {"manager": "7"}}, MANAGER),
    ("manager_as_string", {ENTERPRISE: {"manager": [{"value": "7"}]}}, MANAGER),
    ("bare_enterprise_attributes", {"manager": {"value": "7"}}, MANAGER),
    ("bare_enterprise_attributes", {"department": None}, {}),
    ("value_in_list", {"title": [{"value": "Clerk"}]}, {"title": "Clerk"}),
    ("empty_string_clears", {"title": ""}, {}),
    ("empty_string_clears", {"name": {"givenName": ""}}, {}),
    ("empty_string_clears", {"emails": [{**WORK, "display": ""}]}, {"emails": [WORK]}),
    ("dotted_keys", {"name.givenName": "Ann"}, {"name": {"givenName": "Ann"}}),
    ("value_path_keys", {'emails[value eq "x"].type': None}, {}),
    ("unknown_attributes_ignored", {"isAdmin": True}, {}),
    ("unknown_attributes_ignored", {"name": {"nick": "x"}}, {}),
    ("unknown_attributes_ignored", {ENTERPRISE: {"colour": "x"}}, {}),
    ("unknown_attributes_ignored", {"urn:x:2.0:User": {"a": 1}}, {}),
    ("extra_schema_uris", {"schemas": [CORE_USER, "urn:x"]}, {}),
    ("missing_schemas", {"schemas": []}, {}),
    ("missing_schemas", {"schemas": None}, {}),
    (
        "several_primaries",
        {"emails": [{**WORK, "primary": True}, {**HOME, "primary": True}]},
        {"emails": [{**WORK, "primary": True}, {**HOME, "primary": False}]},
    ),
]


@pytest.mark.parametrize(("name", "body", "document"), POSTS)
def test_a_quirk_in_a_post(name, body, document, tolerant):
    result = posted(body, tolerant)

    assert result == document
    assert name in tolerant.quirks
    assert set(tolerant.quirks) - {name} <= {"add_to_missing_value_path"}


@pytest.mark.parametrize(
    ("name", "body", "document"), [c for c in POSTS if c[0] != "empty_string_clears"]
)
def test_the_same_post_in_strict_mode_is_refused(name, body, document, strict):
    with pytest.raises((InvalidSyntaxError, InvalidValueError)):
        posted(body, strict)

    assert strict.quirks == []


def test_entra_claims_a_microsoft_schema_for_groups(tolerant):
    body = {
        "schemas": [
            CORE_GROUP,
            "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group",
        ],
        "displayName": "Staff",
    }

    assert read_resource(body, GROUP, tolerant) == {"displayName": "Staff"}
    assert tolerant.quirks == ["extra_schema_uris"]


@pytest.mark.parametrize(
    "text", ["userName eq bob@x.com", "externalId eq 0a21f0f2", "title eq True"]
)
def test_text_without_quotes_in_a_filter(text, tolerant):
    parse_filter(text, USER, tolerant)

    assert tolerant.quirks == ["unquoted_filter_value"]


@pytest.mark.parametrize(
    ("text", "quirks"),
    [
        ('active eq "True"', ["boolean_strings"]),
        ("active eq False", ["unquoted_filter_value", "boolean_strings"]),
        ('id eq "1" and manager eq "2"', ["bare_enterprise_attributes"]),
    ],
)
def test_other_quirks_in_a_filter(text, quirks, tolerant):
    parse_filter(text, USER, tolerant)

    assert tolerant.quirks == quirks


def test_replacing_members_adds_only_where_asked_to(patch_members):
    operation = {"op": "replace", "path": "members", "value": [{"value": "a"}]}

    def ops(dialect):
        return [link.op for link in patch_members(operation, dialect=dialect)]

    assert ops(Dialect(additive_members=True)) == ["add"]
    assert ops(Dialect()) == ["replace"]
    assert ops(Dialect(strict=True, additive_members=True)) == ["replace"]


@given(
    present=st.lists(st.sampled_from("abcdef"), unique=True),
    listed=st.lists(st.sampled_from("abcdefgh"), max_size=8),
)
def test_remove_by_value_removes_exactly_that_set(present, listed):
    before = {"roles": [{"value": each} for each in present]} if present else {}
    operation = {
        "op": "Remove",
        "path": "roles",
        "value": [{"value": v} for v in listed],
    }

    after = patched(before, operation)

    assert [e["value"] for e in after.get("roles", [])] == [
        each for each in present if each not in listed
    ]


@given(listed=st.lists(st.sampled_from("abcdefgh"), max_size=8))
def test_remove_by_value_names_exactly_those_members(listed):
    value = [{"$ref": None, "value": each} for each in listed]
    operation = {"op": "Remove", "path": "members", "value": value}
    message = {"schemas": [PATCH_OP], "Operations": [operation]}

    outcome = patch.apply({}, message, GROUP, Dialect(), linked=frozenset({"members"}))

    expected = tuple(dict.fromkeys(listed))
    assert outcome.links == (
        [LinkOperation("remove", "members", expected)] if listed else []
    )


def test_a_list_to_remove_is_bounded(tolerant):
    operation = {"op": "remove", "path": "emails", "value": ["x"] * 101}

    with pytest.raises(InvalidValueError, match="at most 100"):
        patched({"emails": [WORK]}, operation, dialect=tolerant)


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "add", "path": "active", "value": "maybe"},
        {"op": "add", "path": "active", "value": 1},
        {"op": "add", "path": "title", "value": ["a", "b"]},
        {"op": "add", "path": "title", "value": [{"display": "a"}]},
        {"op": "add", "path": "title", "value": {"value": "a"}},
        {"op": "add", "path": "manager", "value": ["1", "2"]},
        {"op": "add", "path": "manager", "value": 7},
        {"op": "add", "path": 'emails[type ne "work"].value', "value": "x"},
        {
            "op": "add",
            "path": 'emails[type eq "work" or type eq "home"].value',
            "value": "x",
        },
        {
            "op": "add",
            "path": 'emails[type eq "a" and type co "b"].value',
            "value": "x",
        },
        {"op": "add", "path": "emails", "value": "x"},
        {"op": "remove", "path": 'emails[type eq "work"]'},
        {"op": "replace", "path": "userName", "value": ""},
        {"op": "Move", "path": "title", "value": ""},
        {"op": "add", "path": "a.b.c", "value": ""},
        {"op": "add", "path": "id", "value": "7"},
    ],
)
def test_tolerance_ends_where_the_meaning_does(operation):
    with pytest.raises(ScimError):
        patched({"userName": "ann"}, operation)


def test_all_of_it_in_one_message(tolerant):
    after = patched(
        {"userName": "ann", "emails": [HOME]},
        {
            "op": "Replace",
            "value": {
                "id": "7",
                "active": "False",
                "name.givenName": "Ann",
                "department": [{"value": "Retail"}],
                "manager": "7",
                f"{ENTERPRISE}:division": "",
                'emails[type eq "work"].value': "w@example.com",
                'emails[type eq "work"].primary': "True",
                'addresses[type eq "work"].country': "CH",
                'addresses[type eq "work"].locality': "Bern",
                "manager.displayName": "Bo",
                "colour": "green",
            },
        },
        dialect=tolerant,
    )

    assert after == {
        "userName": "ann",
        "active": False,
        "name": {"givenName": "Ann"},
        ENTERPRISE: {"department": "Retail", "manager": {"value": "7"}},
        "emails": [HOME, {**WORK, "primary": True}],
        "addresses": [{"type": "work", "country": "CH", "locality": "Bern"}],
    }
    assert set(tolerant.quirks) == {
        "capitalised_ops",
        "read_only_keys",
        "boolean_strings",
        "dotted_keys",
        "bare_enterprise_attributes",
        "value_in_list",
        "manager_as_string",
        "empty_string_clears",
        "value_path_keys",
        "add_to_missing_value_path",
        "unknown_attributes_ignored",
    }
