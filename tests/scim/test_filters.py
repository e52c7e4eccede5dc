"""The filter language of RFC 7644 §3.4.2.2."""

from contextlib import suppress
from time import perf_counter

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from envoy_console.scim.dialects import Dialect
from envoy_console.scim.errors import InvalidFilterError
from envoy_console.scim.filters import (
    And,
    Comparison,
    Not,
    Operator,
    Or,
    Presence,
    ValuePath,
    parse_filter,
)
from envoy_console.scim.paths import parse_attribute_path
from envoy_console.scim.schemas import ENTERPRISE, GROUP, USER

OPERATORS = ["eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le"]


def path(text, resource_type=USER):
    return parse_attribute_path(text, resource_type)


def eq(name, value, resource_type=USER):
    return Comparison(path(name, resource_type), Operator.EQ, value)


def read(text, resource_type=USER):
    return parse_filter(text, resource_type, Dialect(strict=True))


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ('userName eq "bob"', eq("userName", "bob")),
        ('USERNAME EQ "bob"', eq("userName", "bob")),
        ('  userName   eq "bob"  ', eq("userName", "bob")),
        ('userName eq "b \\"o\\" b"', eq("userName", 'b "o" b')),
        ('userName eq "Zo\\u00eb"', eq("userName", "Zoë")),
        ('userName eq ""', eq("userName", "")),
        ('externalId eq "7"', eq("externalId", "7")),
        ('id eq "7"', eq("id", "7")),
        ("active eq true", eq("active", True)),
        ("active ne false", Comparison(path("active"), Operator.NE, False)),
        ("title eq null", eq("title", None)),
        ("title pr", Presence(path("title"))),
        ("emails PR", Presence(path("emails"))),
        ('name.familyName eq "O\'Malley"', eq("name.familyName", "O'Malley")),
        ('emails eq "b@x.com"', eq("emails.value", "b@x.com")),
        ('groups eq "7"', eq("groups.value", "7")),
        (f'{ENTERPRISE}:manager eq "7"', eq(f"{ENTERPRISE}:manager.value", "7")),
        (
            f'{ENTERPRISE.upper()}:DEPARTMENT eq "R"',
            eq(f"{ENTERPRISE}:department", "R"),
        ),
        (
            'meta.lastModified gt "2011-05-13T04:42:34Z"',
            Comparison(path("meta.lastModified"), Operator.GT, "2011-05-13T04:42:34Z"),
        ),
        ("not (title pr)", Not(Presence(path("title")))),
        (
            'title pr and userType eq "E" or active eq true',
            Or(And(Presence(path("title")), eq("userType", "E")), eq("active", True)),
        ),
        (
            'title pr and (userType eq "E" OR active eq true)',
            And(Presence(path("title")), Or(eq("userType", "E"), eq("active", True))),
        ),
        (
            'emails[type eq "work" and value co "@x"]',
            ValuePath(
                path("emails"),
                And(
                    eq("emails.type", "work"),
                    Comparison(path("emails.value"), Operator.CO, "@x"),
                ),
            ),
        ),
        (
            'emails[type eq "work"].value eq "b@x.com"',
            ValuePath(
                path("emails"),
                And(eq("emails.type", "work"), eq("emails.value", "b@x.com")),
            ),
        ),
        (
            'emails[type eq "work"].value pr',
            ValuePath(
                path("emails"),
                And(eq("emails.type", "work"), Presence(path("emails.value"))),
            ),
        ),
        (
            'emails[not (type eq "home")] and active eq true',
            And(
                ValuePath(path("emails"), Not(eq("emails.type", "home"))),
                eq("active", True),
            ),
        ),
    ],
)
def test_a_filter_is_understood(text, node):
    assert read(text) == node


def test_groups_are_found_by_member():
    assert read('id eq "g" and members eq "u"', GROUP) == And(
        eq("id", "g", GROUP), eq("members.value", "u", GROUP)
    )


@pytest.mark.parametrize("operator", OPERATORS)
def test_text_has_every_operator(operator):
    assert read(f'title {operator} "x"').operator == operator


@pytest.mark.parametrize(
    ("text", "part_of_detail"),
    [
        ("", "Expected an attribute, not the end"),
        ("userName", "Expected an operator after “userName”"),
        ("userName eq", "Expected a value"),
        ("userName eq )", "Expected a value"),
        ('userName eq "bob', "closing quote"),
        ('userName eq "bob\\q"', "valid escapes"),
        ('userName eq "a\x01b"', "not a JSON string"),
        ('userName eq "\\u0000"', "NUL"),
        ('userName eq "\\ud800"', "surrogate"),
        ('userName eq "\ud800"', "surrogate"),
        ("userName eq bob", "double quotes"),
        ('userName is "bob"', "not “is”"),
        ('userName eq "bob" title', "Expected “and”, “or” or the end"),
        ('(userName eq "bob"', "Expected “)”"),
        ('userName eq "bob")', "not “)”"),
        ('"bob" eq userName', "Expected an attribute"),
        ("not title pr", "no attribute “not”"),
        ('favouriteColour eq "x"', "no attribute “favouriteColour”"),
        ('department eq "x"', "no attribute “department”"),
        ('name.nick eq "x"', "no attribute “name.nick”"),
        ('a.b.c eq "x"', "not a path"),
        ('urn:x:y eq "x"', "no attribute “urn:x:y”"),
        ('name eq "x"', "“name.formatted”"),
        ('addresses eq "x"', "several parts"),
        ("addresses eq null", "several parts"),
        ("userName eq 5", "text in double quotes"),
        ("userName eq true", "text in double quotes"),
        ("userName eq 1e999", "outside"),
        ('active eq "true"', "true or false"),
        ("active eq 1", "true or false"),
        ("active gt true", "is a boolean and cannot be compared by “gt”"),
        ('active co "t"', "boolean"),
        ("title gt null", "eq or ne null"),
        ('meta.created co "2011"', "dateTime"),
        ('meta.created gt "yesterday"', "2026-01-31T09:00:00Z"),
        ('meta.created gt "2011-13-01T00:00:00Z"', "2026-01-31T09:00:00Z"),
        ('x509Certificates sw "MI"', "binary"),
        ('password eq "x"', "cannot be searched by"),
        ("password pr", "cannot be searched by"),
        ('userName[type eq "x"]', "cannot be followed by"),
        ('name[givenName eq "x"]', "cannot be followed by"),
        ('emails[emails[type eq "x"]]', "no sub-attribute “emails”"),
        ('emails[type[type eq "x"]]', "cannot be followed by"),
        ('emails[nick eq "x"]', "no sub-attribute “nick”"),
        ('emails[type eq "x"', "Expected “]”"),
        ('emails[type eq "x"].nick eq "x"', "no sub-attribute “nick”"),
        ('emails[type eq "x"].value', "Expected an operator"),
        ('userName eq "' + "x" * 2_048 + '"', "2048 characters"),
        (" and ".join(["title pr"] * 43), None),
        (" and ".join(["title pr"] * 44), "128 terms"),
        ("(" * 16 + "title pr" + ")" * 16, None),
        ("(" * 17 + "title pr" + ")" * 17, "16 levels"),
        ("not (" * 17 + "title pr" + ")" * 17, "16 levels"),
    ],
)
def test_a_bad_filter_is_explained(text, part_of_detail):
    if part_of_detail is None:
        read(text)
        return
    with pytest.raises(InvalidFilterError) as caught:
        read(text)

    assert part_of_detail in caught.value.detail


def test_without_a_dialect_a_filter_is_read_tolerantly():
    assert parse_filter("userName eq bob@x.com", USER) == eq("userName", "bob@x.com")


words = st.sampled_from(
    [
        *OPERATORS,
        "pr",
        "and",
        "or",
        "not",
        "(",
        ")",
        "[",
        "]",
        ".value",
        "userName",
        "emails",
        "emails[",
        "name.givenName",
        "active",
        "meta.created",
        '"x"',
        '"',
        "\\",
        "5",
        "-1.5e3",
        "true",
        "null",
        '"\\u00eb"',
        '"\\ud800"',
        ENTERPRISE + ":manager",
    ]
)


@given(st.text(max_size=60) | st.lists(words, max_size=20).map(" ".join))
@example("(" * 100_000)
@example("not (" * 100_000)
@example("a.b." * 100_000)
@example("title pr and " * 100_000)
@example('"\\' * 1_000)
def test_any_text_gives_a_node_or_an_invalid_filter_error(text):
    for dialect in (Dialect(), Dialect(strict=True)):
        with suppress(InvalidFilterError):
            parse_filter(text, USER, dialect)


@pytest.mark.parametrize(
    "text",
    [
        '"\\' * 1024,
        '"' * 2048,
        "(" * 2048,
        " " * 2048,
        "[(" * 1024,
        "a:" * 1024,
        "0" * 2048,
        "1." * 1024,
        "userName eq " + "9" * 2000,
    ],
)
def test_the_longest_hostile_filter_is_answered_at_once(text):
    start = perf_counter()

    with pytest.raises(InvalidFilterError):
        parse_filter(text, USER, Dialect(strict=True))

    assert perf_counter() - start < 0.1
