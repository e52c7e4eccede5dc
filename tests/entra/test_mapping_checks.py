"""What is refused when a mapping is saved, and what the administrator is told."""

import pytest

from envoy_console.entra import mappings
from envoy_console.entra.mappings import MappingError
from envoy_console.entra.scoping import Clause, ScopingError, ScopingFilter
from envoy_console.entra.target_paths import ENTERPRISE
from tests.entra.builders import constant, direct, expression, left_alone, users

JOIN = 'Join(" ", [givenName], [surname])'


def refusal(*rows, **more):
    with pytest.raises(MappingError) as caught:
        mappings.check(users(*rows, **more))
    return str(caught.value)


@pytest.mark.parametrize(
    "rows",
    [
        [direct("title", "jobTitle"), constant("active", "true")],
        [expression("name.formatted", JOIN), direct("name.givenName", "givenName")],
        [direct(f"{ENTERPRISE}:manager", "manager")],
        [direct("department", "department")],
        [left_alone("title", default="Colleague"), left_alone("nickName")],
        [direct("urn:example:Badge:2.0:User:colour", "extensionAttribute1")],
        [direct("externalId", "objectId", matching_precedence=2)],
        [
            direct('emails[type eq "work"].value', "mail"),
            direct('emails[type eq "home"].value', "extensionAttribute2"),
            constant('emails[type eq "work"].primary', "True"),
        ],
    ],
)
def test_sound_mappings_pass(rows):
    mappings.check(users(*rows))


@pytest.mark.parametrize("target", ["id", "ID", "meta.created", "schemas"])
def test_what_is_the_targets_own_is_no_target_attribute(target):
    assert "the target's own" in refusal(constant(target, "x"))


def test_a_target_that_is_no_path_is_refused():
    assert "is not a target attribute" in refusal(constant("first name", "x"))


def test_a_target_with_several_values_needs_to_say_which():
    assert 'emails[type eq "work"].value' in refusal(direct("emails", "mail"))
    assert "say which" in refusal(direct("phoneNumbers.value", "mobile"))
    assert "name.givenName" in refusal(direct("name", "displayName"))


@pytest.mark.parametrize("again", ["title", "Title"])
def test_a_target_is_mapped_once(again):
    rows = [direct("title", "jobTitle"), direct(again, "department")]

    assert f"{again} is mapped twice" in refusal(*rows)


def test_an_attribute_is_not_written_as_a_whole_and_in_parts():
    rows = [
        expression("roles", "AppRoleAssignmentsComplex([appRoleAssignments])"),
        constant('roles[primary eq "True"].value', "Admin"),
    ]

    assert "in two ways" in refusal(*rows)


@pytest.mark.parametrize("row", [direct, constant, expression])
def test_something_has_to_flow(row):
    assert "Say what flows to title" in refusal(row("title", " "))


def test_an_attribute_that_nobody_has_is_refused_wherever_it_is_named():
    assert "no attribute “jobtitle”" in refusal(direct("title", "jobtitle"))
    wrong = expression("title", 'Join(" ", [givenName], [surName])')
    assert "title: a user has no attribute “surName”" in refusal(wrong)


def test_an_expression_that_does_not_parse_is_refused_with_the_place():
    told = refusal(expression("title", 'Join(" ", [givenName]'))

    assert "title: the expression does not parse at character 22" in told


def test_an_expression_has_an_end():
    assert "at most 10,000 characters" in refusal(expression("title", "x" * 10_001))


def test_a_boolean_target_takes_no_other_constant_or_default():
    assert "active is True or False, not “yes”" in refusal(constant("active", "yes"))
    row = direct("active", "accountEnabled", default="yes")
    assert "not “yes”" in refusal(row)


def test_references_are_mapped_to_references_directly_and_never_match():
    path = f"{ENTERPRISE}:manager"

    assert "to the target's manager" in refusal(direct("title", "manager"))
    assert "directly" in refusal(constant(path, "x"))
    assert "only be mapped directly" in refusal(
        expression("title", 'Join(" ", [manager], [surname])')
    )
    assert "cannot match any" in refusal(direct(path, "manager", matching_precedence=2))


def test_something_must_match():
    row = direct("userName", "userPrincipalName")

    assert "Match objects using at least one attribute" in refusal(row)


@pytest.mark.parametrize("precedence", [0, -1, 1])
def test_precedences_are_positive_and_each_their_own(precedence):
    row = direct("externalId", "objectId", matching_precedence=precedence)

    assert "its own precedence" in refusal(row)


@pytest.mark.parametrize("row", [constant("externalId", "x"), left_alone("externalId")])
def test_what_is_the_same_for_everybody_matches_nobody(row):
    matching = type(row)(row.target, row.type, row.source, matching_precedence=2)

    assert "externalId cannot match objects" in refusal(matching)


def test_the_target_requires_a_user_name():
    by_id = direct("externalId", "objectId", matching_precedence=1)

    assert "userName must have a mapping" in refusal(by_id, left_alone("userName"))


def test_the_mapping_of_users_stays_on():
    assert "cannot be switched off" in refusal(enabled=False)


def test_scoping_filters_are_checked_for_the_kind_of_object():
    filters = (ScopingFilter("Teams", (Clause("securityEnabled", "IS TRUE"),)),)

    with pytest.raises(ScopingError, match="A user has no attribute"):
        mappings.check(users(filters=filters))
