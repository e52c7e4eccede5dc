"""Signing in by SAML: who gets in, as what, and for how long."""

from urllib.parse import parse_qs, urlsplit

import pytest

from envoy_console.classroom import founding
from envoy_console.directory import accounts, single_sign_on
from envoy_console.models.transactions import write
from tests import builders
from tests.builders import PASSWORD
from tests.messages import patch, replace
from tests.sso import forge
from tests.sso.conftest import IDP_URL, SamlCompany
from tests.sso.corpus import FORGED
from tests.sso.forge import signed
from tests.sso.requests import opened

NEW = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims"


def is_signed_in(browser):
    """Whether anything but the sign-in page is shown, as employee or as administrator."""
    answers = [
        browser.http.get(path, follow_redirects=False) for path in ("/profile", "/")
    ]
    return any(answer.status_code == 200 for answer in answers)


@pytest.fixture
def add_account(app, company):
    """add_account("viewer", ann["userName"]) -> an account of the company."""

    def add(role, email):
        values = {"email": email, "name": "Ann Lee", "role": role, "password": PASSWORD}
        with app.app_context():
            write(lambda tx: accounts.insert(tx, company.id, **values))

    return add


def test_the_request_says_who_asks_and_where_to_answer(browser, saml):
    answer = browser.http.get(
        urlsplit(saml.addresses.sign_on_url).path, follow_redirects=False
    )
    where = answer.headers["Location"]
    request = opened(parse_qs(urlsplit(where).query)["SAMLRequest"][0])

    assert where.startswith(f"{IDP_URL}?SAMLRequest=")
    assert request.get("Destination") == IDP_URL
    assert request.get("AssertionConsumerServiceURL") == saml.addresses.acs_url
    assert request[0].text == saml.addresses.entity_id


def test_an_employee_sees_their_own_page_and_nothing_else(browser, saml, ann):
    page = browser.sign_in(ann["userName"])

    assert page.url.path == "/profile"
    assert "Ann Lee" in page.text
    for path in ("/", "/employees", "/integrations/saml", "/entra/"):
        answer = browser.http.get(path, follow_redirects=False)
        assert answer.headers["Location"].startswith("/sign-in")
    assert saml.audited()[0] == (
        "Ann Lee",
        "signed in with single sign-on",
        ann["userName"],
    )


@pytest.mark.parametrize(
    "written",
    [
        lambda ann: ann["userName"].upper(),
        lambda ann: f" {ann['userName']} ",
        lambda ann: ann["emails"][0]["value"],
    ],
    ids=["in capitals", "with blanks", "as the work email"],
)
def test_a_name_is_the_user_name_or_the_work_email_in_any_case(browser, ann, written):
    assert browser.sign_in(written(ann)).url.path == "/profile"


def test_letters_that_only_look_alike_are_somebody_else(browser, ann):
    assert browser.sign_in(ann["userName"].replace("a", "ａ", 1)).status_code == 403  # noqa: RUF001
    assert not is_signed_in(browser)


def test_the_user_name_goes_before_the_work_email_of_another(browser, entra, ann):
    mail = [{"type": "work", "value": ann["userName"]}]
    entra.create_user("bob@contoso.example", emails=mail, displayName="Bob Ray")

    assert "Ann Lee" in browser.sign_in(ann["userName"]).text


def test_a_work_email_that_two_share_lets_neither_in(browser, entra):
    mail = [{"type": "work", "value": "desk@contoso.example"}]
    entra.create_user("a@contoso.example", emails=mail)
    entra.create_user("b@contoso.example", emails=mail)

    answer = browser.sign_in("desk@contoso.example")

    assert answer.status_code == 403
    assert "Several employees have the work email" in answer.text


def test_an_account_of_that_address_is_signed_in_with_its_own_role(
    browser, saml, ann, add_account
):
    add_account("viewer", ann["userName"])
    role = {
        "http://schemas.microsoft.com/ws/2008/06/identity/claims/role": "global_admin"
    }

    page = browser.sign_in(ann["userName"], attributes=role)

    assert page.url.path == "/"
    assert "Viewer" in page.text
    assert saml.audited()[0][:2] == ("Ann Lee", "signed in with single sign-on")


def test_single_sign_on_never_makes_an_operator(
    app, company, browser, ann, add_account
):
    add_account("global_admin", ann["userName"])
    with app.app_context():
        student = founding.seats_for(f"Class of {company.name}", 1, "")
        list(founding.found(company.id, student))
        write(lambda tx: accounts.appoint(tx, ann["userName"]))

    page = browser.sign_in(ann["userName"])

    assert "Global admin" in page.text
    assert "Operator" not in page.text
    assert browser.http.get("/classroom/").status_code == 403


def test_what_stands_in_the_directory_never_leads_to_an_account(
    browser, company, entra
):
    mail = [{"type": "work", "value": company.email}]
    entra.create_user("eve@contoso.example", emails=mail)

    assert browser.sign_in("eve@contoso.example").url.path == "/profile"


def test_an_account_without_an_employee_does_not_get_in(browser, company):
    answer = browser.sign_in(company.email)

    assert answer.status_code == 403
    assert "employee directory. Ask your administrator to provision" in answer.text


def test_a_deactivated_account_is_no_way_in(app, browser, saml, ann, add_account):
    add_account("global_admin", ann["userName"])
    mine = accounts.accounts.c.email_key == ann["userName"]
    with app.app_context():
        write(
            lambda tx: tx.execute(
                accounts.accounts.update().where(mine).values(active=False)
            )
        )

    assert browser.sign_in(ann["userName"]).url.path == "/profile"


def test_single_sign_on_does_not_count_as_having_given_the_password(
    browser, ann, add_account
):
    add_account("global_admin", ann["userName"])
    browser.sign_in(ann["userName"])

    page = browser.console.submit(
        "/integrations/saml", "form[action='/integrations/saml']"
    )

    assert page.path.startswith("/confirm")


@pytest.mark.parametrize("role", [None, "viewer"])
def test_who_is_deactivated_over_scim_is_out_with_the_next_request(
    browser, entra, ann, add_account, role
):
    if role:
        add_account(role, ann["userName"])
    browser.sign_in(ann["userName"])
    assert is_signed_in(browser)

    entra.patch(f"/Users/{ann['id']}", patch(replace("active", "False")))

    assert not is_signed_in(browser)
    answer = browser.sign_in(ann["userName"])
    assert answer.status_code == 403
    assert f"{ann['userName']} is deactivated in Envoy" in answer.text


def test_who_is_deleted_over_scim_is_out_with_the_next_request(browser, entra, ann):
    browser.sign_in(ann["userName"])

    entra.delete(f"/Users/{ann['id']}")

    assert not is_signed_in(browser)
    assert browser.sign_in(ann["userName"]).status_code == 403


def test_an_unknown_employee_is_refused_and_it_is_written_down(browser, saml):
    answer = browser.sign_in("nobody@contoso.example")

    assert answer.status_code == 403
    assert "nobody@contoso.example" in answer.text
    assert saml.audited()[0][1] == "refused a sign-in"
    assert not is_signed_in(browser)


def test_an_employee_signs_out(browser, ann):
    browser.sign_in(ann["userName"])
    kept = browser.http.cookies["employee"]

    page = browser.console.submit("/profile", "form[action='/profile/sign-out']")
    assert page.path == "/sign-in"

    browser.http.cookies.set("employee", kept)
    assert not is_signed_in(browser)


def test_what_was_asked_for_is_opened_afterwards(browser, saml, ann, add_account):
    add_account("viewer", ann["userName"])
    asked = browser.start(next="/employees")
    claim = saml.claim(name_id=ann["userName"], in_response_to=asked)

    assert browser.send(signed(claim.tree())).url.path == "/employees"


# Just-in-time creation


def test_somebody_new_is_added_where_the_company_wants_it(browser, saml):
    saml.save(creates=True)

    page = browser.sign_in(
        "new@contoso.example",
        attributes={f"{NEW}/givenname": "Nia", f"{NEW}/surname": "Obi"},
    )

    assert page.url.path == "/profile"
    assert "Nia Obi" in page.text


def test_somebody_who_was_deactivated_is_not_added_anew(browser, saml, entra):
    saml.save(creates=True)
    entra.create_user("gone@contoso.example", active=False)

    assert browser.sign_in("gone@contoso.example").status_code == 403


# What must not be possible


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_response_signs_nobody_in(browser, saml, entra, ann, name):
    saml.save(issuer="https://idp.example/", idp_initiated=True)
    entra.create_user(forge.ADMIN)

    answer = browser.send(FORGED[name](saml.claim))

    assert answer.status_code == 403
    assert not is_signed_in(browser)


def test_the_identity_provider_of_another_company_is_nobody_here(
    app, browser, saml, ann
):
    other = SamlCompany(app, builders.found_company(app))
    other.save(fingerprints=forge.STRANGER.sha256)
    claim = saml.claim(name_id=ann["userName"], in_response_to=browser.start())

    assert browser.send(signed(claim.tree(), forge.STRANGER)).status_code == 403


def test_a_response_for_another_company_is_not_for_this_one(app, browser, saml, ann):
    other = SamlCompany(app, builders.found_company(app))
    other.save()
    claim = other.claim(name_id=ann["userName"], in_response_to=browser.start())

    assert browser.send(signed(claim.tree())).status_code == 403


def test_a_response_works_once(browser, saml, ann):
    saml.save(idp_initiated=True)
    response = signed(saml.claim(name_id=ann["userName"]).tree())
    assert browser.send(response).url.path == "/profile"

    answer = browser.send(response)

    assert answer.status_code == 403
    assert "was used already" in answer.text


def test_a_request_is_answered_once(browser, saml, ann):
    asked = browser.start()
    kept = browser.http.cookies["saml"]
    first, second = (
        signed(saml.claim(name_id=ann["userName"], in_response_to=asked).tree())
        for _ in range(2)
    )
    assert browser.send(first).url.path == "/profile"

    browser.http.cookies.set("saml", kept)
    assert browser.send(second).status_code == 403


def test_a_refused_response_is_spent_as_well(browser, saml, entra, ann):
    saml.save(idp_initiated=True)
    entra.patch(f"/Users/{ann['id']}", patch(replace("active", "False")))
    response = signed(saml.claim(name_id=ann["userName"]).tree())
    assert browser.send(response).status_code == 403
    entra.patch(f"/Users/{ann['id']}", patch(replace("active", "True")))

    assert browser.send(response).status_code == 403


def test_only_the_browser_that_asked_takes_the_answer(make_browser, saml, ann):
    asking, other = make_browser(), make_browser()
    claim = saml.claim(name_id=ann["userName"], in_response_to=asking.start())
    other.start()

    assert other.send(signed(claim.tree())).status_code == 403
    assert not is_signed_in(other)


def test_a_request_that_was_never_made_is_not_answered(browser, saml, ann):
    claim = saml.claim(name_id=ann["userName"], in_response_to="_made-up")

    assert browser.send(signed(claim.tree())).status_code == 403


def test_a_response_that_nobody_asked_for_needs_the_company_to_allow_it(
    browser, saml, ann
):
    response = signed(saml.claim(name_id=ann["userName"]).tree())

    answer = browser.send(response)

    assert answer.status_code == 403
    assert "Nobody asked for this response" in answer.text


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example"]
)
def test_a_relay_state_leads_nowhere_else(browser, saml, ann, add_account, elsewhere):
    saml.save(idp_initiated=True)
    add_account("viewer", ann["userName"])
    response = signed(saml.claim(name_id=ann["userName"]).tree())

    page = browser.send(response, RelayState=elsewhere)

    assert (page.status_code, page.url.host, page.url.path) == (200, "localhost", "/")


def test_a_path_asked_for_elsewhere_is_not_followed(browser, saml, ann, add_account):
    add_account("viewer", ann["userName"])
    asked = browser.start(next="https://evil.example/")
    claim = saml.claim(name_id=ann["userName"], in_response_to=asked)

    assert browser.send(signed(claim.tree())).url.path == "/"


def test_what_is_far_too_large_is_refused_as_such(browser, saml):
    assert "The response is too large." in browser.send(b"x" * 300_000).text
    assert browser.send(b"x" * 2_000_000).status_code == 413


def test_a_response_of_a_hundred_kilobytes_is_read(browser, saml, ann):
    groups = {f"group-{n}": "x" * 900 for n in range(100)}

    assert browser.sign_in(ann["userName"], attributes=groups).status_code == 200


# Required


def test_required_leaves_the_password_to_global_admins_alone(
    saml, company, colleague, stranger
):
    viewer = colleague("viewer")
    assert viewer.get("/").path == "/"

    saml.save(required=True)

    assert viewer.get("/").path.startswith("/sign-in")
    page = stranger.submit(
        "/sign-in",
        "main form",
        status=403,
        email=f"viewer-of-{company.email}",
        password=PASSWORD,
    )
    assert "wants you to sign in with single sign-on" in page.text
    assert stranger.sign_in(company).path == "/"


def test_a_wrong_password_does_not_tell_that_it_is_required(saml, company, stranger):
    saml.save(required=True)
    page = stranger.submit(
        "/sign-in", "main form", status=422, email=company.email, password="wrong"
    )

    assert "do not match" in page.text


def test_required_does_not_end_what_single_sign_on_opened(
    browser, saml, ann, add_account
):
    add_account("viewer", ann["userName"])
    browser.sign_in(ann["userName"])

    saml.save(required=True)

    assert is_signed_in(browser)


def test_uninstalling_ends_what_single_sign_on_opened(
    app, browser, saml, company, ann, add_account
):
    browser.sign_in(ann["userName"])
    add_account("viewer", ann["userName"])
    browser.sign_in(ann["userName"])

    with app.app_context():
        write(lambda tx: single_sign_on.uninstall(tx, company.admin))

    assert not is_signed_in(browser)


# Finding the company


def test_the_sign_in_page_leads_to_the_company_by_its_id_or_an_address(
    stranger, company, saml, ann
):
    for who in (company.id, company.email):
        page = stranger.submit("/sign-in/single-sign-on", "main form", who=who)
        links = [a["href"] for a in page.select("main a[href]")]
        assert f"/a/saml/auth/{company.id}" in links


def test_an_unknown_company_is_told_from_nothing(stranger, saml):
    page = stranger.submit(
        "/sign-in/single-sign-on", "main form", status=422, who="nobody@nowhere.example"
    )

    assert "There is no single sign-on for this, or more than one." in page.text


def test_who_forges_often_has_to_wait(browser, saml):
    answers = [browser.send(b"nonsense").status_code for _ in range(61)]

    assert answers[:60] == [403] * 60
    assert answers[60] == 429
