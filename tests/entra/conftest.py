"""Fixtures for the simulator: settings, targets and clients that speak to them."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from envoy_console.config import Config
from envoy_console.directory import accounts
from envoy_console.entra.client import ScimClient
from envoy_console.entra.targets import judge
from envoy_console.models.transactions import write
from tests.builders import PASSWORD, Company
from tests.entra.portal import ENVOY_URL, Portal
from tests.entra.world import Provisioning, World, own_url
from tests.harness.console_client import ConsoleClient

TOKEN = "a-secret-token"


@pytest.fixture
def make_settings():
    """make_settings(host="0.0.0.0") -> the settings of a server."""

    def make(**changes):
        values = {
            "instance": Path(),
            "secret_key": "secret",
            "token_key": bytes(32),
            "database_url": "sqlite://",
            **changes,
        }
        return Config(**values)

    return make


@pytest.fixture
def connect(make_settings):
    """connect("https://…", resolve=…) -> a client of that Tenant URL."""
    with contextlib.ExitStack() as stack:

        def make(tenant_url, settings=None, token=TOKEN, **options):
            target = judge(tenant_url, settings or make_settings())
            return stack.enter_context(ScimClient(target, token, **options))

        yield make


@pytest.fixture
def world(app, server, company):
    """The tenant of the company."""
    return World(app, company)


@pytest.fixture
def envoy(app, world, token):
    """The enterprise application Envoy, connected to our own endpoint and saved."""
    return Provisioning(world, own_url(app), token)


@pytest.fixture
def viewer(app, server, company):
    """Somebody of the company who may only look, signed in at the console."""
    email = f"viewer-of-{company.email}"
    values = {"email": email, "name": "Val Lee", "role": "viewer", "password": PASSWORD}
    with app.app_context():
        write(lambda tx: accounts.insert(tx, company.id, **values))
    with ConsoleClient(server) as client:
        client.sign_in(Company(company.id, "", company.name, email))
        yield client


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
