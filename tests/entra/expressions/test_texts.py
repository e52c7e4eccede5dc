"""The functions that make text of text, with the samples of Microsoft's reference."""

import pytest

from tests.entra.expressions.evaluating import refusal, value


def test_append_puts_a_suffix_at_the_end():
    made = value('Append([userPrincipalName], ".test")', userPrincipalName="a@b.c")
    assert made == "a@b.c.test"


def test_append_takes_no_value_for_an_empty_text():
    assert (
        value("Append(Mid([givenName], 1, 3), Mid([surname], 1, 5))", surname="Doe")
        == "Doe"
    )


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('InStr("The quick brown fox", "quick")', 5),
        ('InStr("repEated", "e", 3, vbBinaryCompare)', 7),
        ('InStr("repEated", "e", 3, vbTextCompare)', 4),
        ('InStr("repEated", "E", , vbTextCompare)', 2),
        ('InStr("repEated", "x")', 0),
        ('InStr([mail], "@")', 0),
        ('InStr("a", "a", 5)', 0),
    ],
)
def test_in_str_tells_where_one_text_is_in_another(text, place):
    assert value(text) == place


def test_in_str_keeps_count_where_small_letters_are_longer():
    assert value('InStr("İİX", "x", 1, vbTextCompare)') == 3


def test_in_str_refuses_what_it_does_not_know():
    assert "cannot start at 0" in refusal('InStr("a", "a", 0)')
    assert "vbBinaryCompare or vbTextCompare" in refusal('InStr("a", "a", 1, "loose")')


@pytest.mark.parametrize(
    ("number", "left"), [(3, "Joh"), (0, ""), (-1, "John Doe"), (99, "John Doe")]
)
def test_left_takes_characters_from_the_left(number, left):
    assert value(f'Left("John Doe", {number})') == left


def test_left_of_nothing_is_an_empty_text():
    assert value("Left([mail], 3)") == ""


@pytest.mark.parametrize(
    ("start", "length", "middle"),
    [(1, 3, "Joh"), (6, 99, "Doe"), (2, 0, ""), (20, 5, "")],
)
def test_mid_takes_characters_from_a_place_on(start, length, middle):
    assert value(f'Mid("John Doe", {start}, {length})') == middle


def test_mid_counts_from_one():
    assert "starts at 1" in refusal('Mid("John", 0, 2)')
    assert "0 characters or more" in refusal('Mid("John", 1, -2)')


@pytest.mark.parametrize(
    ("accented", "plain"),
    [
        ("Zoë", "Zoe"),
        ("äàâãåáąăā ÄÀÂÃÅÁĄĂĀ", "aaaaaaaaa AAAAAAAAA"),
        ("çčć ďÏ ğ ľł", "ccc dI g ll"),
        ("ñńň öòőõôóō řš śșş", "nnn ooooooo rs sss"),
        ("ťț üùûúůűū ÿý źžż", "tt uuuuuuu yy zzz"),
        ("æ Æ ǣ œ̄ Ø ø ß", "ae AE ae oe OE oe ss"),
        ("Łukasz İpek ılgın", "Lukasz Ipek ilgin"),  # noqa: RUF001
        ("a̱ å̄ ē̂ ṳ̄ Ǭ", "a a e u O"),
        ("Søren Müller-Straße", "Soeren Muller-Strasse"),
    ],
)
def test_normalize_diacritics_takes_accents_off(accented, plain):
    assert value("NormalizeDiacritics([givenName])", givenName=accented) == plain


def test_normalize_diacritics_is_quick_with_any_number_of_accents():
    text = "a" + "\u0301\u0316" * 49_000
    assert value("NormalizeDiacritics([givenName])", givenName=text) == "a"


def test_normalize_diacritics_leaves_other_scripts_as_they_are():
    assert (
        value("NormalizeDiacritics([givenName])", givenName="Йоко 가을 が")
        == "Йоко 가을 が"
    )


@pytest.mark.parametrize(
    ("text", "proper"),
    [
        ('PCase("PABLO GONSALVES (SECOND)")', "Pablo Gonsalves (Second)"),
        ("""PCase("PINTO-DE'SILVA", " '-")""", "Pinto-De'Silva"),
        ("""PCase("PINTO-DE'SILVA")""", "Pinto-De'silva"),
        ('PCase("PINTO-DE SILVA", " ")', "Pinto-de Silva"),
        ('PCase("smith_jones/o2x élan")', "Smith_Jones/O2x Élan"),
        ("PCase([surname])", ""),
    ],
)
def test_p_case_begins_each_word_with_a_capital(text, proper):
    assert value(text) == proper


def test_strip_spaces_takes_spaces_and_nothing_else():
    assert value("StripSpaces([a])", a=" Ann \tvan Lee") == "Ann\tvanLee"


def test_to_lower_and_to_upper_change_the_case():
    assert value('ToLower("Ann LEE")') == "ann lee"
    assert value('ToUpper("Ann Lee")') == "ANN LEE"


def test_the_case_follows_the_culture():
    assert value('ToUpper("izmir")') == "IZMIR"
    assert value('ToUpper("izmir", "tr-TR")') == "İZMİR"
    assert value('ToLower("DIYARBAKIR İL", "tr")') == "dıyarbakır il"  # noqa: RUF001
    assert value('ToLower("ISTANBUL", "en-US")') == "istanbul"


def test_capitals_are_never_more_than_there_were_letters():
    assert value('ToUpper("straße")') == "STRAßE"


def test_a_culture_that_is_none_is_refused():
    assert "not a culture" in refusal('ToLower("x", "english, please")')


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ('Word("The quick brown fox", 3, " ")', "brown"),
        ('Word("This,string!has&many separators", 3, ",!&#")', "has"),
        ('Word("a]b^c-d", 4, "]^-")', "d"),
        ('Word("one  two", 2, " ")', "two"),
        ('Word("one two", 0, " ")', ""),
        ('Word("one two", 3, " ")', ""),
        ('Word([displayName], 1, " ")', ""),
        ('Word("one two", 1, "")', "one two"),
    ],
)
def test_word_takes_one_word(text, word):
    assert value(text) == word
