"""Scenarios: each is reached from any mess, and harms nobody else."""

import pytest
import sqlalchemy as sa

from envoy_console.directory import people_drafts, tokens
from envoy_console.directory.faults import Kind
from envoy_console.entra import applications, cycle, jobs, provisioning_settings
from envoy_console.entra.endpoint_check import records
from envoy_console.models import EmployeeImport, EndpointCheck
from envoy_console.models.base import new_id, table
from envoy_console.models.transactions import read, write
from envoy_console.scenarios import bringing, finishing
from envoy_console.scenarios.catalogue import SCENARIOS
from tests import builders
from tests.harness import worker
from tests.harness.worker import wait_until

PAGE = "/settings/scenarios"
OFFICES = ["Contoso Lisbon", "Contoso Toronto"]


def bring(console, key):
    return console.submit(PAGE, f"#bring-{key} form")


def bring_with_worker(app, console, key, standing):
    bring(console, key)
    with worker.running(app):
        wait_until(lambda: standing.is_prepared)


def test_fresh_is_the_first_day(messy, standing, company):
    page = bring(messy, "fresh")

    assert "begins at “Fresh”." in page.text
    assert "by Dana Reyes" in page.select("[aria-labelledby=title-fresh] .hint")[0].text
    assert standing.integration is None
    assert standing.employees == 0
    assert standing.apps == []
    assert standing.people == 45
    assert standing.offices == [f"{company.name} HQ", *OFFICES]
    assert not page.select("main > [data-live]")


def test_ready_to_connect_waits_for_the_credentials(messy, standing):
    bring(messy, "ready")

    assert standing.integration.sync_mode == "all_users"
    assert standing.assigned == 6
    assert standing.status.state == "NotConfigured"
    assert standing.employees == 0
    assert standing.fault is None


def test_the_token_of_a_scenario_is_there_to_be_copied(messy):
    bring(messy, "ready")

    settings = messy.get("/integrations/azure-scim")
    revealed = messy.submit(settings, "form[action$=reveal]")
    assert revealed.select("#token")[0]["value"].startswith("esim_")


def test_halfway_through_step_5_the_credentials_are_saved(app, messy, standing):
    bring_with_worker(app, messy, "halfway", standing)

    assert standing.app.last_test["ok"]
    assert standing.status.state == "NotRun"
    assert standing.employees == 0
    page = messy.get(f"/entra/apps/{standing.app.id}/provisioning/edit")
    assert "Synchronize Microsoft Entra users to Envoy" in page.text


def test_after_the_initial_cycle_everybody_assigned_is_there(app, messy, standing):
    bring_with_worker(app, messy, "provisioned", standing)

    status = standing.status
    assert (status.state, status.cycle.kind, status.percent) == (
        "Active",
        "initial",
        100,
    )
    assert status.cycle.failures == 0
    assert standing.employees == status.users > 20
    assert status.groups == 3


def test_quarantined_ends_in_quarantine_with_the_fault_on(app, messy, standing):
    bring(messy, "quarantined")
    with worker.running(app):
        wait_until(lambda: standing.status.state == "Quarantine")

    assert standing.fault.kind is Kind.UNAUTHORIZED
    assert "Fault on" in messy.get(PAGE).text


def test_rate_limited_goes_on_with_a_few_to_try_again(app, messy, standing):
    bring(messy, "rate_limited")
    with worker.running(app):
        wait_until(lambda: standing.fault)
        assert standing.fault.kind is Kind.THROTTLED
        wait_until(lambda: standing.is_prepared)

    assert standing.status.state == "Active"
    assert standing.retried == 4
    assert standing.employees == standing.status.users == 20


def test_the_page_tells_how_far_the_worker_is(app, messy, standing):
    page = bring(messy, "provisioned")
    (address,) = {tag["data-live"] for tag in page.select("main > [data-live]")}
    assert "The worker tests the credentials" in page.text

    with worker.running(app):
        wait_until(lambda: "cycle is running" in messy.part(address).text)
        wait_until(lambda: "Everything is in place." in messy.part(address).text)


def refuse(app, company, standing):
    """Go on with a scenario whose endpoint knows no such token."""
    key = tokens.tokens.c.company_id == company.id
    with app.app_context():
        write(lambda tx: tx.execute(tokens.tokens.delete().where(key)))
        finishing.go_on(company.id)


def test_credentials_that_are_refused_are_told_with_what_to_do(
    app, messy, standing, company
):
    bring(messy, "provisioned")
    refuse(app, company, standing)

    for page in (messy.get(PAGE), messy.part(f"{PAGE}/progress")):
        assert "The scenario is not finished" in page.text
        assert standing.app.last_test["message"] in page.text
        assert page.select(f"a[href$='{standing.app.id}/provisioning/edit']")
    assert "Everything is in place." not in page.text
    assert standing.status.state == "NotConfigured"


def test_a_scenario_goes_on_when_its_credentials_are_corrected(
    app, messy, standing, company
):
    bring(messy, "provisioned")
    refuse(app, company, standing)
    token = builders.issue_token(app, company)
    page = messy.get(f"/entra/apps/{standing.app.id}/provisioning/edit")
    messy.submit(page, "main form", secret_token=token)

    with app.app_context():
        finishing.go_on(company.id)

    assert standing.status.state == "Active"
    assert "The initial cycle is running" in messy.get(PAGE).text


def test_another_scenario_follows_one_that_was_refused(app, messy, standing, company):
    bring(messy, "provisioned")
    refuse(app, company, standing)

    page = bring(messy, "ready")

    assert standing.is_prepared
    assert "not finished" not in page.text


def test_a_second_scenario_overtakes_the_first(app, messy, standing):
    bring(messy, "provisioned")
    bring_with_worker(app, messy, "halfway", standing)

    assert standing.status.state == "NotRun"
    assert standing.employees == 0


def test_a_reset_in_the_middle_of_a_cycle_leaves_the_worker_well(app, messy, standing):
    bring(messy, "provisioned")
    with worker.running(app):
        wait_until(lambda: standing.employees > 2)
        bring(messy, "fresh")
        assert standing.employees == 0
        bring(messy, "halfway")
        wait_until(lambda: standing.is_prepared)

    assert standing.status.state == "NotRun"
    assert standing.employees == 0


def test_a_job_whose_app_is_gone_wants_nothing(app, messy, standing):
    bring(messy, "provisioned")
    app_id = standing.app.id
    bring(messy, "fresh")

    with app.app_context():
        assert cycle.advance(app_id) is None
    assert standing.ask(lambda tx: jobs.until_due(tx, app_id)) is None


@pytest.mark.parametrize("deed", ["delete", "discard"])
def test_who_interferes_with_a_scenario_ends_it(app, messy, standing, company, deed):
    bring(messy, "provisioned")
    row = standing.app
    with app.app_context():
        if deed == "delete":
            write(lambda tx: applications.delete(tx, row, actor="dana"))
        else:
            write(lambda tx: provisioning_settings.discard(tx, row))

    messy.get(PAGE)
    with app.app_context():
        finishing.go_on(company.id)

    assert standing.is_prepared
    assert company.id not in standing.ask(bringing.waiting)
    assert standing.employees == 0


@pytest.mark.parametrize("key", SCENARIOS)
def test_another_company_stays_as_it_is(messy, other, key):
    before = (
        other.integration,
        other.employees,
        other.offices,
        other.people,
        other.apps,
    )

    bring(messy, key)

    assert before == (
        other.integration,
        other.employees,
        other.offices,
        other.people,
        other.apps,
    )


def test_accounts_sign_in_and_theme_stay(messy, company, colleague):
    viewer = colleague("viewer")
    messy.submit(PAGE, "[data-theme-switch]", theme="dark")

    page = bring(messy, "fresh")

    assert page.select("html[data-theme=dark]")
    assert company.email in messy.get("/settings/admins").text
    viewer.get("/")


def test_the_dialog_names_what_is_lost(messy):
    dialog = messy.get(f"{PAGE}?ask=bring-ready").select("#bring-ready[open]")[0]

    assert "to “Ready to connect”?" in dialog.text
    assert "This deletes 1 employee and 0 groups, the integration" in dialog.text


@pytest.mark.parametrize("role", ["viewer", "location_admin"])
def test_others_may_look_but_not_reset(messy, standing, colleague, role):
    person = colleague(role)

    page = person.get(PAGE)
    assert "Only global admins can bring the company to a scenario" in page.text
    assert page.select("button[data-opens=bring-fresh][disabled]")
    token = page.form("[data-theme-switch]").fields["csrf_token"]
    answer = person.http.post(f"{PAGE}/fresh", data={"csrf_token": token})

    assert answer.status_code == 403
    assert standing.employees == 1


def test_a_scenario_that_is_not_there_is_not_found(messy, standing):
    token = messy.get(PAGE).form("[data-theme-switch]").fields["csrf_token"]

    assert (
        messy.http.post(f"{PAGE}/paradise", data={"csrf_token": token}).status_code
        == 404
    )
    assert standing.employees == 1


def test_it_is_written_down_who_did_it(messy):
    bring(messy, "ready")

    said = messy.get("/activity/admins").text
    assert "brought the company to the scenario Ready to connect" in said


def test_the_command_line_does_the_same(app, messy, company, standing):
    told = app.test_cli_runner().invoke(
        args=["company", "scenario", company.name, "ready", "--yes"]
    )

    assert told.output.startswith(f"{company.name}: Ready to connect.")
    assert standing.assigned == 6


def test_the_command_line_says_which_scenarios_there_are(app, company):
    told = app.test_cli_runner().invoke(
        args=["company", "scenario", company.name, "paradise", "--yes"]
    )

    assert told.exit_code == 2
    assert "'fresh', 'ready', 'halfway'" in told.output


@pytest.mark.parametrize(("key", "step"), [("fresh", "1.1"), ("ready", "5.1")])
def test_the_guide_goes_on_where_the_lesson_begins(messy, standing, key, step):
    bring(messy, key)

    assert standing.step == step


@pytest.mark.parametrize(("key", "step"), [("halfway", "5.9"), ("provisioned", "6.1")])
def test_the_guide_goes_there_only_once_the_worker_is_ready(
    app, messy, standing, company, key, step
):
    bring(messy, key)
    assert standing.step.startswith("5.")
    assert standing.step < step

    with app.app_context():
        finishing.go_on(company.id)

    assert standing.step == step


def test_a_check_and_an_upload_of_before_are_gone(app, messy, company):
    with app.app_context():
        write(
            lambda tx: records.ask(
                tx, new_id(), records.Asked(company.id, None, "http://x", "t", "dana")
            )
        )
        write(
            lambda tx: people_drafts.keep(
                tx, company.admin, file_name="staff.csv", data=b"Name"
            )
        )

    bring(messy, "fresh")

    with app.app_context(), read() as tx:
        for model in (EndpointCheck, EmployeeImport):
            rows = table(model)
            left = sa.select(rows).where(rows.c.company_id == company.id)
            assert tx.execute(left).first() is None
