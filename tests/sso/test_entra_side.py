"""Entra as the identity provider, connected to Envoy by copying values between pages."""

import base64
import re
import zlib
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes

from envoy_console.entra.saml import certificates
from envoy_console.models.base import now
from envoy_console.sso import idp_metadata, policy
from envoy_console.sso.policy import Trust
from tests.entra.portal import audited
from tests.entra.world import Provisioning, World, own_url

SAML = "/integrations/saml"


def value(page, css):
    (found,) = page.select(css)
    return found["value"]


class BothEnds:
    """The pages of both consoles, in the browser of somebody who administers both."""

    def __init__(self, console, app_id):
        self.console, self.app_id = console, app_id
        self.entra_page = f"/entra/apps/{app_id}/single-sign-on"

    def install(self):
        self.console.submit("/integrations", f"form[action='{SAML}/install']")
        self.console.submit(self.entra_page, "form[action$='/choose']")

    def tell_entra(self, **changes):
        page = self.console.get(SAML)
        fields = {
            "identifier": value(page, "#entity-id"),
            "reply_url": value(page, "#acs-url"),
            "sign_on_url": value(page, "#sign-on-url"),
            **changes,
        }
        return self.console.submit(self.entra_page, "form[action$='/basic']", **fields)

    def tell_envoy(self, **changes):
        page = self.console.get(self.entra_page)
        fields = {
            "fingerprints": value(page, "#thumbprint-1"),
            "idp_url": value(page, "#login-url"),
            "issuer": value(page, "#issuer"),
            **changes,
        }
        return self.console.submit(SAML, f"form[action='{SAML}']", **fields)

    def start(self):
        """Set out from Envoy's Sign-on URL; return the page that asks whom to be."""
        sign_on_url = value(self.console.get(SAML), "#sign-on-url")
        return self.console.get(urlsplit(sign_on_url).path)

    def be(self, page, user_id, status=200):
        """Choose a user on that page."""
        return self.console.submit(
            page, "form[method=post]:has(table)", status, user_id=user_id
        )

    def arrive(self, page, status=200):
        """Send the form that carries the assertion, as the page does by itself."""
        return self.console.submit(page, "form[data-sends-itself]", status)


@pytest.fixture
def world(app, server, company):
    return World(app, company)


@pytest.fixture
def envoy(app, world, token):
    return Provisioning(world, own_url(app), token)


@pytest.fixture
def ruth(world, envoy):
    """Somebody who is assigned and provisioned."""
    user_id = world.user("ruth", displayName="Ruth Okafor")
    envoy.assign(users=(user_id,))
    envoy.cycle()
    return user_id


@pytest.fixture
def ends(console, envoy):
    ends = BothEnds(console, envoy.id)
    ends.install()
    ends.tell_entra()
    ends.tell_envoy()
    return ends


def test_a_provisioned_employee_signs_in_from_envoy(ends, ruth):
    page = ends.arrive(ends.be(ends.start(), ruth))

    assert page.path == "/profile"
    assert "Ruth Okafor" in page.text


def test_the_console_session_of_who_plays_somebody_stays(ends, ruth):
    ends.arrive(ends.be(ends.start(), ruth))

    assert ends.console.get("/employees").path == "/employees"


def test_the_page_never_asks_for_a_password_and_says_what_it_is(ends, ruth):
    page = ends.start()

    assert "This is a simulation." in page.text
    assert not page.select("input[type=password]")


def test_my_apps_starts_at_the_sign_on_url_where_there_is_one(ends, ruth):
    page = ends.console.get(f"/entra/users/{ruth}/my-apps")
    (link,) = (a for a in page.select("main a.button") if "Open" in a.text)

    assert link["href"] == value(ends.console.get(SAML), "#sign-on-url")


def test_my_apps_sends_an_assertion_right_away_where_there_is_none(ends, ruth):
    ends.tell_entra(sign_on_url="")
    ends.tell_envoy(idp_initiated="y")

    page = ends.console.submit(f"/entra/users/{ruth}/my-apps", "main form")

    assert ends.arrive(page).path == "/profile"


def test_envoy_refuses_what_nobody_asked_for_unless_it_is_told_to(ends, ruth):
    ends.tell_entra(sign_on_url="")
    page = ends.console.submit(f"/entra/users/{ruth}/my-apps", "main form")

    assert "Nobody asked for this response" in ends.arrive(page, 403).text


def test_who_is_not_assigned_gets_no_assertion(ends, world):
    user_id = world.user("una")

    page = ends.be(ends.start(), user_id, 403)

    assert "not assigned to" in page.text
    assert "AADSTS50105" in page.text
    assert not page.select("[name=SAMLResponse]")


def test_the_page_tells_who_is_assigned(ends, world, envoy, ruth):
    member, other = world.user("gus"), world.user("una")
    envoy.assign(groups=(world.group("Everybody", member),))

    rows = {
        row.select_one("button")["value"]: row.get_text(" ", strip=True)
        for row in ends.start().select("tbody tr")
    }

    assert {user_id: "Not assigned" not in text for user_id, text in rows.items()} == {
        ruth: True,
        member: True,
        other: False,
    }


def test_who_is_assigned_through_a_group_gets_one(ends, world, envoy):
    user_id = world.user("gus")
    group_id = world.group("Everybody", user_id)
    envoy.assign(groups=(group_id,))
    envoy.cycle()

    assert ends.arrive(ends.be(ends.start(), user_id)).path == "/profile"


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ({"account_enabled": False}, "AADSTS50057"),
        ({"deleted_at": now()}, "AADSTS50034"),
    ],
    ids=["blocked", "deleted"],
)
def test_who_is_blocked_or_deleted_gets_no_assertion(ends, world, ruth, columns, code):
    page = ends.start()
    world.edit(ruth, **columns)

    assert code in ends.be(page, ruth, 403).text


def test_after_the_next_cycle_envoy_refuses_who_was_blocked(ends, world, envoy, ruth):
    ends.arrive(ends.be(ends.start(), ruth))
    world.edit(ruth, account_enabled=False)
    envoy.cycle()
    assert ends.console.get("/profile").path == "/sign-in/single-sign-on"

    # the tenant lets her in again, but the next cycle has not come yet
    world.edit(ruth, account_enabled=True)
    page = ends.arrive(ends.be(ends.start(), ruth), 403)

    assert "is deactivated in Envoy" in page.text


def test_the_name_can_be_the_mail(ends, world, envoy):
    user_id = world.user("mia", mail="mia.long@contoso.example")
    envoy.assign(users=(user_id,))
    envoy.cycle()
    ends.console.submit(ends.entra_page, "form[action$='/claims']", name_id="mail")

    page = ends.be(ends.start(), user_id)

    assert b"mia.long@contoso.example</NameID>" in policy.envelope.decoded(
        value(page, "[name=SAMLResponse]")
    )
    assert ends.arrive(page).path == "/profile"


def test_who_has_no_mail_is_not_sent_on_without_a_name(ends, world, envoy):
    user_id = world.user("noa", mail="")
    envoy.assign(users=(user_id,))
    ends.console.submit(ends.entra_page, "form[action$='/claims']", name_id="mail")

    assert "has no mail" in ends.be(ends.start(), user_id, 403).text


# Certificates


def test_a_certificate_is_rolled_over_without_a_gap(ends, ruth):
    old = value(ends.console.get(ends.entra_page), "#thumbprint-1")
    page = ends.console.submit(ends.entra_page, "form[action$='/certificates']")
    new = value(page, "#thumbprint-2")
    ends.tell_envoy(fingerprints=f"{old} {new}")
    assert ends.arrive(ends.be(ends.start(), ruth)).path == "/profile"

    page = ends.console.submit(ends.entra_page, "form[action$='/activate']")

    assert value(page, "#thumbprint-1") == new
    assert ends.arrive(ends.be(ends.start(), ruth)).path == "/profile"
    page = ends.console.submit(ends.entra_page, "form[action$='/delete']")
    assert not page.select("#thumbprint-2")


def test_a_private_key_that_the_changed_key_does_not_open_is_told_in_words(
    ends, ruth, change_keys
):
    page = ends.start()
    change_keys(token_key=bytes(32))

    refused = ends.be(page, ruth, 403)

    assert "server's key has changed" in refused.text
    assert "add a certificate" in refused.text

    ends.console.submit(ends.entra_page, "form[action$='/certificates']")
    ends.console.submit(ends.entra_page, "form[action$='/activate']")
    ends.tell_envoy()
    assert ends.arrive(ends.be(ends.start(), ruth)).path == "/profile"


def test_with_a_certificate_that_envoy_does_not_know_nobody_gets_in(ends, ruth):
    ends.console.submit(ends.entra_page, "form[action$='/certificates']")
    ends.console.submit(ends.entra_page, "form[action$='/activate']")

    page = ends.arrive(ends.be(ends.start(), ruth), 403)

    assert "signed with another certificate" in page.text


def test_the_downloads_are_the_certificate_and_the_metadata(ends):
    page = ends.console.get(ends.entra_page)
    pem = ends.console.http.get(f"{ends.entra_page}/certificate.pem").content
    certificate = x509.load_pem_x509_certificate(pem)
    xml = ends.console.http.get(f"{ends.entra_page}/metadata.xml").content
    described = idp_metadata.read(xml)

    assert certificate.fingerprint(hashes.SHA1()).hex().upper() == value(  # noqa: S303
        page, "#thumbprint-1"
    )
    assert described.url == value(page, "#login-url")
    assert described.issuer == value(page, "#issuer")
    assert described.fingerprints == certificate.fingerprint(hashes.SHA256()).hex()


def test_a_private_key_is_kept_sealed(ends, world):
    (row,) = world.ask(lambda tx: certificates.every(tx, ends.app_id))

    assert b"PRIVATE KEY" not in bytes(row.key)


# Requests


def asked(ends, **changes):
    """The way to the Login URL that Envoy sends browsers, with something changed."""
    sign_on_url = value(ends.console.get(SAML), "#sign-on-url")
    answer = ends.console.http.get(urlsplit(sign_on_url).path, follow_redirects=False)
    where = urlsplit(answer.headers["Location"])
    query = {name: values[0] for name, values in parse_qs(where.query).items()}
    return ends.console.http.get(where.path, params={**query, **changes})


def test_a_request_of_another_application_is_not_answered(ends):
    ends.tell_entra(identifier="https://other.example/")

    answer = asked(ends)

    assert answer.status_code == 403
    assert "AADSTS700016" in answer.text


def test_a_request_for_another_reply_url_is_not_answered(ends):
    ends.tell_entra(reply_url="https://other.example/acs")

    answer = asked(ends)

    assert answer.status_code == 403
    assert "AADSTS50011" in answer.text


UNKNOWN_ENCODING = base64.b64encode(
    zlib.compress(b'<?xml version="1.0" encoding="nobodys"?><x/>')[2:-4]
).decode()


@pytest.mark.parametrize(
    "junk", ["###", "YQ==", "PGEvPg==", "7cEBDQAAAMKg909tDwc=", UNKNOWN_ENCODING]
)
def test_a_request_that_is_none_is_refused(ends, junk):
    assert asked(ends, SAMLRequest=junk).status_code == 403


def test_the_form_may_go_to_the_origin_of_the_reply_url_and_no_other(ends, ruth):
    ends.tell_entra(reply_url="https://other.example:8443/acs", sign_on_url="")
    answer = ends.console.http.get(f"/entra/saml/{ends.app_id}")
    csrf = re.search(r'name="csrf_token" value="([^"]+)"', answer.text)[1]

    answer = ends.console.http.post(
        f"/entra/saml/{ends.app_id}", data={"user_id": ruth, "csrf_token": csrf}
    )

    policies = answer.headers.get_list("Content-Security-Policy")
    assert len(policies) == 1
    assert "form-action 'self' https://other.example:8443;" in policies[0]
    elsewhere = ends.console.http.get("/entra/").headers["Content-Security-Policy"]
    assert "other.example" not in elsewhere


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "//other.example", "https://a b/", "https://x;y/", "x"],
)
def test_a_reply_url_that_is_no_address_is_refused(ends, url):
    page = ends.console.get(ends.entra_page)
    answer = ends.console.submit(
        page, "form[action$='/basic']", 422, identifier="x", reply_url=url
    )

    assert "Enter an absolute address" in answer.text


# Who may


def test_only_who_administers_the_tenant_can_be_somebody(ends, ruth, colleague):
    viewer = colleague("viewer")
    page = viewer.get(f"/entra/saml/{ends.app_id}")

    assert page.select("main td button[disabled]")
    assert viewer.submit(
        page, "form[method=post]:has(table)", 403, user_id=ruth
    ).text.count("You may not do that")


def test_a_stranger_is_asked_to_sign_in_to_the_simulator_first(ends, stranger):
    ends.console.http.cookies.clear()

    assert stranger.get(f"/entra/saml/{ends.app_id}").path.startswith("/sign-in")


def test_the_audit_logs_tell_what_was_set_and_who_was_played(ends, app, company, ruth):
    ends.be(ends.start(), ruth)

    told = audited(app, company)
    assert told[0] == "Sign in as a simulated user"
    assert {"Add SAML signing certificate", "Update single sign-on settings"} <= {*told}


def test_what_is_signed_satisfies_the_policy_by_itself(ends, ruth):
    page = ends.be(ends.console.get(f"/entra/saml/{ends.app_id}"), ruth)
    settings = ends.console.get(SAML)
    trust = Trust(
        entity_id=value(settings, "#entity-id"),
        acs_url=value(settings, "#acs-url"),
        fingerprints=(value(settings, "[name=fingerprints]").lower(),),
    )

    read = policy.read(value(page, "[name=SAMLResponse]"), trust, at=now())

    assert read.name_id == "ruth@contoso.example"
