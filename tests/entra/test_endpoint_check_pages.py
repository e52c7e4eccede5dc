"""Endpoint checks at their pages, in both consoles, and in the worker."""

import pytest

from envoy_console import queue
from envoy_console.directory import integrations, tokens
from envoy_console.entra.endpoint_check import ledger, records
from envoy_console.models import seals
from envoy_console.models.transactions import read, write
from tests import builders
from tests.entra.test_worker import wait_until
from tests.harness import worker
from tests.harness.console_client import ConsoleClient

OWN = "/integrations/azure-scim/endpoint-check"
FORM = "#check form"


@pytest.fixture
def work(app):
    """work() -> do the checks that wait, as the worker would."""

    def run():
        with app.app_context():
            with read() as tx:
                due = records.due(tx)
            for check_id in due:
                app.extensions["envoy_console.queue"]().tasks[queue.CHECK].call_local(
                    check_id
                )

    return run


def of_app(envoy):
    return f"/entra/apps/{envoy.id}/endpoint-check"


def row_of(world, subject_id):
    return world.ask(lambda tx: records.latest(tx, world.company.id, subject_id))


def failing(page):
    return [a.text for a in page.select("[aria-labelledby=failed] a")]


def figures(page):
    return {d.dt.text: d.dd.text for d in page.select(".figures > div")}


def test_a_check_is_asked_for_watched_and_read(console, envoy, work):
    page = console.get(of_app(envoy))
    assert "endpoint-check-" in page.text

    waiting = console.submit(page, FORM)
    assert waiting.select("#check-report[hx-get]")
    assert "Waiting for the worker" in console.part(of_app(envoy)).text

    work()
    done = console.get(of_app(envoy))
    assert figures(done)["Failed"] == "0"
    assert int(figures(done)["Passed"]) > 60
    assert not done.select("#check-report[hx-get]")


def test_a_finding_leads_to_its_requests_in_the_wire_log(
    console, envoy, work, wire_log
):
    console.submit(of_app(envoy), FORM)
    work()
    wire_log.newest()

    page = console.get(f"{of_app(envoy)}/3")
    (link, *_) = page.select("a[href^='/activity/requests/']")

    assert page.select("h1")[0].text == "Creating a user as Entra does"
    assert "POST /Users" in console.get(link["href"]).text


def test_what_a_check_provokes_is_told_from_what_went_wrong(
    console, envoy, work, wire_log
):
    console.submit(of_app(envoy), FORM)
    work()
    provoked = next(row for row in wire_log.every("GET") if row.status == 404)

    assert "Rejected lately" not in console.get("/").text
    assert "; 0 rejected" in console.get("/").select(".chart svg")[0]["aria-label"]
    page = console.get(f"/activity/requests/{provoked.id}")
    assert "Part of an endpoint check" in page.text
    assert page.select("tr .badge:-soup-contains('check')")


@pytest.mark.parametrize("number", ["0", "999", "99999999999", "first", "-1"])
def test_a_finding_that_is_not_there_is_no_page(console, envoy, number):
    console.get(f"{of_app(envoy)}/{number}", status=404)
    console.get(f"{OWN}/{number}", status=404)


def test_what_fails_says_what_to_do(app, console, company, envoy, work):
    with app.app_context():
        write(lambda tx: integrations.set_strict(tx, company.admin, strict=True))
    console.submit(of_app(envoy), FORM)
    work()

    page = console.get(of_app(envoy))

    assert "Disabling by the text “False”" in " ".join(failing(page))
    assert "Read the texts “True” and “False” as booleans" in page.text


def test_a_tenant_url_that_may_not_be_dialled_says_so(console, envoy, work):
    envoy.configure(tenant_url="https://10.0.0.1/scim")
    console.submit(of_app(envoy), FORM)
    work()

    assert "may not connect to 10.0.0.1" in console.get(of_app(envoy)).text


def test_an_app_without_credentials_is_not_checked(console, envoy):
    envoy.configure(saved_at=None, secret=None)

    page = console.get(of_app(envoy))

    assert "There is no endpoint yet" in page.text
    assert not page.select(FORM)


def test_there_is_one_check_at_a_time(console, world, envoy):
    page = console.get(of_app(envoy))
    console.submit(page, FORM)
    first = row_of(world, envoy.id).id

    again = console.submit(page, FORM)

    assert "A check is under way already" in again.text
    assert row_of(world, envoy.id).id == first


def test_the_company_checks_its_own_endpoint(app, console, world, token, work, scim):
    console.submit(OWN, FORM)
    work()

    page = console.get(OWN)
    assert figures(page)["Failed"] == "0"
    assert console.get(f"{OWN}/1").select("h1")[0].text == "Test Connection"
    assert scim.get("/Users").json()["totalResults"] == 0


def test_the_token_of_a_check_is_listed_nowhere_and_ends_with_it(
    app, console, world, company, token, work
):
    console.submit(OWN, FORM)

    def live(tx):
        integration = integrations.find(tx, company.id)
        return len(tokens.live(tx, integration.id)), len(
            tokens.of_company(tx, company.id)
        )

    def working(tx):
        mine = tokens.tokens.c.company_id == company.id
        is_open = mine & tokens.tokens.c.revoked_at.is_(None)
        return len(tx.execute(tokens.tokens.select().where(is_open)).all())

    assert world.ask(live) == (1, 1)
    assert world.ask(working) == 2
    work()
    assert world.ask(working) == 1
    assert row_of(world, company.id).secret is None


def test_without_the_integration_there_is_nothing_to_check(console):
    page = console.get(OWN)

    assert "There is no endpoint yet" in page.text
    assert not page.select(FORM)


@pytest.mark.parametrize("place", ["app", "own"])
def test_who_may_only_look_starts_nothing(viewer, console, world, envoy, place):
    url = of_app(envoy) if place == "app" else OWN
    form = console.get(url).form(FORM)

    page = viewer.get(url)
    refused = viewer.http.post(
        form.action,
        data={"csrf_token": page.select("meta[name=csrf-token]")[0]["content"]},
    )

    assert page.select("button[disabled]")
    assert not page.select(FORM)
    assert refused.status_code == 403


@pytest.fixture
def elsewhere(app, server):
    """The global admin of another company, at the console."""
    with ConsoleClient(server) as client:
        client.sign_in(builders.found_company(app))
        yield client


def test_nobody_sees_the_check_of_another_company(console, elsewhere, envoy, work):
    console.submit(of_app(envoy), FORM)
    console.submit(OWN, FORM)
    work()

    elsewhere.get(of_app(envoy), status=404)
    elsewhere.get(f"{of_app(envoy)}/1", status=404)
    elsewhere.get(f"{OWN}/1", status=404)
    assert not elsewhere.get(OWN).select("#check-report")


def test_a_check_survives_kill_9_of_its_worker(app, console, world, envoy, scim):
    console.submit(of_app(envoy), FORM)

    for reached in (3, 35):
        with worker.running(app) as process:
            wait_until(lambda at_least=reached: _is_amid(world, envoy, at_least))
            process.kill()
        let_the_lease_end(world, envoy)
    with worker.running(app):
        wait_until(lambda: row_of(world, envoy.id).done_at is not None)

    row = row_of(world, envoy.id)
    found = world.ask(lambda tx: records.found(tx, row))
    assert {each.status for each in found} == {"passed"}
    assert [each.number for each in found] == list(range(1, len(found) + 1))
    assert row.made == []
    assert scim.get("/Users").json()["totalResults"] == 0
    assert scim.get("/Groups").json()["totalResults"] == 0


def _is_amid(world, envoy, at_least):
    row = row_of(world, envoy.id)
    return row.done >= at_least and row.made


def let_the_lease_end(world, envoy):
    """What half a minute does, if nobody works on the check."""
    mine = records.checks.c.app_id == envoy.id
    world.do(
        lambda tx: tx.execute(
            records.checks.update().where(mine).values(leased_until=None, lease=None)
        )
    )


def test_a_check_that_kills_every_worker_ends_in_words(console, world, envoy, work):
    console.submit(of_app(envoy), FORM)
    mine = records.checks.c.app_id == envoy.id
    world.do(
        lambda tx: tx.execute(
            records.checks.update().where(mine).values(attempts=records.MOST_ATTEMPTS)
        )
    )

    work()

    assert "stopped in the middle" in console.get(of_app(envoy)).text


def change(world, envoy, **values):
    mine = records.checks.c.app_id == envoy.id
    world.do(
        lambda tx: tx.execute(records.checks.update().where(mine).values(**values))
    )


def test_a_check_whose_token_cannot_be_read_ends_in_words(console, world, envoy, work):
    console.submit(of_app(envoy), FORM)
    change(world, envoy, secret=seals.NONCE * 2 * b"x")

    work()
    assert "can no longer be read" in console.get(of_app(envoy)).text

    console.submit(of_app(envoy), FORM)
    work()
    assert figures(console.get(of_app(envoy)))["Failed"] == "0"


def test_a_check_that_cannot_even_be_tidied_up_ends_in_words(
    console, world, envoy, work
):
    console.submit(of_app(envoy), FORM)
    made = [{"path": "/Users", "attribute": "no such", "name": "x", "id": None}]
    change(world, envoy, attempts=records.MOST_ATTEMPTS + 1, made=made)

    work()

    page = console.get(of_app(envoy))
    assert "stopped in the middle" in page.text
    assert "/Users: x" in page.text


@pytest.fixture
def leave_behind(app, world, company, envoy):
    """leave_behind() -> an employee whom the app's check could not remove."""

    def left():
        name = ledger.fresh_name()
        employee = builders.add_employee(app, company, userName=name)
        made = {"path": "/Users", "attribute": "userName", "name": name}
        change(world, envoy, made=[made | {"id": employee.id}])
        return employee.id

    return left


def test_checking_again_removes_what_the_check_before_has_left(
    console, envoy, work, leave_behind, scim
):
    console.submit(of_app(envoy), FORM)
    work()
    left = leave_behind()

    console.submit(of_app(envoy), FORM)
    work()

    assert scim.get(f"/Users/{left}").status_code == 404
    assert "Could not be removed" not in console.get(of_app(envoy)).text


def test_what_was_left_at_another_endpoint_is_not_removed_from_this_one(
    console, world, envoy, work, leave_behind, scim
):
    console.submit(of_app(envoy), FORM)
    work()
    left = leave_behind()
    change(world, envoy, tenant_url="https://elsewhere.example/scim")

    console.submit(of_app(envoy), FORM)
    work()

    assert scim.get(f"/Users/{left}").status_code == 200
