"""Steps 3 to 5 of the tutorial, at the pages and in its words."""

from tests.entra.portal import ENVOY_URL, REVIEW, audited, follow, press

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


def targets(page):
    return [link.get_text(strip=True) for link in page.select("tbody a.row-link")]


def test_envoy_is_added_from_the_gallery(console):
    gallery = follow(console, console.get("/entra/apps"), "New application")
    assert gallery.select("h1")[0].text == "Browse Microsoft Entra Gallery"

    found = console.submit(gallery, "form[role=search]", query="envoy")
    pane = follow(console, found, "Envoy")
    overview = console.submit(pane, "form:has([name=name])")

    assert overview.select("h1")[0].text == "Envoy"
    assert follow(console, console.get("/entra/apps"), "Envoy").path == overview.path


def test_test_connection_tells_that_the_credentials_are_good(portal, token):
    page = press(
        portal.console,
        portal.page(),
        "Test Connection",
        "#provisioning",
        mode="automatic",
        tenant_url=ENVOY_URL,
        secret_token=token,
    )
    assert "Testing connection to Envoy …" in page.select("#test")[0].text

    portal.work()
    page = portal.page()

    assert SUCCESS in page.select("#test")[0].text
    assert "Answered by this server" in page.text
    assert token not in page.html


def test_mappings_and_settings_appear_after_the_first_save(portal, token):
    portal.test(mode="automatic", tenant_url=ENVOY_URL, secret_token=token)
    page = portal.save(notification_email="it@contoso.example", notifies="y")

    assert "Saved." in page.text
    headings = [heading.text for heading in page.select("h2")]
    assert {"Admin Credentials", "Mappings", "Settings"} <= set(headings)
    assert "A token is stored" in page.text
    assert page.select("[name=notifies][checked]")


def test_the_users_mapping_shows_the_attributes_of_the_tutorial(console, saved):
    page = follow(console, saved.page(), "Synchronize Microsoft Entra users to Envoy")

    assert targets(page) == [*TUTORIAL_USER_ATTRIBUTES, "active"]
    assert "Added by the simulator" in page.select("tbody tr")[-1].text
    assert "Nothing has been changed" in console.submit(page, REVIEW).text


def test_the_groups_mapping_shows_the_attributes_of_the_tutorial(console, saved):
    page = follow(console, saved.page(), "Synchronize Microsoft Entra groups to Envoy")

    assert targets(page) == ["displayName", "externalId", "members"]


def test_people_and_groups_are_assigned_and_provisioning_is_switched_on(
    console, saved, world, app, company
):
    ada, team = world.user("ada"), world.group("Front Desk Team")
    page = follow(console, console.get(saved.url), "Assign users and groups")
    page = follow(console, page, "Add user/group")
    page = console.submit(page, "form:has([name=role])", users=[ada], groups=[team])
    assert "Assigned: 2 users and groups." in page.text

    page = saved.save(provisioning_status="on", scope="assigned")

    assert "Provisioning is on, and a cycle starts now" in page.text
    assert [b.text.strip() for b in page.select(".page-header .badge")] == ["On"]
    assert audited(app, company)[0] == "Enable/start provisioning configuration"
