"""A company that is deleted, or reset, while something is being done for it."""

import logging
import time

import pytest
from sqlalchemy.exc import NoResultFound

from envoy_console.directory import companies, exchange_log
from envoy_console.entra import (
    cycle,
    jobs,
    on_demand,
    on_demand_runs,
    provisioning_settings,
    trials,
)
from envoy_console.entra.provisioning_settings import Credentials
from envoy_console.models import transactions
from envoy_console.models.transactions import write
from envoy_console.scenarios import bringing, catalogue, finishing
from tests.entra.world import Provisioning, World, own_url
from tests.harness.statements import followed
from tests.messages import BULK_REQUEST, CORE_GROUP, CORE_USER

# the statement with which a door learns whom it lets in
OF_TOKEN, OF_SESSION = "FROM scim_tokens", "FROM account_sessions"
# and those with which the worker learns that there is a job, and what is known of somebody
OF_JOB, OF_LINK = "SELECT entra_jobs.next_run_at", "SELECT entra_links.app_id"


@pytest.fixture(params=["deleted", "reset"])
def vanish(request, company):
    """vanish() brings the company to its end, or to its first day."""

    def reset(tx):
        bringing.bring(tx, company.admin, catalogue.named("fresh"))

    def delete(tx):
        companies.delete(tx, company.id)

    return lambda: write(delete if request.param == "deleted" else reset)


@pytest.fixture
def delete(company):
    return lambda: write(lambda tx: companies.delete(tx, company.id))


@pytest.fixture
def quiet(caplog, app):
    """Fails where something is logged that should not be."""
    yield
    with app.app_context():
        exchange_log.current().flush()
    found = [r for r in caplog.records if r.levelno >= logging.WARNING]
    assert [record.getMessage() for record in found] == []


BOB = {"schemas": [CORE_USER], "userName": "bob@contoso.example"}
CREATING = {
    "/Users": BOB,
    "/Groups": {"schemas": [CORE_GROUP], "displayName": "Roads"},
    "/Bulk": {
        "schemas": [BULK_REQUEST],
        "Operations": [
            {"method": "POST", "path": "/Users", "bulkId": "bob", "data": BOB}
        ],
    },
}


@pytest.mark.parametrize("path", CREATING)
@pytest.mark.usefixtures("quiet")
def test_what_is_asked_of_it_over_scim_is_401(app, scim, vanish, path):
    with followed(app, OF_TOKEN, vanish):
        answer = scim.post(path, CREATING[path])

    assert answer.status_code == 401
    assert "not a token of this server" in answer.json()["detail"]


@pytest.mark.usefixtures("quiet")
def test_what_was_asked_before_a_reset_is_not_in_the_log_after_it(
    app, scim, company, wire_log
):
    def reset(tx):
        bringing.bring(tx, company.admin, catalogue.named("fresh"))

    scim.get("/Users")
    with app.app_context():
        write(reset)

    assert wire_log.every("GET") == []


@pytest.mark.parametrize("path", ["/", "/entra/", "/employees"])
@pytest.mark.usefixtures("quiet")
def test_a_page_of_it_leads_to_the_sign_in(app, console, delete, path):
    with followed(app, OF_SESSION, delete):
        page = console.get(path)

    assert page.path.startswith("/sign-in")


@pytest.mark.usefixtures("quiet")
def test_a_step_that_its_last_page_shows_is_not_marked(app, console, delete):
    with followed(app, "FROM tutorial_marks", delete):
        console.get("/integrations")


@pytest.mark.usefixtures("quiet")
def test_who_signs_in_while_it_is_deleted_is_nobody(app, stranger, company, delete):
    page = stranger.get("/sign-in")
    with followed(app, "accounts.email_key =", delete):
        page = stranger.submit(
            page,
            "main form",
            status=422,
            email=company.email,
            password=company.password,
        )

    assert page.path.startswith("/sign-in")


@pytest.fixture
def world(app, company):
    return World(app, company)


@pytest.fixture
def ada(world):
    return world.user("ada")


@pytest.fixture
def envoy(app, world, ada, token, server):
    """An app of the company that provisions Ada to this very server, and has begun."""
    envoy = Provisioning(world, own_url(app), token)
    envoy.assign(users=(ada,))
    world.do(lambda tx: jobs.start(tx, envoy.id))
    return envoy


@pytest.mark.parametrize("after", [OF_JOB, OF_LINK])
@pytest.mark.usefixtures("quiet")
def test_its_cycle_ends_in_peace(app, envoy, vanish, after):
    with app.app_context(), followed(app, after, vanish):
        assert cycle.advance(envoy.id) is None


@pytest.mark.parametrize("after", ["FROM entra_on_demand", OF_LINK])
@pytest.mark.usefixtures("quiet")
def test_provisioning_on_demand_ends_in_peace(app, world, ada, envoy, vanish, after):
    app_row = envoy.row
    run_id = world.do(lambda tx: on_demand_runs.ask(tx, app_row, "User", ada, ()))

    with app.app_context(), followed(app, after, vanish):
        on_demand.run(run_id)


@pytest.mark.usefixtures("quiet")
def test_a_test_of_its_credentials_ends_in_peace(app, world, envoy, vanish):
    credentials = Credentials("https://scim.example.org", "token")
    app_row = envoy.row
    world.do(
        lambda tx: provisioning_settings.begin_test(
            tx, app_row, credentials, actor="Dana"
        )
    )

    with app.app_context(), followed(app, "last_test", vanish):
        trials.run(envoy.id)


@pytest.mark.usefixtures("quiet")
def test_a_scenario_that_the_worker_finishes_ends_in_peace(app, company, delete):
    with app.app_context():
        halfway = catalogue.named("halfway")
        write(lambda tx: bringing.bring(tx, company.admin, halfway))
        with followed(app, "FROM scim_tokens", delete):
            finishing.go_on(company.id)


def test_a_failure_of_the_worker_is_hidden_no_longer_than_its_app_is_gone(app, envoy):
    with (
        app.app_context(),
        pytest.raises(NoResultFound),
        jobs.unless_deleted(envoy.id),
    ):
        raise NoResultFound


def test_whoever_deletes_it_and_the_log_do_not_wait_for_each_other(
    app, scim, company, databases
):
    if databases.kind != "postgresql":
        pytest.skip("on SQLite there is one writer at a time")
    again = []
    with app.app_context(), transactions.retried.connected_to(again.append):
        log = exchange_log.current()

        def delete_slowly(tx):
            bringing.locked(tx, company.id)
            scim.get("/Users")
            time.sleep(3 * exchange_log.FLUSH_EVERY)  # the log waits for the company
            companies.delete(tx, company.id)

        write(delete_slowly)
        log.flush()

    assert again == []
