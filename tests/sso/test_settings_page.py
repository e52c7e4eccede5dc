"""Integrations → Single sign-on → SAML: what is saved, by whom, and what is refused."""

import io
from types import SimpleNamespace

import pytest

from envoy_console.directory import sessions
from envoy_console.entra.saml import responses
from envoy_console.models.base import now
from envoy_console.models.transactions import write
from tests.sso.forge import IDP, STRANGER
from tests.sso.metadata import metadata, pem

PAGE = "/integrations/saml"
FORM = f"form[action='{PAGE}']"
FILL_IN = f"form[action='{PAGE}/metadata']"
URL = "https://login.example/saml2"


@pytest.fixture
def installed(console):
    return console.submit("/integrations", f"form[action='{PAGE}/install']")


def value(page, name):
    (found,) = page.select(f"[name={name}]")
    return found.get("value", "")


def audited(console):
    return console.get("/activity/admins").text


def test_installed_it_shows_what_the_identity_provider_has_to_be_told(
    installed, company, app
):
    shown = {tag["id"]: tag["value"] for tag in installed.select("input[readonly]")}
    ours = f"http://localhost:{app.extensions['envoy_console.config'].port}/a/saml"

    assert shown == {
        "company-id": company.id,
        "entity-id": f"{ours}/metadata/{company.id}",
        "acs-url": f"{ours}/acs/{company.id}",
        "sign-on-url": f"{ours}/auth/{company.id}",
    }


def test_before_the_first_save_nobody_can_sign_in_this_way(
    installed, stranger, company
):
    page = stranger.get(f"/a/saml/auth/{company.id}", status=403)

    assert "not set up in this company yet" in page.text


@pytest.mark.parametrize("path", ["auth", "metadata"])
def test_a_company_without_saml_has_no_addresses(stranger, company, path):
    stranger.get(f"/a/saml/{path}/{company.id}", status=404)


def test_our_metadata_names_the_addresses_of_the_company(installed, stranger, company):
    answer = stranger.http.get(f"/a/saml/metadata/{company.id}")

    assert answer.headers["Content-Type"] == "application/samlmetadata+xml"
    assert f"/a/saml/acs/{company.id}" in answer.text
    assert 'WantAssertionsSigned="true"' in answer.text


def test_saving_keeps_fingerprints_however_they_are_written(console, installed):
    pairs = [IDP.thumbprint[n : n + 2].lower() for n in range(0, 40, 2)]
    written = f"{':'.join(pairs)}, {STRANGER.sha256.upper()}"

    page = console.submit(PAGE, FORM, fingerprints=written, idp_url=URL)

    kept = f"{IDP.thumbprint} {STRANGER.sha256.upper()}"
    assert value(page, "fingerprints") == kept
    assert "Saved." in page.text


def test_whatever_changes_is_written_down(console, installed):
    console.submit(PAGE, FORM, fingerprints=IDP.thumbprint, idp_url=URL, required="y")
    told = audited(console)

    assert f"saved SAML fingerprint {IDP.thumbprint.lower()}" in told
    assert f"address {URL}" in told
    assert "Required is on" in told
    assert "installed SAML" in told

    console.submit(f"{PAGE}?ask=uninstall", f"form[action='{PAGE}/uninstall']")
    assert "uninstalled SAML" in audited(console)


@pytest.mark.parametrize(
    ("field", "wrong", "complaint"),
    [
        ("fingerprints", "", "Enter the fingerprint"),
        ("fingerprints", "12345", "40 (SHA-1) or 64 (SHA-256)"),
        ("fingerprints", "z" * 40, "40 (SHA-1) or 64 (SHA-256)"),
        ("fingerprints", f"{'a' * 40} {'b' * 40} {'c' * 40}", "at most 2"),
        ("idp_url", "", "Enter the address"),
        ("idp_url", "javascript:alert(1)", "Enter an address such as"),
        ("idp_url", "//login.example/", "Enter an address such as"),
        ("idp_url", "https://login example/", "Enter an address such as"),
        ("idp_url", "https://me:secret@login.example/", "Enter an address such as"),
        ("idp_url", "https://login.example/#top", "Enter an address such as"),
        ("idp_url", "https://[::1", "Enter an address such as"),
        ("issuer", "two\nlines", "cannot be the name of an issuer"),
    ],
)
def test_what_cannot_be_so_is_refused_beside_its_field(
    console, installed, field, wrong, complaint
):
    fields = {"fingerprints": IDP.thumbprint, "idp_url": URL, field: wrong}

    page = console.submit(PAGE, FORM, 422, **fields)

    assert complaint in page.select(f"#{field}-error")[0].text


# Metadata


def fill_in(console, status=200, **files_or_fields):
    page = console.get(PAGE)
    filled = page.form(FILL_IN)
    files = {
        name: ("metadata.xml", io.BytesIO(content))
        for name, content in files_or_fields.items()
        if isinstance(content, bytes)
    }
    fields = {k: v for k, v in files_or_fields.items() if isinstance(v, str)}
    values = {k: v for k, v in filled.fields.items() if k != "file"}
    answer = console.http.post(
        filled.action, data={**values, **fields}, files=files or {"file": ("", b"")}
    )
    return console._page(answer, status)


@pytest.mark.parametrize("way", ["xml", "file"])
def test_metadata_fills_the_fields_and_saves_nothing(console, installed, way):
    document = metadata("https://idp.example/", URL, IDP, STRANGER)
    given = document.decode() if way == "xml" else document

    page = fill_in(console, **{way: given})

    both = f"{IDP.sha256} {STRANGER.sha256}".upper()
    assert value(page, "fingerprints") == both
    assert value(page, "idp_url") == URL
    assert value(page, "issuer") == "https://idp.example/"
    assert value(console.get(PAGE), "fingerprints") == ""

    saved = console.submit(page, FORM)
    assert value(saved, "fingerprints") == both


def test_the_simulated_entra_s_metadata_is_read(console, installed):
    row = SimpleNamespace(certificate=pem(IDP))
    document = responses.metadata("https://sts.example/", URL, [row])

    assert value(fill_in(console, file=document), "fingerprints") == IDP.sha256.upper()


@pytest.mark.parametrize(
    ("document", "complaint"),
    [
        ("nonsense", "not an XML document"),
        ("", "not an XML document"),
        ('<!DOCTYPE x [<!ENTITY y "z">]><x>&y;</x>', "not an XML document"),
        ('<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>', "not an XML document"),
        ('<?xml version="1.0" encoding="nobodys"?><x/>', "not an XML document"),
        (
            metadata("i", URL, SimpleNamespace(der=IDP.of_no_version)).decode(),
            "cannot be read",
        ),
        ("<html/>", "does not describe exactly one party"),
        (metadata("i", URL).decode(), "has 0 signing certificates"),
        (metadata("i", URL, IDP, binding="x").decode(), "HTTP-Redirect"),
        (metadata("i", URL, IDP, role="SPSSODescriptor").decode(), "identity provider"),
    ],
    ids=[
        "nonsense",
        "nothing",
        "entity",
        "external document type",
        "unknown encoding",
        "a certificate of no version",
        "a web page",
        "no certificate",
        "another binding",
        "a service provider",
    ],
)
def test_what_is_no_metadata_is_refused(console, installed, document, complaint):
    page = fill_in(console, 422, xml=document)

    assert complaint in page.select("#xml-error")[0].text


def test_metadata_that_is_too_large_is_refused(console, installed):
    page = fill_in(console, 422, file=b"<x>" + b" " * 300_000 + b"</x>")

    assert "larger than 256 KiB" in page.text


# Who may, and how fresh


@pytest.mark.parametrize("role", ["viewer", "location_admin"])
def test_others_look_but_cannot_touch(console, installed, colleague, role):
    other = colleague(role)
    page = other.get(PAGE)

    assert "Only global admins can change this page." in page.text
    assert page.select(f"{FORM} fieldset[disabled]")
    other.submit(page, FORM, 403, fingerprints=IDP.thumbprint, idp_url=URL)


@pytest.mark.parametrize(
    ("page", "form"),
    [
        (PAGE, FORM),
        (f"{PAGE}?ask=uninstall", f"form[action='{PAGE}/uninstall']"),
    ],
)
def test_changes_want_the_password_to_have_been_given_just_now(
    app, console, company, installed, page, form
):
    mine = sessions.sessions.c.account_id == company.account_id
    with app.app_context():
        write(
            lambda tx: tx.execute(
                sessions.sessions.update()
                .where(mine)
                .values(confirmed_at=sessions.NEVER, seen_at=now())
            )
        )

    assert console.submit(page, form).path.startswith("/confirm")


def test_it_counts_as_an_enabled_integration(console, installed):
    page = console.get("/integrations/enabled")

    assert page.select("article h2")[0].text == "SAML"
