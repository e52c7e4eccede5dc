"""Target attributes: how mappings spell them, and where they are in a resource."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from envoy_console.entra import target_paths
from envoy_console.entra.target_paths import ENTERPRISE, TargetPathError, read, write

WORK = 'emails[type eq "work"].value'

names = st.from_regex(r"[A-Za-z][A-Za-z0-9]{0,8}", fullmatch=True)
extensions = st.sampled_from(["", f"{ENTERPRISE}:", "urn:example:Badge:2.0:User:"])
values = st.one_of(st.text(), st.booleans(), st.lists(st.text()))


@st.composite
def paths(draw):
    extension, name = draw(extensions), draw(names)
    shape = draw(st.sampled_from(["plain", "part", "picked"]))
    if shape == "plain":
        return f"{extension}{name}"
    part = draw(names)
    if shape == "part":
        return f"{extension}{name}.{part}"
    picker, wanted = draw(names), draw(st.from_regex(r"[a-z:. ]+", fullmatch=True))
    assume(picker.lower() != part.lower())
    return f'{extension}{name}[{picker} eq "{wanted}"].{part}'


@given(path=paths(), value=values)
def test_what_is_written_at_a_path_is_read_there(path, value):
    document = {}

    write(document, path, value)

    assert read(document, path) == value


@given(path=paths(), first=values, second=values)
def test_writing_again_replaces_what_was_there(path, first, second):
    document, expected = {}, {}

    write(document, path, first)
    write(document, path, second)
    write(expected, path, second)

    assert document == expected


def test_parts_of_one_value_are_put_together():
    document = {}

    write(document, 'addresses[type eq "work"].locality', "Sofia")
    write(document, 'addresses[type eq "work"].country', "BG")
    write(document, 'addresses[type eq "home"].country', "GR")

    assert document == {
        "addresses": [
            {"type": "work", "locality": "Sofia", "country": "BG"},
            {"type": "home", "country": "GR"},
        ]
    }


def test_a_value_is_picked_by_a_boolean_that_is_written_as_text():
    document = {}

    write(document, 'roles[primary eq "True"].value', "Admin")

    assert document == {"roles": [{"primary": True, "value": "Admin"}]}
    assert read(document, "roles[primary eq true].value") == "Admin"


def test_a_value_is_picked_by_a_part_that_is_called_like_a_list():
    document = {}
    path = 'addresses[roles eq "billing"].country'

    write(document, path, "Norway")

    assert document == {"addresses": [{"roles": "billing", "country": "Norway"}]}
    assert read(document, path) == "Norway"


def test_two_clauses_pick_what_fits_both():
    resource = {
        "emails": [
            {"type": "work", "primary": False, "value": "old@contoso.example"},
            {"type": "work", "primary": True, "value": "new@contoso.example"},
        ]
    }

    path = 'emails[type eq "work" and primary eq true].value'

    assert read(resource, path) == "new@contoso.example"


def test_names_and_types_are_read_without_regard_to_case():
    resource = {
        "Name": {"GivenName": "Ann"},
        "emails": [{"type": "Work", "value": "a"}],
    }

    assert read(resource, "name.givenName") == "Ann"
    assert read(resource, WORK) == "a"
    assert read({ENTERPRISE.lower(): {"department": "IT"}}, f"{ENTERPRISE}:department")


def test_the_urn_of_the_core_schema_may_stand_in_front():
    core = "urn:ietf:params:scim:schemas:core:2.0:User:name.givenName"

    assert read({"name": {"givenName": "Ann"}}, core) == "Ann"


def test_a_bare_department_is_read_from_the_extension_that_servers_keep_it_in():
    assert read({ENTERPRISE: {"department": "IT"}}, "department") == "IT"
    assert read({"department": "IT", ENTERPRISE: {}}, "department") == "IT"


@pytest.mark.parametrize(
    "resource",
    [{}, {"emails": None}, {"emails": "a"}, {"emails": [None, "a", {"type": "home"}]}],
)
def test_nothing_is_read_where_a_target_answers_something_else(resource):
    assert read(resource, WORK) is None


def test_nothing_is_read_from_a_part_of_what_has_no_parts():
    assert read({"name": "Ann"}, "name.givenName") is None
    assert read({ENTERPRISE: []}, f"{ENTERPRISE}:department") is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        " displayName",
        "name.",
        "name.given.first",
        "1st",
        'emails[type eq "work"].value]',
        "urn:example:",
    ],
)
def test_what_is_not_a_path_is_refused_with_examples(text):
    with pytest.raises(TargetPathError, match=r"Write it like displayName"):
        target_paths.parse(text)


@pytest.mark.parametrize(
    "text",
    [
        'emails[type eq "work"]',
        "emails[].value",
        "emails[type eq work].value",
        'emails[type sw "work"].value',
        'emails[type eq "work" or type eq "home"].value',
    ],
)
def test_a_path_that_does_not_pick_one_value_is_refused(text):
    with pytest.raises(TargetPathError, match="does not say which value"):
        target_paths.parse(text)


@pytest.mark.parametrize(
    ("path", "value", "typed"),
    [
        ("active", "True", True),
        ("active", "false", False),
        ("active", False, False),
        ("active", "perhaps", "perhaps"),
        ('emails[type eq "work"].primary', "True", True),
        ("title", True, "True"),
        ("title", 7, "7"),
        ("title", ["a"], ["a"]),
        ("roles", "Admin", ["Admin"]),
        ('roles[primary eq "True"].value', "Admin", "Admin"),
    ],
)
def test_values_take_the_type_of_their_target(path, value, typed):
    assert target_paths.typed(path, value) == typed
