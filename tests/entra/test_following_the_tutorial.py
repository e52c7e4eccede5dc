"""Steps 3 to 5 of the tutorial, at the pages and in its words."""

import pytest

from envoy_console.entra import trials

ENVOY_URL = "https://app.envoy.com/scim/v2"
REVIEW = "form:has([name=update])"
SUCCESS = "The supplied credentials are authorized to enable provisioning"

TUTORIAL_USER_ATTRIBUTES = [
    "userName",
    "externalId",
    "displayName",
    "title",
    'emails[type eq "work"].value',
    "preferredLanguage",
    "department",
    'addresses[type eq "work"].country',
    'addresses[type eq "work"].locality',
    'addresses[type eq "work"].region',
    'addresses[type eq "work"].postalCode',
    'addresses[type eq "work"].formatted',
    'addresses[type eq "work"].streetAddress',
    "name.givenName",
    "name.familyName",
    "name.formatted",
    'phoneNumbers[type eq "mobile"].value',
    'phoneNumbers[type eq "work"].value',
    "locale",
]


def follow(console, page, words):
    """Follow the link that says `words`."""
    links = page.select("a[href]")
    (href,) = {a["href"] for a in links if a.get_text(" ", strip=True) == words}
    return console.get(href)


def targets(page):
    return [link.get_text(strip=True) for link in page.select("tbody a.row-link")]


@pytest.fixture
def work(app):
    """work(app_id): the worker does the connection test that waits for it."""

    def done(app_id):
        with app.app_context():
            trials.run(app_id)

    return done


@pytest.fixture
def envoy_page(console):
    """Step 3: Envoy, added from the gallery; its overview."""
    gallery = follow(console, console.get("/entra/apps"), "New application")
    found = console.submit(gallery, "form[role=search]", query="envoy")
    return console.submit(
        follow(console, found, "Envoy"), "main form:not([role=search])"
    )


@pytest.fixture
def saved_page(console, envoy_page, token, work):
    """Step 5.7: the Provisioning page with good credentials saved."""
    page = connect(console, envoy_page, token, work)
    return console.submit(
        page,
        "#provisioning",
        tenant_url=ENVOY_URL,
        mode="automatic",
        notification_email="it@contoso.example",
        notifies="y",
    )


def connect(console, envoy_page, token, work):
    page = follow(console, envoy_page, "Provisioning")
    app_id = page.path.split("/")[3]
    press(
        console,
        page,
        "Test Connection",
        mode="automatic",
        tenant_url=ENVOY_URL,
        secret_token=token,
    )
    work(app_id)
    return console.get(f"/entra/apps/{app_id}/provisioning/edit")


def press(console, page, words, status=200, **fields):
    """Press a button of the Provisioning form that goes elsewhere than Save does."""
    (button,) = [
        b
        for b in page.select("button[formaction]")
        if b.get_text(" ", strip=True) == words
    ]
    form = page.form("#provisioning")
    answer = console.http.post(button["formaction"], data={**form.fields, **fields})
    assert answer.status_code == status, answer.text
    return console._page(answer, status)


def test_envoy_is_added_from_the_gallery(console, envoy_page):
    assert envoy_page.select("h1")[0].text == "Envoy"
    assert "Assign users and groups" in envoy_page.text

    listed = console.get("/entra/apps")
    assert follow(console, listed, "Envoy").path == envoy_page.path


def test_test_connection_tells_that_the_credentials_are_good(
    console, envoy_page, token, work
):
    page = connect(console, envoy_page, token, work)

    assert SUCCESS in page.select("#test")[0].text
    assert "Answered by this server" in page.text
    assert token not in page.html


def test_test_connection_first_says_that_it_is_at_work(console, envoy_page, token):
    page = follow(console, envoy_page, "Provisioning")
    page = press(
        console,
        page,
        "Test Connection",
        mode="automatic",
        tenant_url=ENVOY_URL,
        secret_token=token,
    )

    assert "Testing connection to Envoy …" in page.select("#test")[0].text


def test_mappings_and_settings_appear_after_the_first_save(console, saved_page):
    assert "Saved." in saved_page.text
    headings = [h.text for h in saved_page.select("h2")]
    assert {"Admin Credentials", "Mappings", "Settings"} <= set(headings)
    assert "A token is stored" in saved_page.text
    assert saved_page.form("#provisioning").fields["notification_email"] == (
        "it@contoso.example"
    )


def test_the_users_mapping_shows_the_attributes_of_the_tutorial(console, saved_page):
    page = follow(console, saved_page, "Synchronize Microsoft Entra users to Envoy")

    assert targets(page) == [*TUTORIAL_USER_ATTRIBUTES, "active"]
    assert "Added by the simulator" in page.select("tbody tr")[-1].text
    assert "Nothing has been changed" in console.submit(page, REVIEW).text


def test_the_groups_mapping_shows_the_attributes_of_the_tutorial(console, saved_page):
    page = follow(console, saved_page, "Synchronize Microsoft Entra groups to Envoy")

    assert targets(page) == ["displayName", "externalId", "members"]


def test_provisioning_status_on_starts_the_initial_cycle(
    console, saved_page, world, app
):
    page = console.submit(
        saved_page, "#provisioning", provisioning_status="on", scope="assigned"
    )
    assert "Provisioning is on, and a cycle starts now" in page.text

    assert [b.text.strip() for b in page.select(".page-header .badge")] == ["On"]
