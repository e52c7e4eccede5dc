"""The five modes of Replace, with the samples of Microsoft's reference."""

import pytest

from tests.entra.expressions.evaluating import refusal, value

PHONE = r'"\\+(?<isdCode>\\d* )(?<phoneNumber>\\d{10})"'


def test_an_old_value_is_replaced_wherever_it_is():
    assert value('Replace([a], "-", , , "/", , )', a="1-2-3") == "1/2/3"
    assert value('Replace([a], "X", , , "y", , )', a="x") == "x"


def test_a_known_domain_is_stripped():
    assert (
        value('Replace([mail], "@contoso.com", , ,"", ,)', mail="john.doe@contoso.com")
        == "john.doe"
    )


def test_the_source_goes_into_a_template():
    text = 'Replace([UserID], "<username>", , , , , "<username>@contoso.com")'
    assert value(text, UserID="jsmith") == "jsmith@contoso.com"


def test_what_a_pattern_finds_is_replaced_by_one_of_its_groups():
    text = f'Replace([telephoneNumber], , {PHONE}, , "${{phoneNumber}}", , )'
    assert value(text, telephoneNumber="+91 9998887777") == "9998887777"


def test_everything_that_a_pattern_finds_goes():
    text = r'Replace([mobile], , "[()\\s-]+", , "", , )'
    # Microsoft's sample forgets the plus, which the pattern does not find
    assert value(text, mobile="+1 (999) 888-7777") == "+19998887777"
    assert (
        value(
            'Replace([mailNickname], , "[a-zA-Z_]*", , "", , )',
            mailNickname="john_doe72",
        )
        == "72"
    )


def test_an_object_id_becomes_a_number():
    text = 'Join("", 1000, Replace(ConvertToUTF8Hex([objectId]), , "[a-zA-Z_]*", , "", , ))'
    # "0a-b" is 30 61 2D 62 in hexadecimal
    assert value(text, objectId="0a-b") == "10003061262"


@pytest.mark.parametrize(
    ("replacement", "made"),
    [
        ("$2-$1", "b-a"),
        ("${second}", "b"),
        ("[$&]", "[ab]"),
        ("$0$0", "abab"),
        ("$$1", "$1"),
        ("$9 ${none} $", "$9 ${none} $"),
    ],
)
def test_a_replacement_names_groups_as_dotnet_does(replacement, made):
    text = 'Replace("ab", , "(?<first>a)(?<second>b)", , [a], , )'
    assert value(text, a=replacement) == made


def test_a_group_that_found_nothing_is_an_empty_text():
    assert value('Replace("b", , "(?<x>a)?b", , "[${x}]", , )') == "[]"


def test_only_what_a_group_finds_is_replaced():
    text = r'Replace([a], ,"(?<streetNumber>^\\d*)","streetNumber", "888", , )'
    assert value(text, a="545 Tremont Street") == "888 Tremont Street"
    text = 'Replace([upn], , "(?<Suffix>@(.)*)", "Suffix", "", , )'
    assert value(text, upn="jsmith@contoso.com") == "jsmith"


def test_a_group_that_finds_nothing_replaces_nothing():
    text = r'Replace([a], ,"(?<streetNumber>^\\d*)","streetNumber", "888", , )'
    assert value(text, a="Tremont Street") == "Tremont Street"


def test_a_group_in_the_middle_is_replaced_in_every_match():
    text = r'Replace("a1b a2b", , "a(?<n>\\d)b", "n", "*", , )'
    assert value(text) == "a*b a*b"


def test_an_empty_source_takes_what_a_group_finds_in_another_attribute():
    text = f'Replace([telephoneNumber], , {PHONE}, "phoneNumber" , , [mobile], )'
    assert value(text, mobile="+91 8887779999") == "8887779999"
    assert value(text, telephoneNumber="1234", mobile="+91 8887779999") == "1234"
    assert value(text, mobile="none") == ""
    assert value(text) == ""


def test_a_replacement_may_come_from_an_attribute_without_a_value():
    assert value('Replace("a-b", "-", , , [none], , )') == "ab"


def test_the_trailing_commas_can_be_left_out():
    assert value('Replace("a-b", "-", , , "+")') == "a+b"


def test_a_group_that_the_pattern_has_not_is_refused():
    assert "no group named “other”" in refusal(
        'Replace("a", , "(?<one>a)", "other", "", , )'
    )


def test_an_empty_old_value_is_refused():
    assert "oldValue of Replace is empty" in refusal('Replace("a", "", , , "b", , )')


def test_a_pattern_from_an_attribute_is_refused_when_it_is_met():
    assert "cannot be read" in refusal('Replace("a", , [p], , "", , )', p="(")


def test_a_pattern_that_takes_too_long_is_given_up():
    text = 'Replace([a], , "^(a+)+$", , "", , )'
    assert "takes too long" in refusal(text, a="a" * 5_000 + "!")


@pytest.mark.parametrize(
    "text",
    [
        'Replace([long], "a", , , [long], , )',
        'Replace([long], "a", , , , , [long])',
        'Replace([long], , "a", , [long], , )',
        'Replace([long], , "(?<x>a)", "x", [long], , )',
        'Replace([long], , "(?<x>a+)", , [groups], , )',
        "Append([most], [most])",
    ],
)
def test_a_text_cannot_become_too_long(text):
    message = refusal(text, long="a" * 9_000, most="a" * 90_000, groups="${x}" * 9_000)
    assert "longer than 100,000 characters" in message
