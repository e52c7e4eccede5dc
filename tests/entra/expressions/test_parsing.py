"""What an expression may look like, and what is said about one that does not."""

import pytest

from envoy_console.entra import expressions
from tests.entra.expressions.evaluating import fault, value


def test_an_attribute_stands_in_brackets():
    assert value("[mail]", mail="ann@contoso.example") == "ann@contoso.example"


def test_an_attribute_goes_by_its_exact_name():
    assert value("[Mail]", mail="ann@contoso.example") is None


def test_an_empty_attribute_has_no_value():
    assert value("[mail]", mail="") is None


def test_a_string_stands_in_quotes():
    assert value('"United States"') == "United States"


def test_quotes_and_backslashes_in_a_string_follow_a_backslash():
    assert (
        value(r'"Company name: \"Contoso\" \\ Ltd"') == r'Company name: "Contoso" \ Ltd'
    )


def test_a_backslash_before_anything_else_stands_for_itself():
    assert value(r'"\d+"') == r"\d+"


def test_functions_can_be_nested():
    text = 'ToLower(Join("@", StripSpaces([displayName]), "contoso.example"))'
    assert value(text, displayName="Ann Lee") == "annlee@contoso.example"


def test_blanks_and_new_lines_between_the_parts_are_free():
    assert value(' Join ( " " ,\n\t[ givenName ] , "x" ) ', givenName="Ann") == "Ann x"


def test_an_optional_argument_may_be_left_empty():
    text = 'Switch([IsSoftDeleted], , "False", "True", "True", "False")'
    assert value(text, IsSoftDeleted=True) == "False"
    assert value(text, IsSoftDeleted=False) == "True"


@pytest.mark.parametrize(
    ("text", "number"), [("10", 10), ("-10", -10), ("&HF7", 247), ("&hf7", 247)]
)
def test_numbers_are_whole_and_may_be_hexadecimal(text, number):
    assert value(text) == number


def test_the_attributes_of_an_expression_are_known():
    parsed = expressions.parse(
        'IIF([country] = "US", [state], Join(" ", [city], [state]))'
    )
    assert parsed.attributes == {"country", "state", "city"}


def test_an_expression_tells_that_its_value_is_not_for_the_logs():
    assert expressions.parse("ToLower(Redact([mail]))").is_redacted
    assert not expressions.parse('ToLower("Redact")').is_redacted


@pytest.mark.parametrize(
    ("text", "expected", "position"),
    [
        ("", "Expected an expression", 0),
        ("  \n", "Expected an expression", 0),
        ("ToLower([mail]", "Expected , or ) in ToLower, found the end", 14),
        ("ToLower", "Expected ( after “ToLower”", 7),
        ("mail", "An attribute stands in brackets", 4),
        ("ToLower([mail])) ", "Expected the end of the expression, found “)”", 15),
        ("ToLower([mail]) ToUpper", "Expected the end of the expression", 16),
        ("ToLower([mail] [mail])", "Expected , or ) in ToLower, found “[mail]”", 15),
        ('Append([mail], "x)', 'Expected " at the end of this string', 15),
        ("ToLower([mail)", "Expected ] at the end of this attribute", 8),
        ("ToLower([])", "Expected the name of an attribute", 8),
        ("ToLower({mail})", "Expected a function, an [attribute]", 8),
        ("ToLower(+)", "found “+”", 8),
        ("Left([mail], 1.5)", "Expected a whole number", 13),
        ("Left([mail], 12345678901234567890)", "at most 19 digits", 13),
        ("ToLower(,)", "Expected a source here: ToLower(source, culture?)", 8),
        ("Append([mail], )", "Expected a suffix here: Append(source, suffix)", 15),
        ('Switch([a], , "k", )', "Expected a value here", 19),
        (")", "Expected a function", 0),
        ("=", "Expected a function", 0),
    ],
)
def test_a_fault_says_what_was_expected_and_where(text, expected, position):
    message, where = fault(text)
    assert expected in message
    assert where == position


@pytest.mark.parametrize(
    ("name", "nearest"),
    [("tolower", "ToLower"), ("Concat", "Count"), ("Iif", "IIF"), ("Nwo", "Now")],
)
def test_an_unknown_function_is_answered_with_the_nearest(name, nearest):
    message, where = fault(f"Append({name}([mail]), 1)")
    assert f"There is no function “{name}”" in message
    assert nearest in message
    assert where == 7


def test_a_function_of_active_directory_alone_is_refused_with_its_reason():
    message, _ = fault("SelectUniqueValue([mail], [userPrincipalName])")
    assert "on-premises Active Directory only" in message


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Append([mail])", "Expected 2 arguments for Append, found 1"),
        ("ToLower()", "Expected 1 to 2 arguments for ToLower, found 0"),
        ("Now(1)", "Expected no arguments for Now, found 1"),
        ("IIF([a] = 1, 2)", "Expected 3 arguments for IIF, found 2"),
        ('Join(" ")', "Expected 2 arguments or more for Join, found 1"),
        (
            'Switch([a], "", "k", "v", "lonely")',
            "Expected 4 arguments or more, in pairs for Switch, found 5",
        ),
        ("Coalesce()", "Expected 1 argument or more for Coalesce, found 0"),
    ],
)
def test_a_wrong_number_of_arguments_is_told_with_the_right_one(text, expected):
    message, where = fault(f"ToLower({text})")
    assert expected in message
    assert where == 8


def test_only_conditions_compare():
    assert fault('ToLower([a] = "b")')[1] == 12
    assert fault('[a] = "b"')[1] == 4
    assert fault('IIF([a] = "b", [c] = "d", 1)')[1] == 19


def test_a_missing_and_is_answered_with_what_to_do():
    message, where = fault('IIF([a] = "b" AND [c] = "d", 1, 2)')
    assert "put another IIF into this one" in message
    assert where == 14


def test_an_expression_may_have_ten_thousand_characters():
    assert value('"' + "a" * 9_998 + '"') == "a" * 9_998
    message, where = fault('"' + "a" * 9_999 + '"')
    assert "10,000 characters; this has 10,001" in message
    assert where == 10_000


def test_functions_nest_forty_deep_and_no_deeper():
    assert value("ToLower(" * 40 + '"A"' + ")" * 40) == "a"
    message, where = fault("ToLower(" * 41 + '"A"' + ")" * 41)
    assert "at most 40 deep" in message
    assert where == 320


def test_a_regular_expression_is_refused_where_it_goes_wrong():
    message, where = fault(r'Replace([mail], , "\\d(oops", , "", , )')
    assert "cannot be read: missing )" in message
    assert where == len(r'Replace([mail], , "\\d(oops')


@pytest.mark.parametrize(
    "text",
    [
        "Replace([mail])",
        'Replace([mail], "old", , , , , )',
        'Replace([mail], , "p", "g", , , )',
        'Replace([mail], , , , "new", , )',
    ],
)
def test_a_replace_that_could_never_replace_is_refused(text):
    message, where = fault(text)
    assert "Expected an oldValue with a replacementValue or a template" in message
    assert where == 0
