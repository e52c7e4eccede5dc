"""Home tells the next thing to do."""

from tests.harness.scim_client import ScimClient


def state(console):
    return console.get("/").select("#state")[0].text


def test_home_leads_from_nothing_to_a_directory_in_sync(console, server, wire_log):
    assert state(console) == "No identity provider is connected yet"

    console.submit("/integrations", "form[action$='scim/install']")
    assert state(console) == "Microsoft Azure SCIM is installed, but not saved yet"

    page = console.submit("/integrations/azure-scim", "form[action$=sync]")
    assert state(console) == "Ready, and waiting for the first request"

    page = console.submit(page, "form[action$=reveal]")
    with ScimClient(server, page.select("#token")[0]["value"]) as scim:
        scim.create_user(displayName="Ann Lee")
    wire_log.newest()
    assert state(console) == "1 employee and 0 groups came from your directory"

    console.submit("/integrations/azure-scim", "dialog[id^=revoke] form")
    assert state(console) == "No token works, so every request is refused"
