"""What the database keeps of a token."""

from datetime import timedelta

import pytest

from envoy_console.directory import tokens
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
