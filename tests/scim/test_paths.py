"""Paths: `attrPath` (RFC 7644 §3.10) and the `PATH` of PATCH (§3.5.2)."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envoy_console.scim.dialects import Dialect
from envoy_console.scim.errors import (
    InvalidFilterError,
    InvalidPathError,
    UnknownAttributeError,
)
from envoy_console.scim.filters import Comparison, Operator
from envoy_console.scim.paths import (
    ExtensionPath,
    Path,
    parse_attribute_path,
    parse_path,
)
from envoy_console.scim.schemas import CORE_USER, ENTERPRISE, GROUP, USER


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("userName", "userName"),
        ("username", "userName"),
        ("ID", "id"),
        ("meta.CREATED", "meta.created"),
        ("name.givenname", "name.givenName"),
        (f"{CORE_USER}:name.givenName", "name.givenName"),
        (f"{CORE_USER.lower()}:userName", "userName"),
        (f"{ENTERPRISE}:department", f"{ENTERPRISE}:department"),
        (f"{ENTERPRISE.upper()}:Manager.Value", f"{ENTERPRISE}:manager.value"),
        ("emails.$ref", None),
        ("groups.$REF", "groups.$ref"),
    ],
)
def test_a_path_has_one_canonical_form(text, canonical):
    if canonical is None:
        with pytest.raises(UnknownAttributeError):
            parse_attribute_path(text, USER)
    else:
        assert str(parse_attribute_path(text, USER)) == canonical


def test_the_leaf_is_what_is_compared():
    path = parse_attribute_path(f"{ENTERPRISE}:manager.value", USER)

    assert path.schema_urn == ENTERPRISE
    assert path.attribute.name == "manager"
    assert path.leaf.name == "value"
    assert parse_attribute_path("title", USER).leaf.name == "title"


@pytest.mark.parametrize(
    "text",
    [
        "favouriteColour",
        "name.nick",
        "title.value",
        "urn:x:y:userName",
        "department",
        f"{ENTERPRISE}:userName",
        f"{CORE_USER}:department",
        ENTERPRISE,
        "members",
    ],
)
def test_an_unknown_attribute_is_named(text):
    with pytest.raises(UnknownAttributeError) as caught:
        parse_attribute_path(text, USER)

    assert text in caught.value.detail


@pytest.mark.parametrize("text", ['title[value eq "x"]', 'name[givenName eq "x"]'])
def test_only_what_has_several_values_can_be_followed_by_a_filter(text):
    with pytest.raises(InvalidPathError, match="cannot be followed by"):
        parse_path(text, USER)


@pytest.mark.parametrize("sub", ["nick", "value.more"])
def test_an_unknown_part_behind_a_filter_is_named(sub):
    with pytest.raises(UnknownAttributeError, match=f"no sub-attribute “{sub}”"):
        parse_path(f'emails[type eq "work"].{sub}', USER)


@pytest.mark.parametrize(
    "text", ["", ".", "name.", ".givenName", "a.b.c", f"{ENTERPRISE}:", "x" * 3_000]
)
def test_what_is_not_a_path_is_refused(text):
    with pytest.raises(InvalidPathError):
        parse_attribute_path(text, USER)


def test_a_long_unknown_path_is_shown_in_part():
    with pytest.raises(UnknownAttributeError) as caught:
        parse_attribute_path("x" * 2_000, USER)

    assert len(caught.value.detail) < 200


def test_a_value_path_has_a_filter_and_maybe_a_sub_attribute():
    whole = parse_path('emails[type eq "work"]', USER)
    part = parse_path('EMAILS[TYPE EQ "work"].VALUE', USER)

    assert str(whole.attribute_path) == "emails"
    assert str(part.attribute_path) == "emails.value"
    assert whole.filter == part.filter
    assert isinstance(whole.filter, Comparison)
    assert whole.filter.operator is Operator.EQ


def test_a_plain_path_has_no_filter():
    assert parse_path("title", USER) == Path(parse_attribute_path("title", USER))


def test_a_bare_urn_is_the_whole_extension():
    path = parse_path(ENTERPRISE.lower(), USER)

    assert isinstance(path, ExtensionPath)
    assert path.urn == ENTERPRISE


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ('emails[type eq "work"]value', InvalidPathError),
        ('emails[type eq "work"].value.x', InvalidPathError),
        ('emails[type eq "work"].value eq "x"', InvalidPathError),
        ('emails[type eq "work"', InvalidFilterError),
        ("emails[]", InvalidFilterError),
        ("emails[type]", InvalidFilterError),
        ('emails.value[type eq "work"]', InvalidPathError),
        ('title[type eq "work"]', InvalidPathError),
        ('nothing[type eq "work"]', UnknownAttributeError),
        ('[type eq "work"]', InvalidPathError),
    ],
)
def test_a_bad_path_is_refused(text, error):
    with pytest.raises(error):
        parse_path(text, USER)


def test_quirks_in_a_path_are_noted_every_time():
    for _ in range(2):
        dialect = Dialect()
        parse_path('roles[primary eq "True"].value', USER, dialect)
        assert dialect.quirks == ["boolean_strings"]


def test_strict_and_tolerant_readings_are_kept_apart():
    parse_path("department", USER, Dialect())

    with pytest.raises(UnknownAttributeError):
        parse_path("department", USER, Dialect(strict=True))


fragments = st.sampled_from(
    [
        "emails",
        "members",
        "name",
        ".value",
        ".",
        "[",
        "]",
        '[type eq "work"]',
        " ",
        '"',
        ENTERPRISE,
        ":",
        "department",
        "eq",
        "not (",
        ")",
        "\\",
        "é",
    ]
)


@given(st.text(max_size=60) | st.lists(fragments, max_size=10).map("".join))
def test_any_text_gives_a_path_or_a_scim_error(text):
    for resource_type in (USER, GROUP):
        with suppress(InvalidPathError, InvalidFilterError):
            parse_path(text, resource_type, Dialect())
