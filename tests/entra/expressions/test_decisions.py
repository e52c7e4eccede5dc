"""The functions that decide, with the samples of Microsoft's reference."""

import pytest

from envoy_console.entra.expressions import IGNORE
from tests.entra.expressions.evaluating import refusal, value


def test_coalesce_takes_the_first_that_is_not_null():
    text = "Coalesce([mail], [userPrincipalName])"
    assert value(text, userPrincipalName="upn") == "upn"
    assert value(text, mail="", userPrincipalName="upn") == "upn"
    assert value(text, mail="mail", userPrincipalName="upn") == "mail"
    assert value(text) is None


def test_coalesce_may_end_with_a_default_even_an_empty_one():
    assert value('Coalesce([mail], "")') == ""


def test_coalesce_does_not_look_at_what_it_does_not_need():
    assert value('Coalesce("here", Mid("x", 0, 1))') == "here"


def test_ignore_flow_leaves_the_target_alone_where_there_is_no_value():
    text = "IgnoreFlowIfNullOrEmpty([department])"
    assert value(text) is IGNORE
    assert value(text, department="") is IGNORE
    assert value(text, department="Sales") == "Sales"


def test_ignore_flow_looks_at_what_an_expression_makes():
    text = (
        'IgnoreFlowIfNullOrEmpty(Switch([prefix], "", "3443", "Dr.", "3444", "Prof."))'
    )
    assert value(text, prefix="9") is IGNORE
    assert value(text, prefix="3444") == "Prof."


def test_a_branch_can_leave_the_target_alone():
    text = 'IIF([country] = "US", [state], IgnoreFlowIfNullOrEmpty([city]))'
    assert value(text, country="FR", state="WA") is IGNORE


def test_what_is_to_be_ignored_is_an_empty_text_to_other_functions():
    assert value('Join("-", IgnoreFlowIfNullOrEmpty([a]), "b")') == "b"


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ('[country] = "US"', True),
        ('[country] = "us"', False),
        ('[country] <> "US"', False),
        ("[employeeId] > 9", True),
        ('[employeeId] > "9"', True),
        ("[employeeId] >= 10", True),
        ("[employeeId] < 10", False),
        ("[employeeId] <= 10", True),
        ('[country] > "UA"', True),
        ('"--5" < "5"', True),
        ("[accountEnabled]", True),
        ('[accountEnabled] = "True"', True),
        ("IsPresent([country])", True),
        ('[country] <> ""', True),
    ],
)
def test_iif_takes_one_value_where_its_condition_holds_and_else_the_other(
    condition, holds
):
    made = value(
        f'IIF({condition}, "yes", "no")',
        country="US",
        employeeId="10",
        accountEnabled=True,
    )
    assert made == ("yes" if holds else "no")


@pytest.mark.parametrize(
    "condition",
    [
        '[country] = ""',
        '[country] <> "US"',
        '"US" <> [country]',
        "IsNullOrEmpty([country])",
        "IsNull([country])",
        "[country]",
        'DateDiff("d", Now(), CDate([country])) < 5',
    ],
)
def test_no_condition_of_iif_holds_for_an_empty_source(condition):
    assert value(f'IIF({condition}, "yes", "no")') == "no"


def test_iif_nests_for_and():
    text = 'IIF([country]="USA",IIF([state]="CA","True","False"),"False")'
    assert value(text, country="USA", state="CA") == "True"
    assert value(text, country="USA", state="WA") == "False"


def test_iif_does_not_look_at_the_other_branch():
    assert value('IIF("True", "fine", Mid("x", 0, 1))') == "fine"


def test_iif_refuses_a_condition_that_is_neither_true_nor_false():
    assert "Expected True or False, not “maybe”" in refusal('IIF("maybe", 1, 2)')


@pytest.mark.parametrize(
    ("text", "null", "empty", "given"),
    [
        ("IsNull({})", True, False, False),
        ("IsNullOrEmpty({})", True, True, False),
        ("IsPresent({})", False, False, True),
    ],
)
def test_presence_can_be_asked(text, null, empty, given):
    assert value(text.format("[mail]")) is null
    assert value(text.format('""')) is empty
    assert value(text.format("[mail]"), mail="ann@contoso.example") is given


@pytest.mark.parametrize(
    ("source", "flipped"),
    [(True, False), (False, True), ("True", False), ("False", True), (None, True)],
)
def test_not_flips(source, flipped):
    assert value("Not([IsSoftDeleted])", IsSoftDeleted=source) is flipped


def test_switch_takes_the_value_of_a_key():
    text = 'Switch([state], "Australia/Sydney", "QLD", "Australia/Brisbane", "SA", "Adelaide")'
    assert value(text, state="QLD") == "Australia/Brisbane"
    assert value(text, state="SA") == "Adelaide"


def test_switch_takes_its_default_where_no_key_is_the_source():
    assert (
        value('Switch([state], "Sydney", "QLD", "Brisbane")', state="qld") == "Sydney"
    )
    assert value('Switch([state], , "QLD", "Brisbane")', state="WA") is None


def test_switch_knows_an_empty_source_by_an_empty_key():
    assert value('Switch([flag], "Default Value", "true", "1", "", "0")') == "0"


def test_switch_can_pass_its_source_through():
    text = 'Switch([title], [title], "", "N/A")'
    assert value(text) == "N/A"
    assert value(text, title="Engineer") == "Engineer"
