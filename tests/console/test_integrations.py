"""Microsoft Azure SCIM: install, Save, the token's life, and uninstall."""

import pytest

from tests.harness.scim_client import ScimClient

PAGE = "/integrations/azure-scim"


@pytest.fixture
def reveal(console):
    """reveal(page) -> the newest token in the clear, as the page's script gets it."""

    def revealed(page):
        form = page.form("form[action$=reveal]")
        answer = console.http.post(
            form.action, data=form.fields, headers={"Accept": "application/json"}
        )
        return answer.json()["token"]

    return revealed


@pytest.fixture
def status_with(server):
    """status_with(token) -> how the SCIM endpoint answers to it."""

    def status(token):
        with ScimClient(server, token) as client:
            return client.get("/Users").status_code

    return status


def test_only_microsoft_azure_scim_and_saml_can_be_installed(console):
    page = console.get("/integrations")
    able = [b for b in page.select(".product button") if not b.has_attr("disabled")]
    names = [button.find_parent("article").h3.text for button in able]

    assert names == ["Microsoft Azure SCIM", "SAML"]
    assert page.text.count("Not part of this simulation") == 6


def test_before_the_first_save_there_is_no_token(console):
    page = console.submit("/integrations", "form[action$='scim/install']")

    assert page.path == PAGE
    assert "There is no token yet." in page.text
    assert not page.select("#token")
    assert page.select("input[value=all_users][checked]")


def test_the_page_leads_back_to_the_list_while_nothing_is_installed(console):
    assert console.get(PAGE).path == "/integrations"


def test_save_issues_a_token_that_works_and_stays_masked(
    installed, reveal, status_with
):
    shown = installed.select("#token")[0]["value"]
    token = reveal(installed)

    assert shown.startswith("esim_••")
    assert shown.endswith(token[-4:])
    assert token not in installed.html
    assert status_with(token) == 200


def test_a_token_that_the_changed_key_does_not_open_is_told_in_words(
    console, installed, change_keys
):
    change_keys(token_key=bytes(32))

    page = console.submit(installed, "form[action$=reveal]")

    assert "server's key has changed since this token was issued" in page.text
    assert "revealed the token" not in console.get("/activity/admins").text


def test_a_token_sealed_with_a_former_key_can_be_revealed(
    app, installed, reveal, change_keys
):
    before = reveal(installed)
    former = app.extensions["envoy_console.config"].token_key

    change_keys(token_key=bytes(32), former_token_keys=(former,))

    assert reveal(installed) == before


def test_without_scripts_reveal_shows_the_token_on_the_page(console, installed, reveal):
    page = console.submit(installed, "form[action$=reveal]")

    assert page.select("#token")[0]["value"] == reveal(installed)
    assert page.select("input[value=all_users][checked]")


def test_rotating_leaves_the_old_token_its_grace_period(
    console, installed, reveal, status_with
):
    old = reveal(installed)
    page = console.submit(installed, "#rotate form", hours="24")
    new = reveal(page)

    assert f"{old[-4:]} Old token, works until" in page.text
    assert [status_with(old), status_with(new)] == [200, 200]


def test_rotating_can_stop_the_old_token_at_once(
    console, installed, reveal, status_with
):
    old = reveal(installed)
    page = console.submit(installed, "#rotate form", hours="0")

    assert "Old token" not in page.text
    assert [status_with(old), status_with(reveal(page))] == [401, 200]


def test_the_dialog_says_that_rotating_again_stops_the_oldest_token(
    console, installed, reveal, status_with
):
    oldest = reveal(installed)
    assert "stops as soon as you rotate" not in installed.select("#rotate")[0].text

    page = console.submit(installed, "#rotate form", hours="24")
    warning = page.select("#rotate .note")[0].text
    console.submit(page, "#rotate form", hours="24")

    assert f"…{oldest[-4:]}, stops as soon as you rotate" in warning
    assert status_with(oldest) == 401


def test_each_of_two_tokens_has_a_revoke_button_of_its_own_name(
    console, installed, reveal
):
    old = reveal(installed)
    page = console.submit(installed, "#rotate form", hours="24")
    names = [b["aria-label"] for b in page.select("#connection [data-opens^=revoke]")]

    assert names == [f"Revoke the old token …{old[-4:]}", "Revoke the current token"]


def test_the_choice_of_a_grace_period_has_the_focus(installed):
    (focused,) = installed.select("#rotate [autofocus]")

    assert focused.has_attr("checked")


def test_without_a_live_token_one_is_issued_without_a_question(
    console, installed, reveal, status_with
):
    page = console.submit(installed, "dialog[id^=revoke] form")
    assert "Issue a token" in page.select("#connection footer")[0].text
    assert "old one" not in page.select("#rotate")[0].text

    page = console.submit(page, "#rotate form")
    assert status_with(reveal(page)) == 200


def test_reloading_the_page_that_showed_the_token_shows_the_settings(
    console, installed
):
    page = console.get(installed.form("form[action$=reveal]").action)

    assert page.path == PAGE
    assert page.select("#token")[0]["value"].startswith("esim_••")


def test_a_grace_period_that_was_not_offered_is_refused(console, installed):
    page = console.submit(installed, "#rotate form", hours="9999")

    assert "Choose one of the answers on offer." in page.text


def test_revoking_stops_the_token_and_the_page_says_so(
    console, installed, reveal, status_with
):
    token = reveal(installed)
    page = console.submit(installed, "dialog[id^=revoke] form")

    assert "No token works at the moment" in page.text
    assert status_with(token) == 401


def test_a_token_whose_window_has_closed_can_no_longer_be_shown(
    console, installed, close_reveal_window
):
    close_reveal_window()
    page = console.submit(installed, "form[action$=reveal]")

    assert "This token can no longer be shown." in page.text
    assert page.select("[data-reveal][disabled]")


def test_uninstalling_kills_the_token_and_keeps_the_people(
    console, installed, reveal, server, status_with
):
    token = reveal(installed)
    with ScimClient(server, token) as scim:
        scim.create_user(displayName="Ann Lee")
    page = console.get(PAGE)
    assert "1 employee and 0 groups stay here" in page.text

    console.submit(page, "#uninstall form")

    assert status_with(token) == 401
    people = console.get("/employees")
    assert "Ann Lee" in people.text
    assert "No longer synced" in people.text


def test_whoever_a_new_integration_looks_up_is_synced_again(
    console, installed, reveal, server, wire_log
):
    def unsynced():
        rows = console.get("/employees").select("tbody tr")
        return sum("No longer synced" in row.text for row in rows)

    with ScimClient(server, reveal(installed)) as scim:
        scim.create_user("ann@contoso.example")
        scim.create_user("bob@contoso.example")
    console.submit(PAGE, "#uninstall form")
    assert unsynced() == 2

    console.submit("/integrations", "form[action$='scim/install']")
    with ScimClient(server, reveal(console.submit(PAGE, "form[action$=sync]"))) as scim:
        scim.where("userName", "ann@contoso.example")
    assert wire_log.newest("GET").status == 200  # and so it is written

    assert unsynced() == 1


def test_strict_mode_judges_by_the_rfc_alone(console, installed, reveal, server):
    bare = {"userName": "ann@contoso.example"}  # without `schemas`
    with ScimClient(server, reveal(installed)) as scim:
        console.submit(installed, "#judging", strict="yes")
        assert scim.post("/Users", bare).status_code == 400

        console.submit(installed, "#judging", strict="no")
        assert scim.post("/Users", bare).status_code == 201


def test_the_locations_of_a_company_are_fed_by_groups_of_their_own(
    console, installed, make_group
):
    group_id = make_group("Roads")
    console.submit("/settings/company", "#add-location form", name="Lisbon")
    page = console.submit(installed, "form[action$=sync]", sync_mode="per_location")
    lisbon = page.select("#feeds form")[1]["action"]
    page = console.submit(page, f"form[action='{lisbon}']", groups=[group_id])

    assert page.select(f"form[action='{lisbon}'] input[checked]")
    assert len(page.select(f"#feeds input[value='{group_id}'][checked]")) == 1
    assert "Lisbon" in console.get(f"/groups/{group_id}").text


def test_the_page_says_why_requests_are_refused_when_the_installer_lost_the_role(
    app, console, company, installed, colleague
):
    other = colleague("global_admin")
    other.submit("/settings/admins", f"#role-{company.account_id} form", role="viewer")

    assert "Requests are refused with 403" in other.get(PAGE).text
    assert "Requests are refused" in other.get("/").text
