"""The OAuth client of a company, and what asks the token endpoint with it."""

import httpx2
import pytest

from envoy_console.directory import clients
from envoy_console.models.transactions import write

ENDPOINT = "/oauth/token"
GRANT = {"grant_type": "client_credentials"}


@pytest.fixture
def do(app, company):
    """do(clients.revoke) -> what the company's admin gets for doing that."""

    def done(deed, **options):
        with app.app_context():
            return write(lambda tx: deed(tx, company.admin, **options))

    return done


@pytest.fixture
def credentials(token, do):
    """The company's OAuth client, beside its token."""
    return do(clients.issue)


@pytest.fixture
def http(server):
    with httpx2.Client(base_url=server) as client:
        yield client


@pytest.fixture
def ask(http):
    """ask(credentials) -> the answer of the token endpoint to them, sent in the body."""
    return lambda credentials, **more: http.post(
        ENDPOINT, data={**GRANT, **in_body(credentials), **more}
    )


def in_body(credentials):
    return {
        "client_id": credentials.client_id,
        "client_secret": credentials.client_secret,
    }
