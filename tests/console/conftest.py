"""An integration, installed and grown old, and groups."""

import pytest

from envoy_console.directory import groups, tokens
from envoy_console.models.base import now
from envoy_console.models.transactions import write


@pytest.fixture
def installed(console):
    """The page of Microsoft Azure SCIM, installed and saved."""
    console.submit("/integrations", "form[action$='scim/install']")
    return console.submit("/integrations/azure-scim", "form[action$=sync]")


@pytest.fixture
def make_group(app, company):
    """make_group("Roads") -> the id of an empty group."""

    def made(name):
        with app.app_context():
            return write(
                lambda tx: groups.create(tx, company.admin, {"displayName": name})
            ).id

    return made


@pytest.fixture
def close_reveal_window(app, company):
    """Let the hour pass in which a new token may be shown."""

    def close():
        mine = tokens.tokens.c.company_id == company.id
        with app.app_context():
            write(
                lambda tx: tx.execute(
                    tokens.tokens.update().where(mine).values(revealable_until=now())
                )
            )

    return close
