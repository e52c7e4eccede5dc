"""A company on its way through the tutorial, and how far it has come."""

import pytest

from envoy_console.directory import exchange_log
from envoy_console.models.transactions import read
from envoy_console.tutorial.progress import progress_of
from tests.entra.portal import ENVOY_URL, Portal
from tests.entra.world import World


@pytest.fixture
def progress(app, company):
    """progress() -> how far the company has come."""

    def ask(of=company):
        with app.app_context():
            exchange_log.current().flush()
            with read() as tx:
                return progress_of(tx, [of.id])[of.id]

    return ask


@pytest.fixture
def done(progress):
    """done() -> the ids of the steps that the company has done."""
    return lambda **of: set(progress(**of).done)


@pytest.fixture
def world(app, server, company):
    """The tenant of the company."""
    return World(app, company)


@pytest.fixture
def portal(app, console, world):
    """The Provisioning page of Envoy, which has just been added from the gallery."""
    pane = console.get("/entra/apps/gallery/envoy")
    return Portal(app, console, console.submit(pane, "form:has([name=name])"))


@pytest.fixture
def saved(portal, token):
    """The same, with credentials that were tested and saved."""
    portal.test(mode="automatic", tenant_url=ENVOY_URL, secret_token=token)
    portal.save()
    return portal
