"""The tutorial's road: sign in, install, save, copy the token, provision, look."""

import re

import pytest
from playwright.sync_api import expect

from tests.harness import browser as chromium
from tests.harness.scim_client import ScimClient
from tests.messages import add, entra_group, entra_user, patch

pytestmark = pytest.mark.browser

TOKEN = re.compile(r"esim_[0-9A-Za-z]{49}")


def install_and_save(page):
    page.get_by_role("link", name="All integrations").click()
    page.get_by_role("button", name="Install", exact=True).first.click()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved: Sync all users.")).to_be_visible()
    page.wait_for_load_state()  # scripts have taken their places


def provision(entra):
    """Create somebody, a group, and put the one into the other, as Entra does."""
    ann = entra.post("/Users", entra_user("ann@contoso.example", displayName="Ann Lee"))
    group = entra.post("/Groups", entra_group("Roads"))
    member = patch(add("members", [{"value": ann.json()["id"]}]))
    entra.patch(f"/Groups/{group.json()['id']}", member)


def test_the_copied_token_provisions_people_whom_the_console_shows(admin, server, app):
    install_and_save(admin)
    admin.get_by_role("button", name="Copy", exact=True).click()
    expect(admin.get_by_text("Token copied.")).to_be_visible()
    token = admin.evaluate("navigator.clipboard.readText()")
    with ScimClient(server, token, ADSCIMVersion="2.0") as entra:
        provision(entra)

    admin.get_by_role("link", name=re.compile(r"^Directory \d")).click()
    admin.get_by_role("link", name="Ann Lee").click()
    expect(admin.get_by_role("heading", level=1)).to_contain_text("Ann Lee")
    expect(admin.get_by_role("link", name="Roads").first).to_be_visible()

    admin.get_by_role("link", name="Directory changes").click()
    expect(admin.get_by_role("main")).to_contain_text("Ann Lee")

    admin.get_by_role("link", name="SCIM requests").click()
    expect(admin.get_by_role("main")).to_contain_text("POST")
    expect(admin.get_by_role("main")).to_contain_text("/Users")


def test_the_token_is_hidden_until_it_is_revealed(admin):
    install_and_save(admin)
    token = admin.get_by_label("OAUTH BEARER TOKEN")
    expect(token).not_to_have_value(TOKEN)

    admin.get_by_role("button", name="Reveal").click()
    expect(token).to_have_value(TOKEN)

    admin.get_by_role("button", name="Hide").click()
    expect(token).not_to_have_value(TOKEN)


def test_it_all_works_without_scripts(open_window, company):
    page = open_window(java_script_enabled=False)
    chromium.sign_in(page, company)

    install_and_save(page)
    page.get_by_role("button", name="Reveal").click()

    expect(page.get_by_label("OAUTH BEARER TOKEN")).to_have_value(TOKEN)
