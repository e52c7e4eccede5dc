"""What the database keeps of a token."""

import re
from collections import Counter
from datetime import timedelta

import pytest

from envoy_console.directory import token_text, tokens
from envoy_console.models.base import now
from envoy_console.models.transactions import read, write
from tests import builders


@pytest.fixture
def issued(app, company):
    """A token, its id, and how it is stored: stored() -> its row."""
    token = builders.issue_token(app, company)

    def stored():
        with app.app_context(), read() as tx:
            (row,) = tokens.of_company(tx, company.id)
            return row

    return token, stored


def test_the_token_itself_is_stored_nowhere(issued):
    token, stored = issued

    assert all(token not in str(value) for value in stored())
    assert token.encode() not in stored().ciphertext


def test_a_closed_window_leaves_no_sealed_copy(app, issued):
    _token, stored = issued
    mine = tokens.tokens.c.id == stored().id
    yesterday = now() - timedelta(days=1)

    with app.app_context():
        write(tokens.erase_closed_windows)
        assert stored().ciphertext is not None
        closing = tokens.tokens.update().where(mine).values(revealable_until=yesterday)
        write(lambda tx: tx.execute(closing))
        write(tokens.erase_closed_windows)

    assert stored().ciphertext is None


def test_tokens_are_random_and_check_themselves():
    made = [token_text.generate() for _ in range(5_000)]

    assert len(set(made)) == len(made)
    assert all(re.fullmatch(r"esim_[0-9A-Za-z]{49}", each) for each in made)
    assert all(map(token_text.looks_valid, made))
    expected = len(made) / len(token_text.ALPHABET)
    for place in range(len(token_text.PREFIX), len(token_text.PREFIX) + 43):
        seen = Counter(each[place] for each in made)
        # six standard deviations: a fair draw fails this once in ten thousand years
        assert all(
            abs(seen[c] - expected) < 6 * expected**0.5 for c in token_text.ALPHABET
        )


@pytest.mark.parametrize("change", ["swap", "shorten", "lengthen", "prefix"])
def test_a_mistyped_token_is_told_without_asking_the_database(change):
    token = token_text.generate()
    mistyped = {
        "swap": token[:10] + ("b" if token[10] == "a" else "a") + token[11:],
        "shorten": token[:-1],
        "lengthen": f"{token}0",
        "prefix": token.replace("esim_", "ESIM_"),
    }

    assert not token_text.looks_valid(mistyped[change])
