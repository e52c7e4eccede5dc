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


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("", "Give the location a name."),
        ("   ", "Give the location a name."),
        ("x" * 101, "Use at most 100 characters."),
    ],
)
def test_a_location_needs_a_sensible_name(console, name, words):
    page = console.submit(COMPANY, "#add-location form", status=422, name=name)
    (input,) = page.select("#add-location[open] input[name=name]")

    assert page.select(f"#{input['aria-describedby']}")[0].text == words
    assert input["value"] == name
    assert len(page.select("tbody tr")) == 1


def test_a_name_that_is_taken_is_refused_where_it_was_typed(console):
    page = console.submit(COMPANY, "#add-location form", name="Lisbon")
    dialog = page.select("dialog[id^=rename]:has(input[value=Lisbon])")[0]["id"]
    taken = page.select("dialog[id^=rename] input[name=name]")[0]["value"]
    page = console.submit(page, f"#{dialog} form", status=422, name=taken)

    assert (
        "There already is a location named" in page.select(f"#{dialog}[open]")[0].text
    )
    assert not page.select("#add-location[open], #add-location [data-kind=error]")


def test_renaming_a_location_that_is_gone_is_explained(console):
    page = console.submit(COMPANY, "#add-location form", name="Lisbon")
    console.submit(page, "dialog[id^=remove] form")
    rename = "dialog[id^=rename]:has(input[value=Lisbon]) form"

    assert (
        "There is no such location" in console.submit(page, rename, name="Porto").text
    )


@pytest.mark.parametrize(
    ("address", "page"),
    [
        ("/settings/company/locations", COMPANY),
        ("/settings/company/locations/any/rename", COMPANY),
        ("/settings/account/password", ACCOUNT),
    ],
)
def test_reloading_a_refused_form_leads_back_to_its_page(console, address, page):
    assert console.get(address).path == page


def test_the_location_of_new_employees_cannot_be_removed(console):
    page = console.get(COMPANY)
    (button,) = page.select("button[value^=remove][disabled]")

    assert "so it stays" in page.select(f"#{button['aria-describedby']}")[0].text
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
    page = console.get(ADMINS)
    buttons = page.select("tbody button[disabled]")
    assert [button.text.strip() for button in buttons] == ["Change role", "Deactivate"]
    assert {button["aria-describedby"] for button in buttons} == {"why-last"}

    form = page.form("#add-admin form")
    answer = console.http.post(
        f"{ADMINS}/{company.account_id}/role",
        data={"csrf_token": form.fields["csrf_token"], "role": "viewer"},
    )
    assert "This is the last active global admin." in answer.text


def test_one_of_two_global_admins_may_be_deactivated(console, colleague):
    colleague("global_admin")

    assert not console.get(ADMINS).select("tbody button[disabled]")


@pytest.mark.parametrize("page", [ADMINS, COMPANY])
def test_a_viewer_is_told_why_buttons_are_disabled(console, colleague, page):
    disabled = colleague("viewer").get(page).select("main button[disabled]")

    assert disabled
    assert {button["aria-describedby"] for button in disabled} == {"why-not"}


def test_a_password_manager_learns_whose_password_changes(console, company):
    (user_name,) = console.get(ACCOUNT).select("input[autocomplete=username]")

    assert user_name["value"] == company.email


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
