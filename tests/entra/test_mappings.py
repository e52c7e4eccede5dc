"""Attribute mappings: what flows to the target, and what does not."""

import json

import pytest

from envoy_console.entra import mappings
from envoy_console.entra.mappings import Apply, MappingError
from envoy_console.entra.objects import WholeList
from envoy_console.entra.scoping import Clause, ScopingFilter
from tests.entra.builders import (
    CUSTOM,
    ENVOY,
    USER_NAME,
    constant,
    direct,
    expression,
    left_alone,
    person,
    team,
    users,
)


def flow(*rows, creating=False, **attributes):
    values = mappings.flow(users(*rows), person(**attributes), creating=creating)
    del values["userName"]
    return values


def test_direct_constant_and_expression_each_make_a_value():
    rows = [
        direct("title", "jobTitle"),
        constant("locale", "en-GB"),
        expression("name.formatted", 'Join(" ", [givenName], [surname])'),
    ]

    assert flow(*rows) == {
        "title": "Engineer",
        "locale": "en-GB",
        "name.formatted": "Ann Lee",
    }


def test_all_expressions_of_an_object_share_one_second():
    row = expression("title", "ToUpper(ToLower(ToUpper(ToLower([jobTitle]))))")
    asked = {"jobTitle": "Engineer" * 500}

    assert flow(row, **asked)
    with pytest.raises(MappingError, match="takes too long"):
        flow(*[row] * 100_000, **asked)


@pytest.mark.parametrize("nothing", [None, ""])
def test_what_has_no_value_is_not_sent(nothing):
    assert flow(direct("title", "jobTitle"), jobTitle=nothing) == {}


def test_a_default_is_for_creation_only():
    row = direct("title", "jobTitle", default="Colleague")

    assert flow(row, creating=True, jobTitle="") == {"title": "Colleague"}
    assert flow(row, creating=False, jobTitle="") == {}
    assert flow(row, creating=True) == {"title": "Engineer"}


def test_a_mapping_for_creation_only_is_not_applied_later():
    row = direct("title", "jobTitle", apply=Apply.CREATION)

    assert flow(row, creating=True) == {"title": "Engineer"}
    assert flow(row, creating=False) == {}


def test_none_leaves_the_target_alone_but_fills_its_default_where_it_is_empty():
    row = left_alone("title", default="Colleague")

    assert flow(row, creating=True) == {"title": "Colleague"}
    assert flow(row, creating=False) == {}
    assert mappings.fill(users(row), {"title": ""}) == {"title": "Colleague"}
    assert mappings.fill(users(row), {"title": "Engineer"}) == {}
    assert mappings.fill(users(left_alone("title")), {}) == {}


def test_only_rows_of_type_none_fill_what_is_empty():
    assert mappings.fill(users(direct("title", "jobTitle", default="X")), {}) == {}


def test_active_is_a_boolean_and_everything_else_text():
    rows = [
        expression(
            "active", 'Switch([IsSoftDeleted], , "False", "True", "True", "False")'
        ),
        direct("title", "accountEnabled"),
    ]

    assert flow(*rows) == {"active": True, "title": "True"}
    assert flow(*rows, IsSoftDeleted=True)["active"] is False


def test_references_do_not_flow_but_are_told_apart():
    mapping = CUSTOM.user_mapping
    path = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager"

    assert path not in mappings.flow(mapping, person(), creating=True)
    assert [row.target for row in mappings.references(mapping)] == [path]
    assert mappings.reference(mapping, "manager") == path
    assert mappings.reference(ENVOY.user_mapping, "manager") is None
    assert mappings.reference(ENVOY.group_mapping, "members") == "members"


def test_a_guest_is_named_without_the_home_of_the_guest():
    upn = "eva_fabrikam.com#EXT#@contoso.example"
    guest = person(userPrincipalName=upn)
    mapping = users(direct("nickName", "originalUserPrincipalName"))

    assert mappings.flow(mapping, guest, creating=True) == {
        "userName": "eva_fabrikam.com",
        "nickName": upn,
    }
    assert mappings.matching_values(mapping, guest) == [
        ("userName", "eva_fabrikam.com")
    ]


def test_roles_that_replace_are_told_from_roles_that_are_added():
    only_added = flow(
        expression("roles", "AppRoleAssignmentsComplex([appRoleAssignments])")
    )
    replaced = flow(
        expression("roles", "AssertiveAppRoleAssignmentsComplex([appRoleAssignments])")
    )

    assert not isinstance(only_added["roles"], WholeList)
    assert isinstance(replaced["roles"], WholeList)


def test_an_expression_that_cannot_be_evaluated_says_for_whom_and_for_what():
    row = expression("title", "CDate([jobTitle])")

    with pytest.raises(MappingError, match=r"for title cannot .* for 'ann.lee@contoso"):
        flow(row)


def test_matching_goes_by_precedence_and_leaves_out_what_has_no_value():
    mapping = users(
        direct("externalId", "employeeId", matching_precedence=2),
        direct('emails[type eq "work"].value', "mail", matching_precedence=3),
    )

    assert [row.target for row in mappings.matching(mapping)] == [
        "userName",
        "externalId",
        'emails[type eq "work"].value',
    ]
    assert mappings.matching_values(mapping, person(employeeId="")) == [
        ("userName", "ann.lee@contoso.example"),
        ('emails[type eq "work"].value', "ann@contoso.example"),
    ]


def test_an_object_without_the_name_that_the_target_requires_is_skipped():
    mapping = users(
        direct("externalId", "objectId", matching_precedence=1),
        direct("userName", "mail"),
    )

    assert mappings.missing(mapping, person(mail="")) == "userName"
    assert mappings.missing(mapping, person()) is None
    assert mappings.missing(ENVOY.group_mapping, team(displayName="")) == "displayName"


def test_an_object_whose_name_is_ignored_for_want_of_a_value_is_skipped():
    mapping = users(
        direct("externalId", "objectId", matching_precedence=1),
        expression("userName", "IgnoreFlowIfNullOrEmpty([mail])"),
    )

    assert mappings.missing(mapping, person(mail="")) == "userName"
    assert mappings.missing(mapping, person()) is None


def test_what_is_ignored_for_want_of_a_value_takes_no_default_and_matches_nothing():
    row = expression(
        "title",
        "IgnoreFlowIfNullOrEmpty([jobTitle])",
        default="Colleague",
        matching_precedence=2,
    )
    unknown = person(jobTitle="")

    assert flow(row, creating=True, jobTitle="") == {}
    assert [asked for asked, _ in mappings.matching_values(users(row), unknown)] == [
        "userName"
    ]


def test_an_object_that_nothing_can_match_is_skipped():
    matching = direct("externalId", "employeeId", matching_precedence=1)
    mapping = users(direct("userName", "userPrincipalName"), matching)

    assert mappings.missing(mapping, person(employeeId=None)) == "externalId"


def test_rows_that_match_or_are_required_cannot_be_deleted():
    by_mail = direct('emails[type eq "work"].value', "mail", matching_precedence=1)
    name, title = direct("userName", "userPrincipalName"), direct("title", "jobTitle")
    mapping = users(by_mail, name, title)

    kept = [row for row in mapping.attributes if mappings.is_required(mapping, row)]

    assert kept == [by_mail, name]


def test_a_mapping_comes_back_from_the_database_as_it_was_stored():
    clauses = (Clause("department", "EQUALS", "Sales"), Clause("mail", "IS NOT NULL"))
    mapping = users(
        USER_NAME,
        direct(
            "title", "jobTitle", default="Colleague", apply=Apply.CREATION, note="?"
        ),
        left_alone("locale", default="en-US"),
        filters=(ScopingFilter("Sales", clauses),),
        delete=False,
    )

    stored = json.loads(json.dumps(mappings.to_json(mapping)))

    assert stored == mappings.to_json(mapping)
    assert mappings.from_json(stored) == mapping


def test_the_templates_come_back_too():
    for mapping in (CUSTOM.user_mapping, ENVOY.group_mapping):
        assert mappings.from_json(mappings.to_json(mapping)) == mapping
