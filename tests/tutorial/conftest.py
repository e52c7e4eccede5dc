"""How far a company has come, as a test asks for it."""

import pytest

from envoy_console.directory import exchange_log
from envoy_console.models.transactions import read
from envoy_console.tutorial.progress import progress_of


@pytest.fixture
def done(app, company):
    """done() -> the ids of the steps that the company has done."""

    def ask(of=company):
        with app.app_context():
            exchange_log.current().flush()
            with read() as tx:
                return set(progress_of(tx, [of.id])[of.id].done)

    return ask
