"""Filters on a list of several resource types (RFC 7644 §3.4.2.1)."""

import pytest

from envoy_console.scim.errors import InvalidFilterError
from envoy_console.scim.filters import parse_filter
from envoy_console.scim.schemas import GROUP, USER


def test_the_attribute_of_another_type_is_known_but_not_the_types_own():
    node = parse_filter('userName eq "a"', GROUP, others=[USER])

    assert not node.path.is_of(GROUP)
    assert node.path.is_of(USER)


def test_what_both_types_have_is_each_ones_own():
    for mine, other in ((USER, GROUP), (GROUP, USER)):
        node = parse_filter('displayName eq "a"', mine, others=[other])

        assert node.path.is_of(mine)
        assert not node.path.is_of(other)


@pytest.mark.parametrize("name", ["id", "externalId", "meta.created"])
def test_common_attributes_are_everybodys(name):
    node = parse_filter(f"{name} pr", USER, others=[GROUP])

    assert node.path.is_of(USER)
    assert node.path.is_of(GROUP)


def test_a_urn_says_whose_attribute_is_meant():
    urn = "urn:ietf:params:scim:schemas:core:2.0:Group"

    node = parse_filter(f"{urn}:displayName pr", USER, others=[GROUP])

    assert node.path.is_of(GROUP)
    assert not node.path.is_of(USER)


def test_an_extension_belongs_to_its_type():
    node = parse_filter('department eq "Roads"', GROUP, others=[USER])

    assert node.path.is_of(USER)
    assert not node.path.is_of(GROUP)


@pytest.mark.parametrize(
    "text", ['shoeSize eq "9"', "(title pr or shoeSize pr)", "urn:example:x pr"]
)
def test_an_attribute_that_neither_has_is_refused(text):
    with pytest.raises(InvalidFilterError, match="User or Group has no attribute"):
        parse_filter(text, USER, others=[GROUP])
