"""The functions that write a value as another type, or as bytes are written."""

import pytest

from tests.entra.expressions.evaluating import refusal, value


def test_bit_and_keeps_the_bits_that_both_have():
    assert value("BitAnd(&HF, &HF7)") == 7
    assert value("BitAnd([userAccountControl], 2)", userAccountControl="514") == 2


def test_bit_and_refuses_what_is_no_number():
    assert "value1 must be a whole number, not “abc”" in refusal('BitAnd("abc", 1)')


def test_c_bool_of_a_comparison_is_whether_it_holds():
    assert value("CBool([a] = [b])", a="x", b="x") is True
    assert value("CBool([a] = [b])", a="x", b="y") is False


@pytest.mark.parametrize(
    ("given", "made"),
    [
        ("True", True),
        ("false", False),
        (1, True),
        ("0", False),
        (-3, True),
        (None, False),
    ],
)
def test_c_bool_of_a_value_is_whether_it_is_true_or_not_zero(given, made):
    assert value("CBool([a])", a=given) is made


def test_c_bool_refuses_other_text():
    assert "Expected True or False" in refusal('CBool("perhaps")')


def test_convert_to_base64_writes_utf_16():
    assert (
        value('ConvertToBase64("Hello world!")') == "SABlAGwAbABvACAAdwBvAHIAbABkACEA"
    )


def test_convert_to_utf8_hex_writes_capitals():
    assert value('ConvertToUTF8Hex("Hello world!")') == "48656C6C6F20776F726C6421"


def test_half_a_character_can_be_written_too():
    assert value("ConvertToUTF8Hex([a])", a="\ud800") == "EDA080"
    assert value("ConvertToBase64([a])", a="\ud800") == "ANg="


@pytest.mark.parametrize(
    ("given", "made"),
    [
        (True, "True"),
        (42, "42"),
        ("cn=Joe,dc=contoso", "cn=Joe,dc=contoso"),
        (None, ""),
    ],
)
def test_c_str_writes_a_value_as_text(given, made):
    assert value("CStr([a])", a=given) == made


@pytest.mark.parametrize(
    ("text", "is_text"),
    [
        ('"a"', True),
        ("Now()", True),
        ("1", False),
        ("IsNull(1)", False),
        ("[x]", False),
    ],
)
def test_is_string_tells_text_from_the_rest(text, is_text):
    assert value(f"IsString({text})") is is_text


def test_redact_leaves_the_value_as_it_is():
    assert value("Redact([mail])", mail="ann@contoso.example") == "ann@contoso.example"
