"""Who may run a classroom, and whose."""

import pytest

from envoy_console.directory.accounts import OperatorError
from tests import builders

SECRET = "/classroom/companies/{}"
PAGES = (
    "/classroom/",
    "/classroom/progress",
    "/classroom/new",
    SECRET,
    SECRET + "/password",
)
DEEDS = (
    "/classroom/new",
    "/classroom/cards.csv",
    "/classroom/reset",
    "/classroom/delete",
    SECRET + "/look",
    SECRET + "/reset",
    SECRET + "/password",
    SECRET + "/delete",
)


def statuses(client, post, company_id):
    pages = {path: client.http.get(path.format(company_id)) for path in PAGES}
    deeds = {path: post(client, path.format(company_id)) for path in DEEDS}
    return (
        {path: answer.status_code for path, answer in pages.items()},
        {path: answer.status_code for path, answer in deeds.items()},
    )


def test_the_lists_above_name_every_address(app):
    rules = {
        (rule.rule.replace("<company_id>", "{}"), method)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("classroom.")
        for method in rule.methods & {"GET", "POST"}
    }

    mine = {(path, "GET") for path in PAGES} | {(path, "POST") for path in DEEDS}
    assert rules == mine | {("/classroom/leave", "POST")}


@pytest.mark.parametrize("role", ["global_admin", "location_admin", "viewer"])
def test_only_operators_see_or_do_anything(students, colleague, post, role):
    person = colleague(role)

    seen, done = statuses(person, post, students.company().id)

    assert set(seen.values()) == set(done.values()) == {403}
    assert len(students.students) == 3
    assert "Classroom" not in person.get("/").text


def test_an_operator_sees_every_page(operator, students):
    for path in PAGES[:1] + PAGES[2:]:
        operator.get(path.format(students.company().id))


def test_the_operator_of_another_company_sees_nothing_of_it(
    app, operator, found_class, post
):
    other = builders.found_company(app)
    theirs = found_class(other, 2)

    assert "No class yet" in operator.get("/classroom/").text
    for number in range(2):
        company = theirs.company(number)
        for path in PAGES + DEEDS:
            if path.startswith(SECRET):
                answer = (
                    post(operator, path.format(company.id))
                    if path in DEEDS
                    else operator.http.get(path.format(company.id))
                )
                assert answer.status_code == 404, path
    post(operator, "/classroom/reset", scenario="ready")
    post(operator, "/classroom/delete")
    assert [student.progress.count for student in theirs.students] == [0, 0]


def test_a_company_that_is_in_no_class_is_not_found(app, operator, company, post):
    other = builders.found_company(app)

    for company_id in (company.id, other.id):
        assert post(operator, SECRET.format(company_id) + "/delete").status_code == 404
        assert post(operator, SECRET.format(company_id) + "/look").status_code == 404


def test_an_operator_does_all_that_a_global_admin_does(operator, entra_token):
    operator.submit("/integrations", "form[action$='scim/install']")
    page = operator.submit("/integrations/azure-scim", "form[action$=sync]")

    assert page.select("form[action$=sync] fieldset:not([disabled])")
    assert "Operator" in page.select(".who")[0].text
    assert entra_token(operator) == 200


@pytest.fixture
def entra_token():
    def use(client):
        page = client.submit("/integrations/azure-scim", "form[action$=reveal]")
        token = page.select("#token")[0]["value"]
        headers = {"Authorization": f"Bearer {token}"}
        return client.http.get("/scim/v2/Users", headers=headers).status_code

    return use


def test_a_global_admin_can_neither_appoint_nor_demote_one(
    operator, company, colleague, post
):
    admin = colleague("global_admin")
    page = admin.get("/settings/admins")
    mine = f"/settings/admins/{company.account_id}"

    assert "Only the command line appoints and dismisses operators." in page.text
    assert not page.select("option[value=operator], input[value=operator]")
    for deed, fields in (("role", {"role": "viewer"}), ("deactivate", {})):
        answer = post(admin, f"{mine}/{deed}", **fields)
        assert "only the command line appoints" in answer.text
    assert post(admin, f"{mine}/role", role="operator").status_code == 200
    assert "Operator" in operator.get("/").text
    operator.get("/classroom/")


def test_an_operator_who_is_dismissed_is_a_global_admin(
    app, operator, company, students
):
    told = app.test_cli_runner().invoke(args=["operator", "dismiss", company.email])

    assert "is a global admin now" in told.output
    operator.sign_in(company)
    operator.get("/classroom/", status=403)


def test_appointing_somebody_unknown_says_so(app):
    told = app.test_cli_runner().invoke(args=["operator", "appoint", "no@body.example"])

    assert told.exit_code == 1
    assert "Nobody signs in as no@body.example." in told.output


def test_the_rule_has_a_name():
    assert issubclass(OperatorError, Exception)
