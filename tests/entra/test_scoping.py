"""Scoping filters: who is in scope, and the reasons."""

import pytest

from envoy_console.entra import scoping
from envoy_console.entra.scoping import Clause, ScopingError, ScopingFilter
from tests.entra.builders import person, team


def in_scope(attribute, operator, value="", **attributes):
    clause = Clause(attribute, operator, value)
    return scoping.evaluate(
        [ScopingFilter("Test", (clause,))], person(**attributes)
    ).passed


@pytest.mark.parametrize(
    ("operator", "value", "held", "expected"),
    [
        ("EQUALS", "Sales", "Sales", True),
        ("EQUALS", "sales", "Sales", False),
        ("NOT EQUALS", "Sales", "IT", True),
        ("NOT EQUALS", "IT", "IT", False),
        ("ENDS_WITH", "es", "Sales", True),
        ("ENDS_WITH", "ES", "Sales", False),
        ("Includes", "ale", "Sales", True),
        ("Includes", "Ale", "Sales", False),
        # the attribute is looked for in the value, not the other way round
        ("&", "Sales, IT", "IT", True),
        ("&", "IT", "Sales, IT", False),
        ("!&", "Sales, IT", "HR", True),
        ("!&", "Sales, IT", "IT", False),
        ("Greater_Than", "9", "10", True),
        ("Greater_Than", "10", "10", False),
        ("Greater_Than", "9", "ten", False),
        ("Greater_Than", "9", "9.5", False),
        ("Greater_Than", "9", "0009", False),
        ("Greater_Than", "9" * 5000, "1" + "0" * 5000, True),
        ("Greater_Than_OR_EQUALS", "10", "10", True),
        ("Greater_Than_OR_EQUALS", "11", "10", False),
        ("REGEX MATCH", "^S.*s$", "Sales", True),
        ("REGEX MATCH", "al", "Sales", True),
        ("REGEX MATCH", "^al", "Sales", False),
        ("NOT REGEX MATCH", "^S", "IT", True),
        ("NOT REGEX MATCH", "^S", "Sales", False),
        ("IS NULL", "", "IT", False),
        ("IS NOT NULL", "", "IT", True),
        ("IS TRUE", "", "True", True),
        ("IS TRUE", "", "IT", False),
        ("IS FALSE", "", "False", True),
    ],
)
def test_a_clause_holds_by_its_operator(operator, value, held, expected):
    assert in_scope("department", operator, value, department=held) is expected


@pytest.mark.parametrize("operator", list(scoping.Operator))
@pytest.mark.parametrize("nothing", [None, ""])
def test_without_a_value_only_is_null_holds(operator, nothing):
    passed = in_scope("department", operator, "1", department=nothing)

    assert passed is (operator == "IS NULL")


@pytest.mark.parametrize("enabled", [True, False])
def test_booleans_are_asked_for_as_such_or_as_text(enabled):
    assert in_scope("accountEnabled", "IS TRUE", accountEnabled=enabled) is enabled
    assert in_scope("accountEnabled", "IS FALSE", accountEnabled=enabled) is not enabled
    assert in_scope("accountEnabled", "EQUALS", str(enabled), accountEnabled=enabled)


def test_the_documented_patterns_find_what_they_should():
    domain = r".*\@contoso.example"

    assert in_scope("userPrincipalName", "REGEX MATCH", domain)
    assert not in_scope("userPrincipalName", "NOT REGEX MATCH", domain)
    assert in_scope("employeeId", "REGEX MATCH", "([1-9][0-9])", employeeId="42")


def test_clauses_of_a_filter_must_all_hold_and_one_filter_is_enough():
    wrong = Clause("city", "EQUALS", "Oslo")
    right = Clause("department", "EQUALS", "Engineering")
    both = ScopingFilter("Both", (right, wrong))
    one = ScopingFilter("One", (right,))

    assert not scoping.evaluate([both], person()).passed
    assert scoping.evaluate([both, one], person()).passed


def test_without_filters_everybody_is_in_scope():
    evaluation = scoping.evaluate([], person())

    assert evaluation.passed
    assert evaluation.results == {}


def test_every_clause_is_told_as_the_provisioning_log_tells_it():
    filters = [
        ScopingFilter(
            "Marketing department filter",
            (
                Clause("department", "EQUALS", "Marketing"),
                Clause("mail", "IS NOT NULL"),
            ),
        )
    ]

    assert scoping.evaluate(filters, person()).results == {
        "Marketing department filter.department EQUALS 'Marketing'": False,
        "Marketing department filter.mail IS NOT NULL": True,
    }


def test_a_pattern_that_takes_too_long_is_an_error_and_not_an_answer():
    with pytest.raises(ScopingError, match=r"takes too long for 'ann\.lee@contoso"):
        in_scope("city", "REGEX MATCH", r"(a|aa)+$", city="a" * 60 + "b")


def refused(attribute, operator="EQUALS", value="x", kind="User", title="Test"):
    clause = Clause(attribute, operator, value)
    with pytest.raises(ScopingError) as caught:
        scoping.check(ScopingFilter(title, (clause,)), kind)
    return str(caught.value)


@pytest.mark.parametrize(
    ("attribute", "kind"),
    [
        ("members", "Group"),
        ("manager", "User"),
        ("userType", "User"),
        ("appRoleAssignments", "User"),
        ("employeeHireDate", "User"),
        ("IsSoftDeleted", "User"),
    ],
)
def test_attributes_that_entra_does_not_support_are_refused(attribute, kind):
    assert "do not support" in refused(attribute, kind=kind)
    assert attribute not in scoping.scopable(kind)


def test_attributes_that_nobody_has_are_refused():
    assert "no attribute “Department”" in refused("Department")
    assert "A group has no" in refused("department", kind="Group")


def test_is_member_of_is_refused_and_unknown_operators_too():
    assert "IsMemberOf is not supported" in refused("city", "IsMemberOf")
    assert "Choose one of &, !&, ENDS_WITH" in refused("city", "equals")


@pytest.mark.parametrize("value", ["ten", "1.5", "-1", "²"])
@pytest.mark.parametrize("operator", ["Greater_Than", "Greater_Than_OR_EQUALS"])
def test_only_integers_are_compared(operator, value):
    assert "integers only" in refused("employeeId", operator, value)


def test_a_value_is_needed_where_the_operator_compares():
    assert "Give city EQUALS a value" in refused("city", value="")


def test_a_pattern_that_does_not_parse_is_refused_with_place_and_reason():
    told = refused("city", "REGEX MATCH", "Lis[bo")

    assert "“city REGEX MATCH 'Lis[bo'” does not parse at character 7" in told
    assert "unterminated character set" in told


def test_a_filter_needs_a_title_and_a_clause():
    assert "title" in refused("city", title=" ")
    with pytest.raises(ScopingError, match="Add a clause"):
        scoping.check(ScopingFilter("Empty", ()))


@pytest.mark.parametrize(
    ("clause", "kind"),
    [
        (Clause("department", "EQUALS", "Sales"), "User"),
        (Clause("extensionAttribute15", "IS NULL"), "User"),
        (Clause("employeeId", "Greater_Than", "1000000"), "User"),
        (Clause("displayName", "REGEX MATCH", "^Team"), "Group"),
        (Clause("securityEnabled", "IS TRUE"), "Group"),
    ],
)
def test_sound_filters_pass(clause, kind):
    scoping.check(ScopingFilter("Sound", (clause,)), kind)


def test_groups_are_scoped_too():
    only_teams = ScopingFilter("Teams", (Clause("displayName", "ENDS_WITH", "team"),))

    assert scoping.evaluate([only_teams], team(displayName="Night team")).passed
    assert not scoping.evaluate([only_teams], team()).passed
