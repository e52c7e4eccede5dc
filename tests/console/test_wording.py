"""How values read on a page."""

from datetime import timedelta

import pytest

from envoy_console.models.base import now
from envoy_console.web import wording


@pytest.mark.parametrize(
    ("age", "words"),
    [
        (timedelta(), "now"),
        (timedelta(seconds=45), "45s ago"),
        (timedelta(minutes=3, seconds=50), "3m ago"),
        (timedelta(hours=5), "5h ago"),
        (timedelta(days=400), "400d ago"),
        (timedelta(hours=-2, seconds=-5), "in 2h"),
    ],
)
def test_an_age_is_one_number_and_one_letter(age, words):
    assert wording.ago(now() - age) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [(0, "0 groups"), (1, "1 group"), (1200, "1,200 groups")],
)
def test_numbers_agree_with_their_nouns(value, words):
    assert wording.counted(value, "group") == words


def tokens(text):
    return [token for _, run in wording.json_runs(text) for token in run]


@pytest.mark.parametrize(
    "text",
    ["", "not json", '{"cut": "of', '{"a": [1, true, null, "b\\"c: d"]}', "[" * 5000],
)
def test_colouring_json_loses_nothing(text):
    assert "".join("".join(piece for _, piece in tokens(text)).split()) == "".join(
        text.split()
    )


def test_json_is_told_apart_by_kind():
    kinds = {piece: kind for kind, piece in tokens('{"a": [1, true, "b"]}')}

    assert kinds['"a"'] == "key"
    assert kinds["1"] == "number"
    assert kinds["true"] == "word"
    assert kinds['"b"'] == "text"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("", "(empty)"),
        (" \u00a0", "(blank)"),
        ("a\u202eb\u200b", "a[U+202E]b[U+200B]"),
        ({"a": "\ufeff"}, '{"a": "[U+FEFF]"}'),
        ("👩\u200d💻 Ann\nLee", "👩\u200d💻 Ann\nLee"),
        (False, "false"),
        (None, "—"),
    ],
)
def test_a_value_that_cannot_be_seen_is_named(value, words):
    assert wording.plain(value) == words


def test_a_path_is_read_decoded_and_without_its_prefix():
    path = "/scim/v2/Users?filter=userName%20eq+%22ann%2B1%22"

    assert wording.readable_path(path) == '/Users?filter=userName eq "ann+1"'
    assert wording.readable_path("/scim/v2") == "/"


@pytest.mark.parametrize(
    ("ahead", "words"),
    [
        (timedelta(days=365, seconds=-2), "in 365d"),
        (timedelta(hours=23.9), "in 24h"),
        (timedelta(minutes=-5), "5m ago"),
        (timedelta(seconds=-119), "1m ago"),
    ],
)
def test_what_lies_ahead_is_rounded_and_what_is_past_is_complete(ahead, words):
    assert wording.ago(now() + ahead) == words
