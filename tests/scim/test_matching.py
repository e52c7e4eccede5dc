"""Whether one value matches the filter in a path (RFC 7644 §3.4.2.2, Table 3)."""

import pytest

from envoy_console.scim.dialects import Dialect
from envoy_console.scim.errors import InvalidFilterError, InvalidValueError
from envoy_console.scim.filters import matches, parse_filter
from envoy_console.scim.folding import fold
from envoy_console.scim.paths import parse_path
from envoy_console.scim.schemas import GROUP, USER, Attribute, ResourceType, Schema
from envoy_console.scim.values import read

WORK = {"type": "work", "value": "Ann@Example.com", "primary": True}

VISITS = Attribute(
    "visits",
    "complex",
    multi_valued=True,
    sub_attributes=(
        Attribute("count", "integer"),
        Attribute("cost", "decimal"),
        Attribute("at", "dateTime"),
        Attribute("badge", "binary"),
    ),
)
TAGS = Attribute("tags", multi_valued=True)
VISITOR = ResourceType(
    "Visitor", "/Visitors", "A visitor", Schema("urn:v", "V", "V", (VISITS, TAGS))
)


def is_match(filter_text, element, resource_type=USER, attribute="emails"):
    path = parse_path(
        f"{attribute}[{filter_text}]", resource_type, Dialect(strict=True)
    )
    return matches(path.filter, element)


@pytest.mark.parametrize(
    ("filter_text", "expected"),
    [
        ('type eq "work"', True),
        ('type eq "WORK"', True),
        ('type eq "home"', False),
        ('type ne "home"', True),
        ('type ne "work"', False),
        ('display ne "x"', True),
        ('display eq "x"', False),
        ("display eq null", True),
        ("display ne null", False),
        ("type eq null", False),
        ('value co "@example"', True),
        ('value sw "ANN"', True),
        ('value ew ".com"', True),
        ('value sw "com"', False),
        ('value gt "ann"', True),
        ('value ge "ann@example.com"', True),
        ('value lt "b"', True),
        ('value le "a"', False),
        ('display gt "a"', False),
        ("primary eq true", True),
        ("primary ne true", False),
        ("type pr", True),
        ("display pr", False),
        ('type eq "work" and primary eq true', True),
        ('type eq "work" and primary eq false', False),
        ('type eq "home" or primary eq true', True),
        ('not (type eq "work")', False),
    ],
)
def test_matches(filter_text, expected):
    assert is_match(filter_text, WORK) is expected


def test_ids_are_compared_exactly():
    assert is_match('value eq "aB"', {"value": "aB"}, GROUP, "members")
    assert not is_match('value eq "ab"', {"value": "aB"}, GROUP, "members")


def test_the_filter_of_a_value_path_is_asked():
    node = parse_filter('emails[type eq "work"]', USER)

    assert matches(node, WORK)


@pytest.mark.parametrize(
    ("filter_text", "expected"),
    [
        ("count gt 2", True),
        ("count eq 3", True),
        ("cost le 1.5", True),
        ("cost eq 2", False),
        ('at lt "2026-01-01T10:00:00+02:00"', True),
        ('at eq "2026-01-01T08:59:00+01:00"', True),
        ('badge eq "eA=="', True),
    ],
)
def test_other_types_compare_as_what_they_are(filter_text, expected):
    visit = {"count": 3, "cost": 1.5, "at": "2026-01-01T07:59:00Z", "badge": "eA=="}

    assert is_match(filter_text, visit, VISITOR, "visits") is expected


@pytest.mark.parametrize(
    "filter_text", ["count eq true", 'count eq "3"', "cost eq true"]
)
def test_numbers_are_not_booleans(filter_text):
    with pytest.raises(InvalidFilterError):
        is_match(filter_text, {}, VISITOR, "visits")


def test_numbers_and_dates_are_read():
    visits = [{"count": 3, "cost": 2, "at": "2026-01-01T00:00:00Z"}, {"cost": 1.5}]

    assert read(VISITS, visits, Dialect()) == visits


@pytest.mark.parametrize(
    "visit",
    [
        {"count": True},
        {"count": 1.5},
        {"cost": "1"},
        {"at": "yesterday"},
        {"at": "2026-02-30T00:00:00Z"},
        {"at": "0001-01-01T00:00:00+23:00"},
        {"at": 5},
        {"count": ""},
    ],
)
def test_wrong_types_are_refused(visit):
    with pytest.raises(InvalidValueError):
        read(VISITS, [visit], Dialect(strict=True))


def test_simple_values_make_a_plain_list():
    assert read(TAGS, ["a", None, "b"], Dialect()) == ["a", "b"]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("ADMIN", "admin", True),
        ("straße", "STRASSE", True),
        ("\uff21\uff24\uff2d\uff29\uff2e", "admin", True),  # full width
        ("İ", "i̇", True),
        ("ﬁ", "FI", True),
        ("ΣΣ", "σς", True),
        ("\u0430", "a", False),  # Cyrillic
        ("a\u200b", "a", False),
    ],
)
def test_folding(one, other, same):
    assert (fold(one) == fold(other)) is same
    assert fold(fold(one)) == fold(one)
