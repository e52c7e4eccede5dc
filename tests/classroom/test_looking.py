"""An operator looks at a student's company, and can change nothing there."""

import re

import pytest

from envoy_console.models import Base
from envoy_console.models.transactions import read
from envoy_console.web.access import READING
from tests import builders

LEAVE = ".visit form"


@pytest.fixture
def first(students):
    return students.company(0)


@pytest.fixture
def looking(operator, first):
    """The operator, who has opened the first student's company."""
    page = operator.submit(f"/classroom/companies/{first.id}", "form[action$=look]")
    assert page.path == "/"
    return operator


def contents(app, company_id):
    """Every row of a company."""
    with app.app_context(), read() as tx:
        return {
            name: tx.execute(
                table.select()
                .where(table.c.company_id == company_id)
                .order_by(*table.primary_key.columns)
            ).all()
            for name, table in Base.metadata.tables.items()
            if "company_id" in table.columns
        }


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/employees",
        "/settings/admins",
        "/settings/account",
        "/settings/scenarios",
        "/entra/",
        "/entra/users",
        "/entra/apps",
    ],
)
def test_every_page_says_whose_company_it_is(looking, first, path):
    page = looking.get(path)

    (sign,) = page.select(".visit")
    assert f"You are looking at {first.name}" in re.sub(r"\s+", " ", sign.text)
    assert page.select(LEAVE)


def test_the_students_things_are_seen_as_a_viewer_sees_them(app, looking, first, enter):
    builders.add_employee(app, first, displayName="Stu Dent")

    assert "Stu Dent" in looking.get("/employees").text
    assert "Viewer" in looking.get("/").select(".who")[0].text
    page = looking.get("/settings/company")
    assert "and can change nothing here" in page.text
    assert page.select("button[data-opens=add-location][disabled]")


def test_nothing_can_be_changed_by_any_address(app, looking, first, company, post):
    before = contents(app, first.id), contents(app, company.id)
    allowed = {"/sign-in", "/sign-out", "/preferences", "/classroom/leave"}
    # these ask for an identity provider's word, and for the cookie of an employee
    allowed |= {"/a/saml/acs/<company_id>", "/profile/sign-out"}
    values = {"company_id": first.id, "key": "fresh"}
    answers = {}
    for rule in app.url_map.iter_rules():
        is_ours = rule.endpoint.partition(".")[0] not in ("scim", "oauth")
        if rule.methods - READING and is_ours and rule.rule not in allowed:
            path = re.sub(
                r"<(?:\w+:)?(\w+)>",
                lambda m: values.get(m[1], first.account_id),
                rule.rule,
            )
            answers[rule.rule] = post(looking, path).status_code

    assert len(answers) > 50
    assert answers == dict.fromkeys(answers, 403)
    assert contents(app, first.id) == before[0]
    assert contents(app, company.id) == before[1]


def test_reading_every_page_leaves_no_trace_but_of_downloads(app, looking, first):
    before = contents(app, first.id)
    pages = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if "GET" in rule.methods
        and not rule.arguments
        and rule.endpoint.partition(".")[0] not in ("scim", "oauth", "static")
    ]
    for path in pages:
        looking.http.get(path)

    assert len(pages) > 20
    after = contents(app, first.id)
    told = len(before.pop("audit_events"))
    (download,) = after.pop("audit_events")[told:]
    assert download.action == "downloaded employees as"
    for rows in (before, after):
        del rows["audit_chains"]
    assert after == before


def test_the_classroom_waits_until_one_leaves(looking):
    looking.get("/classroom/", status=403)

    page = looking.submit("/employees", LEAVE)

    assert page.path == "/classroom/"
    assert not page.select(".visit")


def test_leaving_twice_leads_home(operator, post):
    assert post(operator, "/classroom/leave").url.path == "/"


def test_the_company_learns_of_every_look(looking, first, enter, company):
    said = enter(first).get("/activity/admins").text

    assert "Dana Reyes (operator)" in said
    assert "looked at this company, read-only" in said
    looking.submit("/", LEAVE)
    assert "looked at this company" not in looking.get("/activity/admins").text


def test_an_operator_may_sign_out_while_looking(looking, company, first):
    page = looking.submit("/", ".who form")

    assert page.path == "/sign-in"
    looking.sign_in(company)
    assert not looking.get("/").select(".visit")


def test_who_is_no_operator_any_more_is_at_home_again(app, looking, company):
    app.test_cli_runner().invoke(args=["operator", "dismiss", company.email])
    looking.sign_in(company)

    page = looking.get("/")
    assert not page.select(".visit")
    assert company.name in page.text


def test_a_company_that_is_deleted_meanwhile_lets_one_go(
    app, looking, company, first, enter
):
    second = enter(company)
    second.submit(f"/classroom/companies/{first.id}", "#delete form")

    page = looking.get("/")

    assert not page.select(".visit")
    assert company.name in page.text


def test_other_sessions_of_the_operator_are_where_they_were(looking, company, enter):
    assert not enter(company).get("/").select(".visit")
