"""The catalogue of source attributes."""

import pytest

from envoy_console.entra import attributes
from envoy_console.entra.attributes import Type


@pytest.mark.parametrize("kind", ["User", "Group"])
def test_attributes_are_found_by_name_and_no_two_share_a_label(kind):
    catalogue = attributes.OF_KIND[kind]

    assert all(name == attribute.name for name, attribute in catalogue.items())
    assert len({attribute.label for attribute in catalogue.values()}) == len(catalogue)


def test_what_the_service_decides_cannot_be_edited():
    fixed = {a.name for a in attributes.USER.values() if not a.is_editable}

    assert fixed == {
        "objectId",
        "originalUserPrincipalName",
        "IsSoftDeleted",
        "appRoleAssignments",
    }


def test_there_are_fifteen_extension_attributes():
    found = [name for name in attributes.USER if name.startswith("extensionAttribute")]

    assert found == [f"extensionAttribute{number}" for number in range(1, 16)]


def test_references_are_told_from_values():
    both = [*attributes.USER.values(), *attributes.GROUP.values()]

    assert {a.name for a in both if a.type is Type.REFERENCE} == {"manager", "members"}
