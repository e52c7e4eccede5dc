"""Regular expressions in .NET's spelling, which no text can make hang."""

import contextlib
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envoy_console.entra.patterns import (
    PatternError,
    PatternTimeoutError,
    compile_pattern,
)


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        (r"(?<x>\d+)", "a12", "12"),
        (r"(?'x'\d+)", "a12", "12"),
        (r"(?<x>a)\k<x>", "baa", "aa"),
        (r"(?<x>a)\k'x'", "baa", "aa"),
        (r".*\@contoso\.example", "ann@contoso.example", "ann@contoso.example"),
        (r"\p{Lu}\p{Ll}+", "über Ärger", "Ärger"),
        (r"a{2,3}", "aaaa", "aaa"),
        (r"{name}", "a {name}", "{name}"),
        (r"\{e}", "{e}", "{e}"),
        (r"(?i)ANN", "ann", "ann"),
    ],
)
def test_a_pattern_is_read_as_dotnet_writes_it(pattern, text, found):
    match = compile_pattern(pattern).search(text)
    assert match is not None
    assert match.group() == found


def test_braces_never_ask_for_something_similar():
    assert compile_pattern("(?:contoso){e<=2}").search("contosa") is None


def test_a_pattern_that_finds_nothing_finds_none():
    assert compile_pattern("^b").search("ab") is None


@pytest.mark.parametrize(
    ("pattern", "position"),
    [
        ("(", 1),
        ("a)", 1),
        ("[a", 2),
        ("*a", 0),
        ("(?'x'a)(?'y'b)(", 15),
        (r"{n}{n}(", 7),
    ],
)
def test_a_pattern_that_cannot_be_read_is_told_with_the_position(pattern, position):
    with pytest.raises(PatternError) as caught:
        compile_pattern(pattern)
    assert caught.value.position == position
    assert f"“{pattern}” cannot be read" in str(caught.value)


@pytest.mark.parametrize("pattern", ["(" * 1_000 + ")" * 1_000, "a" * 2_001])
def test_a_pattern_has_bounds(pattern):
    with pytest.raises(PatternError):
        compile_pattern(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        "(?:a|bc){1000000}",
        "(?:a|bc){0001000000,}",
        "(?:(?:(?:ab?){999}){999}){999}",
        "(?x)(?:(?:a|bc)  # once\n {999}) {999}",
        "(?V1)(?:[[a])](?:a|bc){999}){999}",
        r"(?:\b){99999999}",
    ],
)
def test_a_short_pattern_that_stands_for_a_huge_one_is_refused(pattern):
    with pytest.raises(PatternError, match="repeats too much"):
        compile_pattern(pattern)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r"^(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}$", "2001:db8:0:0:0:0:0:1"),
        (
            r"^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
            f"{0:08}{'-0000' * 3}-{0:012}",
        ),
        (r"^.{1,1000}$", "Ann"),
        (r"^(?:\w{2,}\.){0,5000}x$", "ab.cd.x"),
    ],
)
def test_repetitions_that_people_write_are_taken(pattern, text):
    assert compile_pattern(pattern).search(text) is not None


@pytest.mark.parametrize(
    "pattern", ["(a+)+$", "(a|aa)+$", "(a*)*b(a|a)*$", "((a+)*)*$"]
)
def test_a_repetition_within_a_repetition_cannot_hang(pattern):
    started = time.monotonic()
    with contextlib.suppress(PatternTimeoutError):
        compile_pattern(pattern).search("a" * 50_000 + "!")
    assert time.monotonic() - started < 2


def test_a_pattern_that_is_given_up_says_what_to_avoid():
    with pytest.raises(PatternTimeoutError, match="a repetition within a repetition"):
        compile_pattern("(a+)+$").search("a" * 5_000 + "!")


def test_replacing_is_given_up_too():
    with pytest.raises(PatternTimeoutError):
        compile_pattern("(a+)+$").replace(lambda match: "", "a" * 5_000 + "!")


@given(
    st.text(alphabet="()[]{}?*+|^$\\.<>'-=!:&~,0129abekpuxPLVn", max_size=25), st.text()
)
def test_any_pattern_is_read_or_refused_with_a_position(pattern, text):
    position = 0
    try:
        compile_pattern(pattern).search(text)
    except PatternError as error:
        position = error.position
    except PatternTimeoutError:
        pass
    assert 0 <= position <= len(pattern)
