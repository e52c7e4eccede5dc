"""Single sign-on in a browser: connect both consoles by copying, sign in as somebody whom
Entra provisioned, and be refused once they are disabled.
"""

import pytest
from playwright.sync_api import expect

from tests.entra.world import Provisioning, World, own_url
from tests.harness import browser as chromium

pytestmark = pytest.mark.browser


def click(page, name, role="button"):
    page.get_by_role(role, name=name, exact=True).first.click()


def copied(page, name):
    """Press Copy beside a value, and return what is in the clipboard."""
    page.wait_for_load_state()  # the button does nothing before its script is there
    click(page, f"Copy the {name}")
    expect(page.locator("[data-toast]")).to_contain_text(f"{name} copied.")
    return page.evaluate("navigator.clipboard.readText()")


@pytest.fixture
def envoy(app, server, company, token):
    world = World(app, company)
    envoy = Provisioning(world, own_url(app), token)
    envoy.ruth = world.user("ruth", displayName="Ruth Okafor")
    world.user("una", displayName="Una Wald")
    envoy.assign(users=(envoy.ruth,))
    envoy.cycle()
    return envoy


def test_from_nothing_to_signed_in_and_refused(admin, envoy):
    page, entra_page = admin, f"/entra/apps/{envoy.id}/single-sign-on"

    # Envoy: install SAML; what Entra has to be told
    page.goto("/integrations")
    click(page, "Install SAML")
    page.wait_for_url("/integrations/saml")
    ours = {
        name: copied(page, name) for name in ("Entity ID", "ACS URL", "Sign-on URL")
    }

    # Entra: choose SAML, paste; what Envoy has to be told
    page.goto(entra_page)
    assert chromium.violations(page) == []
    click(page, "SAML")
    page.get_by_label("Identifier (Entity ID)").fill(ours["Entity ID"])
    page.get_by_label("Reply URL").fill(ours["ACS URL"])
    page.get_by_label("Sign on URL").fill(ours["Sign-on URL"])
    click(page, "Save")
    expect(page.get_by_text("The Basic SAML Configuration is saved.")).to_be_visible()
    thumbprint = page.locator("#thumbprint-1").input_value()
    theirs = {
        name: copied(page, name) for name in ("Login URL", "Microsoft Entra Identifier")
    }

    # Envoy: paste
    page.goto("/integrations/saml")
    page.get_by_label("Fingerprint").fill(thumbprint)
    page.get_by_label("IDENTITY PROVIDER HTTP SAML URL").fill(theirs["Login URL"])
    page.get_by_label("Identity provider identifier").fill(
        theirs["Microsoft Entra Identifier"]
    )
    click(page, "Save")
    expect(page.get_by_text("Saved. Try it")).to_be_visible()

    # Entra: Test, and be Ruth
    page.goto(entra_page)
    click(page, "Test", "link")
    expect(page.get_by_text("This is a simulation.")).to_be_visible()
    click(page, "Sign in as Ruth Okafor")
    page.wait_for_url("/profile")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ruth Okafor")

    # somebody who is not assigned
    page.goto(ours["Sign-on URL"])
    click(page, "Sign in as Una Wald")
    expect(page.get_by_text("AADSTS50105")).to_be_visible()
    assert chromium.violations(page) == []

    # she is disabled, and the next cycle tells Envoy
    envoy.world.edit(envoy.ruth, account_enabled=False)
    envoy.cycle()
    page.goto("/profile")
    page.wait_for_url("/sign-in/single-sign-on")

    # even an assertion does not help her now
    envoy.world.edit(envoy.ruth, account_enabled=True)
    page.goto(ours["Sign-on URL"])
    click(page, "Sign in as Ruth Okafor")
    expect(page.get_by_text("is deactivated in Envoy")).to_be_visible()
    assert chromium.violations(page) == []


def test_from_the_sign_in_page_of_a_browser_without_scripts(
    open_window, company, connected
):
    page = open_window(java_script_enabled=False)
    page.goto("/sign-in")
    click(page, "Sign in with single sign-on", "link")
    page.get_by_label("Company ID or email").fill(company.id)
    click(page, "Find my company")
    click(page, "Continue", "link")

    # the simulator asks who is playing, then whom
    page.get_by_label("Email").fill(company.email)
    page.get_by_label("Password").fill(company.password)
    click(page, "Sign in")
    page.get_by_label("Name, user principal name or email").fill("ruth okafor")
    click(page, "Search")
    click(page, "Sign in as Ruth Okafor")
    click(page, "Continue")

    page.wait_for_url("/profile")


def test_what_was_typed_is_there_again_after_the_password_was_asked_for(
    admin, connected, company, let_time_pass
):
    page = admin
    page.goto("/integrations/saml")
    page.get_by_label("IDENTITY PROVIDER HTTP SAML URL").fill("https://new.example/")
    page.get_by_label("Required").check()
    let_time_pass()
    click(page, "Save")
    page.get_by_label("Password").fill(company.password)
    click(page, "Confirm")

    url = page.get_by_label("IDENTITY PROVIDER HTTP SAML URL")
    expect(url).to_have_value("https://new.example/")
    expect(page.get_by_label("Required")).to_be_checked()
    click(page, "Save")
    expect(page.get_by_text("Saved. Try it")).to_be_visible()
    expect(url).to_have_value("https://new.example/")
