"""Signing in through an identity provider that nobody here wrote (auth0's samlp on node)."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from pathlib import Path

import httpx2
import pytest
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from tests.harness.pages import Page
from tests.sso.forge import IDP
from tests.sso.metadata import pem

SOURCE = Path(__file__).parent / "foreign_idp"


@pytest.fixture(scope="session")
def installed(tmp_path_factory):
    """A folder with the server and what it needs from npm."""
    if not shutil.which("npm"):
        pytest.skip("NO NPM: install node to sign in through a foreign IdP")
    folder = tmp_path_factory.mktemp("idp") / "foreign"
    shutil.copytree(SOURCE, folder)
    fetched = subprocess.run(
        ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"],  # noqa: S607
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if fetched.returncode:
        pytest.skip(f"NO SAMLP: npm could not install it: {fetched.stderr[-300:]}")
    return folder


@contextlib.contextmanager
def running(folder, **environment):
    """Start the identity provider; yield its URL."""
    with subprocess.Popen(
        ["node", "--no-deprecation", "server.mjs"],  # noqa: S607
        cwd=folder,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        port = process.stdout.readline().rpartition(" ")[2].strip()
        yield f"http://localhost:{port}/"
        process.kill()


@pytest.fixture
def foreign(installed, saml):
    """The URL of an identity provider that knows our company."""
    key = IDP.key.private_bytes(
        Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()
    )
    with running(
        installed,
        KEY=key.decode(),
        CERTIFICATE=pem(IDP),
        ACS_URL=saml.addresses.acs_url,
        ENTITY_ID=saml.addresses.entity_id,
    ) as url:
        yield url


def arrive(browser, saml):
    """Go from our Sign-on URL through the identity provider, as a browser would."""
    there = browser.http.get(saml.addresses.sign_on_url)
    form = Page(there.text, str(there.url)).form("form")
    return browser.http.post(form.action, data=form.fields)


@pytest.mark.parametrize("signed", ["assertion", "response"])
def test_an_employee_signs_in_through_it(browser, saml, ann, foreign, signed):
    whole = "1" if signed == "response" else "0"
    saml.save(idp_url=f"{foreign}?user={ann['userName']}&whole={whole}")

    page = arrive(browser, saml)

    assert page.url.path == "/profile", page.text
    assert "Ann Lee" in page.text


def test_its_metadata_configures_the_company(browser, saml, console, foreign, ann):
    document = httpx2.get(
        f"{foreign}FederationMetadata/2007-06/FederationMetadata.xml"
    ).text
    page = console.get("/integrations/saml")
    form = page.form("form[action$='/metadata']")
    fields = {name: v for name, v in form.fields.items() if name != "file"}
    answer = console.http.post(
        form.action, data={**fields, "xml": document}, files={"file": ("", b"")}
    )
    filled = Page(answer.text, "/integrations/saml")
    console.submit(
        filled,
        "form[action='/integrations/saml']",
        idp_url=f"{foreign}?user={ann['userName']}",
    )

    assert arrive(browser, saml).url.path == "/profile"


def test_somebody_whom_only_it_knows_is_refused(browser, saml, foreign):
    saml.save(idp_url=f"{foreign}?user=nobody@contoso.example")

    assert arrive(browser, saml).status_code == 403


def test_its_answer_works_once(browser, saml, ann, foreign):
    saml.save(idp_url=f"{foreign}?user={ann['userName']}")
    there = browser.http.get(saml.addresses.sign_on_url)
    form = Page(there.text, str(there.url)).form("form")
    assert browser.http.post(form.action, data=form.fields).status_code == 200

    assert browser.http.post(form.action, data=form.fields).status_code == 403
