"""Who may do what, and how fresh their sign-in has to be."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from envoy_console.directory import sessions
from envoy_console.models.base import now
from envoy_console.models.transactions import read, write
from envoy_console.web.access import (
    ALLOWED,
    PUBLIC,
    READING,
    Permission,
)
from tests import builders


def writing_views(app):
    return {
        rule.endpoint: app.view_functions[rule.endpoint]
        for rule in app.url_map.iter_rules()
        if rule.methods - READING and rule.endpoint.startswith("console.")
    }


def test_every_view_that_changes_something_says_which_permission_it_takes(app):
    silent = [
        name
        for name, view in writing_views(app).items()
        if not isinstance(getattr(view, "permission", None), Permission)
    ]

    assert set(silent) == {"console.sign_in", "console.set_preferences"}


def test_the_lists_of_exceptions_name_only_what_is_there(app):
    # where there is no METRICS_TOKEN, there are no metrics
    assert {*app.view_functions, "metrics.scrape"} >= PUBLIC


def test_only_global_admins_may_do_everything():
    assert ALLOWED["operator"] == set(Permission)
    assert ALLOWED["operator"] - ALLOWED["global_admin"] == {Permission.RUN_CLASSROOM}
    assert ALLOWED["viewer"] == {Permission.KEEP_OWN_ACCOUNT, Permission.LEAVE}
    assert ALLOWED["location_admin"] > ALLOWED["viewer"]


@pytest.mark.parametrize("role", ["viewer", "location_admin"])
def test_others_see_the_integration_but_not_its_token(installed, colleague, role):
    page = colleague(role).get("/integrations/azure-scim")

    assert "Only global admins can change this page or reveal the token." in page.text
    assert "Ask dana" in page.text
    assert page.select("[data-reveal][disabled]")
    assert page.select("[data-copy-secret][disabled]")
    assert page.select("form[action$=sync] fieldset[disabled]")
    assert not page.select("main dialog")


def test_a_viewer_who_sends_the_form_anyway_is_refused(installed, colleague):
    viewer = colleague("viewer")
    page = viewer.submit("/integrations/azure-scim", "form[action$=reveal]", status=403)

    assert "You may not do that" in page.text


def test_a_location_admin_may_choose_the_groups_of_a_location(
    console, installed, make_group, colleague
):
    group_id = make_group("Roads")
    console.submit(installed, "form[action$=sync]", sync_mode="per_location")

    page = colleague("location_admin").submit(
        "/integrations/azure-scim", "#feeds form", groups=group_id
    )

    assert "The location's groups are saved." in page.text
    assert page.select(f"input[value='{group_id}'][checked]")
    assert "You can choose the groups per location. Only global admins" in page.text


def test_what_belongs_to_another_company_is_not_there(app, console):
    other = builders.found_company(app)
    employee = builders.add_employee(app, other, displayName="A stranger")

    console.get(f"/employees/{employee.id}", status=404)
    console.get("/groups/no-such-group", status=404)
    console.get("/activity/requests/no-such-request", status=404)
    assert "A stranger" not in console.get("/employees").text


def test_another_site_cannot_send_our_forms(console):
    page = console.get("/settings/company")
    form = page.form("#add-location form")
    answer = console.http.post(
        form.action,
        data={**form.fields, "name": "Evil HQ"},
        headers={"Sec-Fetch-Site": "cross-site"},
    )

    assert answer.status_code == 403


def test_after_a_while_delicate_things_want_the_password_again(
    console, company, installed, let_time_pass
):
    let_time_pass()
    page = console.submit(installed, "#rotate form")
    assert page.path.startswith("/confirm?next=")
    assert company.email in page.text

    page = console.submit(page, "main form", status=422, password="not this one")
    assert "This is not your password" in page.text

    page = console.submit(page, "main form", password=company.password)
    assert page.path == "/integrations/azure-scim?ask=rotate"
    assert page.select("#rotate[open]")
    assert "Confirmed. Press the button once more." in page.text


def test_a_reset_of_the_company_wants_the_password_again(
    console, company, make_employee, let_time_pass
):
    make_employee(displayName="Ann Lee")
    let_time_pass()

    page = console.submit("/settings/scenarios", "#bring-ready form")
    assert "Ann Lee" in console.get("/employees").text
    page = console.submit(page, "main form", password=company.password)

    assert page.path == "/settings/scenarios?ask=bring-ready"
    assert page.select("#bring-ready[open]")
    console.submit(page, "#bring-ready form")
    assert "Ann Lee" not in console.get("/employees").text


def test_who_confirmed_to_reveal_the_token_finds_the_focus_on_reveal(
    console, company, installed, let_time_pass
):
    let_time_pass()
    page = console.submit(installed, "form[action$=reveal]")
    page = console.submit(page, "main form", password=company.password)

    assert page.select("[data-reveal][autofocus]")
    assert page.select("#token")[0]["value"].startswith("esim_••")
    assert not console.get("/integrations/azure-scim").select(
        "[data-reveal][autofocus]"
    )


def test_a_script_is_told_where_to_confirm(console, installed, let_time_pass):
    let_time_pass()
    form = installed.form("form[action$=reveal]")
    answer = console.http.post(
        form.action, data=form.fields, headers={"Accept": "application/json"}
    )

    assert answer.status_code == 403
    assert answer.json() == {
        "confirm": "/confirm?next=/integrations/azure-scim?ask%3Dreveal"
    }


def test_a_page_that_asks_by_itself_is_told_when_the_session_has_ended(stranger):
    answer = stranger.http.get(
        "/integrations/azure-scim/health", headers={"HX-Request": "true"}
    )

    assert answer.status_code == 401
    assert answer.headers["HX-Refresh"] == "true"


@pytest.mark.parametrize(
    ("headers", "is_kept_alive"), [({}, True), ({"X-Unattended": "yes"}, False)]
)
def test_a_page_that_asks_by_itself_does_not_keep_a_session_alive(
    app, company, console, headers, is_kept_alive
):
    rows = sessions.sessions
    mine = rows.c.account_id == company.account_id
    a_while_ago = now() - timedelta(minutes=5)
    with app.app_context():
        write(
            lambda tx: tx.execute(rows.update().where(mine).values(seen_at=a_while_ago))
        )

    console.http.get("/integrations", headers=headers)

    with app.app_context(), read() as tx:
        seen_at = tx.execute(sa.select(rows.c.seen_at).where(mine)).scalar_one()
    assert (seen_at > a_while_ago) is is_kept_alive
