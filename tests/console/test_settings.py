"""Locations, admins and one's own account."""

import pytest

from tests.builders import Company

COMPANY, ADMINS, ACCOUNT = "/settings/company", "/settings/admins", "/settings/account"


def add_admin(console, email="val@contoso.example", **fields):
    return console.submit(
        ADMINS, "#add-admin form", name="Val Lee", email=email, **fields
    )


def test_a_location_is_added_renamed_and_removed(console):
    page = console.submit(COMPANY, "#add-location form", name="Lisbon")
    assert "Lisbon is added." in page.text

    page = console.submit(
        page, "dialog[id^=rename]:has(input[value=Lisbon]) form", name="Porto"
    )
    assert "now called Porto" in page.text

    page = console.submit(page, "dialog[id^=remove] form")
    assert "The location is removed." in page.text
    assert len(page.select("tbody tr")) == 1


@pytest.mark.parametrize("name", ["", "   ", "x" * 101])
def test_a_location_needs_a_sensible_name(console, name):
    page = console.submit(COMPANY, "#add-location form", name=name)

    assert page.select(".note[data-tone=bad]")
    assert len(page.select("tbody tr")) == 1


def test_the_location_of_new_employees_cannot_be_removed(console):
    page = console.get(COMPANY)

    assert page.select("button[value^=remove][disabled]")
    assert not page.select("dialog[id^=remove]")


def test_a_new_admin_gets_a_password_that_is_shown_once(
    console, stranger, server, company
):
    page = add_admin(console, f"val-{company.email}", role="viewer")
    password = page.select("#password")[0].text
    assert password not in console.get(ADMINS).text

    with type(console)(server) as newcomer:
        newcomer.sign_in(
            Company(company.id, "", company.name, f"val-{company.email}", password)
        )
        assert "Viewer" in newcomer.get("/").text


def test_an_address_that_is_taken_is_refused_beside_the_field(console, company):
    page = console.submit(
        ADMINS, "#add-admin form", status=422, name="Val Lee", email=company.email
    )

    assert (
        "Somebody already signs in as"
        in page.select("#add-admin[open] #email-error")[0].text
    )


def test_the_last_global_admin_stays(console, company):
    page = console.submit(ADMINS, f"#role-{company.account_id} form", role="viewer")

    assert "This is the last active global admin." in page.text


def test_a_deactivated_admin_is_out_at_once_and_may_come_back(console, colleague):
    viewer = colleague("viewer")
    page = console.get(ADMINS)
    (dialog,) = [d for d in page.select("dialog[id^=deactivate]") if "Val" in d.text]
    page = console.submit(page, f"#{dialog['id']} form")
    assert viewer.get("/").path.startswith("/sign-in")

    page = console.submit(page, "form[action$=reactivate]")
    assert "may sign in again" in page.text


def test_changing_the_password_ends_every_session(console, company):
    page = console.submit(
        ACCOUNT,
        "form[action$=password]",
        old=company.password,
        new="a longer sentence than before",
        again="a longer sentence than before",
    )
    assert page.path == "/sign-in"

    console.sign_in(Company("", "", "", company.email, "a longer sentence than before"))


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (
            {
                "old": "not it",
                "new": "x y z a b c d e f g",
                "again": "x y z a b c d e f g",
            },
            "not your password",
        ),
        ({"old": "", "new": "x", "again": "x"}, "Enter your password"),
        ({"new": "short", "again": "short"}, "15 to 128 characters"),
        ({"new": "a longer sentence", "again": "another sentence"}, "not the same"),
    ],
)
def test_a_new_password_that_will_not_do_is_explained(console, company, fields, words):
    page = console.submit(
        ACCOUNT,
        "form[action$=password]",
        status=422,
        **{"old": company.password, **fields},
    )

    assert words in " ".join(hint.text for hint in page.select("[data-kind=error]"))


def test_signing_out_everywhere_ends_every_session(console, server, company):
    with type(console)(server) as elsewhere:
        elsewhere.sign_in(company)
        page = console.submit(ACCOUNT, "form[action$=everywhere]")

        assert page.path == "/sign-in"
        assert elsewhere.get("/").path.startswith("/sign-in")


def test_the_theme_is_kept_and_rendered_by_the_server(console):
    page = console.submit(ACCOUNT, "main form[action='/preferences']", theme="dark")

    assert page.path == ACCOUNT
    assert page.select("html")[0]["data-theme"] == "dark"


def test_the_shortcut_can_be_switched_off(console):
    assert console.get("/employees").select("[data-search-key]")
    console.submit(ACCOUNT, "main form[action='/preferences']", shortcuts="off")

    assert not console.get("/employees").select("[data-search-key]")
