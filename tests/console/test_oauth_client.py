"""The OAuth client on the page of Microsoft Azure SCIM: issue, rotate, revoke."""

import pytest

from tests.harness.scim_client import ScimClient

PAGE = "/integrations/azure-scim"
ISSUE, ROTATE, REVOKE = (
    "form[action*='client/issue']",
    "#rotate-client form",
    "#revoke-client form",
)


def shown(page):
    """The id and the secret as the page shows them."""
    return (
        page.select("#client-id")[0]["value"],
        page.select("#client-secret")[0]["value"],
    )


@pytest.fixture
def issued(console, installed):
    """The page that shows a new client's secret."""
    return console.submit(installed, ISSUE)


@pytest.fixture
def ask(console):
    """ask(id, secret) -> the answer of the token endpoint that the page names."""
    endpoint = console.get(PAGE).select("#token-endpoint")[0]["value"]

    def answer(client_id, secret):
        data = {"grant_type": "client_credentials"}
        return console.http.post(endpoint, data=data, auth=(client_id, secret))

    return answer


def test_before_the_first_save_no_client_can_be_issued(console):
    page = console.submit("/integrations", "form[action$='scim/install']")

    assert "Press Save above first" in page.text
    assert not page.select(ISSUE)


def test_what_the_page_shows_once_is_what_gets_in(issued, ask, server):
    assert "this is the only time" in issued.text
    token = ask(*shown(issued)).json()["access_token"]

    with ScimClient(server, token) as client:
        assert client.get("/Users").status_code == 200


def test_the_secret_is_never_shown_again(console, issued):
    client_id, secret = shown(issued)
    page = console.get(PAGE)

    assert secret not in page.html
    assert shown(page) == (client_id, "•" * 24 + secret[-4:])
    assert "cannot be shown again" in page.text
    assert not page.select("[data-copy='#client-secret']")


def test_the_fields_have_the_names_of_entras_form(issued):
    labels = {label["for"]: label.text for label in issued.select("#oauth label")}

    assert labels == {
        "client-id": "Client Identifier",
        "client-secret": "Client Secret",
        "token-endpoint": "OAuth2 token endpoint",
    }


def test_the_page_tells_when_the_client_was_last_used(console, issued, ask):
    assert "Not used yet." in issued.select("#oauth")[0].text
    ask(*shown(issued))

    assert "Last used" in console.get(PAGE).select("#oauth")[0].text


def test_rotating_shows_a_new_secret_and_leaves_the_old_one_its_grace(
    console, issued, ask
):
    page = console.submit(issued, ROTATE, hours="24")
    old, new = shown(issued), shown(page)

    assert new[0] == old[0]
    assert new[1] != old[1]
    assert "The old secret works until" in page.text
    assert [ask(*old).status_code, ask(*new).status_code] == [200, 200]


def test_rotating_can_stop_the_old_secret_at_once(console, issued, ask):
    page = console.submit(issued, ROTATE, hours="0")

    assert "The old secret works" not in page.text
    assert ask(*shown(issued)).status_code == 401
    assert ask(*shown(page)).status_code == 200


def test_a_grace_period_that_was_not_offered_is_refused(console, issued, ask):
    page = console.submit(issued, ROTATE, hours="9999")

    assert page.select(".note[data-tone=bad]")
    assert ask(*shown(issued)).status_code == 200


def test_revoking_makes_room_for_another_client(console, issued, ask):
    page = console.submit(issued, REVOKE)

    assert "There is no client yet." in page.text
    assert ask(*shown(issued)).status_code == 401
    assert ask(*shown(console.submit(page, ISSUE))).status_code == 200


def test_sending_the_form_again_makes_no_second_client(console, installed, issued, ask):
    page = console.submit(installed, ISSUE)

    assert "There is an OAuth client already." in page.text
    assert ask(*shown(issued)).status_code == 200


@pytest.mark.parametrize("form", [ROTATE, REVOKE])
def test_what_happens_to_a_client_that_is_gone_is_explained(console, issued, form):
    console.submit(issued, REVOKE)
    page = console.submit(issued, form)

    assert "There is no OAuth client any more." in page.text


def test_the_page_does_not_say_that_all_is_refused_while_the_client_gets_in(
    console, issued
):
    page = console.submit(issued, "dialog[id^=revoke]:not(#revoke-client) form")

    assert "only the OAuth client gets in" in page.text


@pytest.mark.parametrize("role", ["location_admin", "viewer"])
def test_others_see_the_client_and_why_they_cannot_touch_it(
    issued, ask, colleague, role
):
    other = colleague(role)
    page = other.get(PAGE)
    refused = [
        other.http.post(f"{PAGE}/client/{deed}", headers=csrf(page)).status_code
        for deed in ("issue", "rotate", "revoke")
    ]

    assert "Only global admins can change this page" in page.text
    assert all(
        b.has_attr("disabled") for b in page.select("#oauth .card-footer button")
    )
    assert refused == [403, 403, 403]
    assert ask(*shown(issued)).status_code == 200


@pytest.mark.parametrize("form", [ISSUE, ROTATE, REVOKE])
def test_a_sign_in_that_has_grown_old_is_confirmed_first(
    console, installed, let_time_pass, form
):
    page = installed if form == ISSUE else console.submit(installed, ISSUE)
    let_time_pass()

    confirm = console.submit(page, form)

    assert confirm.path.startswith("/confirm")


def test_every_deed_is_in_the_admin_activity(console, issued):
    console.submit(console.submit(issued, ROTATE), REVOKE)
    activity = console.get("/activity/admins").text
    client_id, secret = shown(issued)

    for deed in ("issued the", "rotated the secret of the", "revoked the"):
        assert f"{deed} OAuth client" in activity
    assert client_id in activity
    assert secret not in activity


def csrf(page):
    return {"X-CSRFToken": page.select("meta[name=csrf-token]")[0]["content"]}


@pytest.mark.parametrize("deed", ["issue", "rotate"])
def test_reloading_a_page_that_showed_a_secret_leads_back(console, issued, deed):
    assert console.get(f"/integrations/azure-scim/client/{deed}").path == (
        "/integrations/azure-scim"
    )
