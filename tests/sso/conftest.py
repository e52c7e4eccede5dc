"""A company that trusts an identity provider of the tests, and browsers that come from it."""

from __future__ import annotations

from contextlib import ExitStack
from urllib.parse import parse_qs, urlsplit

import pytest

from envoy_console import config
from envoy_console.directory import audit, single_sign_on
from envoy_console.directory.single_sign_on import Settings
from envoy_console.models.transactions import read, write
from envoy_console.sso.messages import Addresses
from tests import builders
from tests.harness.console_client import ConsoleClient
from tests.sso.forge import IDP, Claim, encoded, signed
from tests.sso.requests import opened

IDP_URL = "http://localhost:9/idp"


class SamlCompany:
    """A company with SAML, as its identity provider and its audit see it."""

    def __init__(self, app, company):
        self.app, self.company = app, company
        with app.app_context():
            self.addresses = Addresses.of(config.current().external_url, company.id)

    def save(self, **changes):
        values = {"fingerprints": IDP.thumbprint, "idp_url": IDP_URL, **changes}
        with self.app.app_context():
            write(lambda tx: single_sign_on.install(tx, self.company.admin))
            write(
                lambda tx: single_sign_on.save(
                    tx, self.company.admin, Settings(**values)
                )
            )

    def claim(self, **values):
        return Claim(self.addresses.acs_url, self.addresses.entity_id, **values)

    def audited(self):
        """What the audit says, latest first: (who, did what, to what)."""
        with self.app.app_context(), read() as tx:
            rows = audit.page(tx, self.company.id).rows
        return [(row.actor_label, row.action, row.subject) for row in rows]


class Browser:
    """A browser that somebody signs in with."""

    def __init__(self, server, saml):
        self.console = ConsoleClient(server)
        self.http, self.saml = self.console.http, saml

    def start(self, next=None):
        """Set out from Envoy; return the id of the request."""
        path = urlsplit(self.saml.addresses.sign_on_url).path
        answer = self.http.get(path, params={"next": next}, follow_redirects=False)
        assert answer.status_code == 303, answer.text
        query = parse_qs(urlsplit(answer.headers["Location"]).query)
        return opened(query["SAMLRequest"][0]).get("ID")

    def send(self, xml, **fields):
        """Bring a response, and go where its answer leads."""
        return self.http.post(
            urlsplit(self.saml.addresses.acs_url).path,
            data={"SAMLResponse": encoded(xml), **fields},
            headers={"Sec-Fetch-Site": "cross-site", "Origin": "https://idp.example"},
        )

    def sign_in(self, name_id, **values):
        """Sign in the way that begins at Envoy."""
        claim = self.saml.claim(name_id=name_id, in_response_to=self.start(), **values)
        return self.send(signed(claim.tree()))


@pytest.fixture
def saml(app, company):
    """The company, which takes what the tests' identity provider signs."""
    saml = SamlCompany(app, company)
    saml.save()
    return saml


@pytest.fixture
def make_browser(server, saml):
    """make_browser() -> a browser of one's own."""
    with ExitStack() as stack:

        def make(of=saml):
            browser = Browser(server, of)
            stack.callback(browser.http.close)
            return browser

        yield make


@pytest.fixture
def browser(make_browser):
    return make_browser()


@pytest.fixture
def ann(entra):
    """An employee whom Entra provisioned, under a name that no other test has."""
    number = next(builders.numbers)
    return entra.create_user(
        f"ann{number}@contoso.example",
        emails=[{"type": "work", "value": f"ann.lee{number}@contoso.example"}],
        displayName="Ann Lee",
    )
