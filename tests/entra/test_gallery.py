"""The gallery: the mappings that an app is born with."""

import re

import pytest

from envoy_console.entra import gallery, mappings
from envoy_console.entra.target_paths import ENTERPRISE
from tests.entra.builders import CUSTOM, ENVOY

# the tutorial's tables, row by row
TUTORIAL_USERS = """
userName
externalId
displayName
title
emails[type eq "work"].value
preferredLanguage
department
addresses[type eq "work"].country
addresses[type eq "work"].locality
addresses[type eq "work"].region
addresses[type eq "work"].postalCode
addresses[type eq "work"].formatted
addresses[type eq "work"].streetAddress
name.givenName
name.familyName
name.formatted
phoneNumbers[type eq "mobile"].value
phoneNumbers[type eq "work"].value
locale
""".strip().split("\n")


def sources(mapping):
    return {row.target: row.source for row in mapping.attributes}


def test_envoy_has_the_rows_of_the_tutorial_in_its_order_and_active_after_them():
    rows = ENVOY.user_mapping.attributes

    assert [row.target for row in rows] == [*TUTORIAL_USERS, "active"]
    assert rows[-1].note == "Added by the simulator, not in the tutorial's table."
    assert rows[-1].source == (
        'Switch([IsSoftDeleted], , "False", "True", "True", "False")'
    )


def test_envoy_has_the_three_group_rows_of_the_tutorial():
    assert sources(ENVOY.group_mapping) == {
        "displayName": "displayName",
        "externalId": "objectId",
        "members": "members",
    }


def test_envoy_takes_each_row_from_the_attribute_that_entra_would():
    made = sources(ENVOY.user_mapping)

    assert made["userName"] == "userPrincipalName"
    assert made["title"] == "jobTitle"
    assert made['addresses[type eq "work"].formatted'] == "physicalDeliveryOfficeName"
    assert made["name.formatted"] == 'Join(" ", [givenName], [surname])'
    assert made["locale"] == "preferredLanguage"


def test_a_custom_application_has_what_every_scim_application_gets():
    made = sources(CUSTOM.user_mapping)

    assert made['phoneNumbers[type eq "fax"].value'] == "facsimileTelephoneNumber"
    assert made[f"{ENTERPRISE}:employeeNumber"] == "employeeId"
    assert made[f"{ENTERPRISE}:department"] == "department"
    assert made[f"{ENTERPRISE}:manager"] == "manager"
    assert len(made) == 22


@pytest.mark.parametrize("template", gallery.TEMPLATES.values(), ids=lambda t: t.id)
def test_templates_are_sound_and_match_by_the_name(template):
    for mapping, name in [
        (template.user_mapping, "userName"),
        (template.group_mapping, "displayName"),
    ]:
        mappings.check(mapping)
        assert [row.target for row in mappings.matching(mapping)] == [name]
        actions = [mapping.create, mapping.update, mapping.delete]
        assert [mapping.enabled, *actions] == [True] * 4
        assert mapping.filters == ()


def test_templates_are_found_by_their_ids_and_only_the_custom_one_brings_its_url():
    assert {key: t.needs_own_url for key, t in gallery.TEMPLATES.items()} == {
        "envoy": False,
        "custom-scim": True,
    }
    assert all(key == template.id for key, template in gallery.TEMPLATES.items())
    assert all(re.fullmatch(r"[a-z-]+", key) for key in gallery.TEMPLATES)
