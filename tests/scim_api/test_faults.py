"""The fault card: what the endpoint answers while a trainer has a fault switched on."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from envoy_console.directory import companies, faults, integrations
from envoy_console.directory.faults import Kind
from envoy_console.models.base import now
from envoy_console.models.transactions import read, write
from tests import builders
from tests.harness.scim_client import ScimClient
from tests.messages import ERROR, entra_group, entra_user, patch, replace


@pytest.fixture
def switch_off(app, company):
    def off():
        with app.app_context():
            write(lambda tx: faults.switch_off(tx, company.admin))

    return off


@pytest.fixture
def let_it_end(app, company):
    """Let the time pass after which the fault ends."""
    rows = integrations.integrations

    def end():
        mine = rows.c.company_id == company.id
        ended = rows.update().where(mine).values(fault_until=now() - timedelta(0, 1))
        with app.app_context():
            write(lambda tx: tx.execute(ended))

    return end


def error(status, detail, **more):
    return {
        "schemas": [ERROR],
        "status": str(status),
        **more,
        "detail": f"Answered by the fault card: {detail}",
    }


@pytest.mark.parametrize(
    ("kind", "body", "headers"),
    [
        (
            Kind.UNAUTHORIZED,
            error(401, "the token is not accepted."),
            {"WWW-Authenticate": 'Bearer realm="SCIM", error="invalid_token"'},
        ),
        (
            Kind.THROTTLED,
            error(429, "too many requests."),
            {"Retry-After": "30"},
        ),
        (Kind.BROKEN, error(500, "something went wrong."), {}),
        (
            Kind.UNIQUENESS,
            error(409, "another resource has this value.", scimType="uniqueness"),
            {},
        ),
    ],
)
def test_an_error_is_answered_in_scims_shape_and_touches_nothing(
    scim, switch_on, switch_off, kind, body, headers
):
    switch_on(kind, seconds=30)

    answer = scim.post("/Users", entra_user("ann@contoso.example"))

    assert answer.status_code == int(body["status"])
    assert answer.headers["Content-Type"] == "application/scim+json"
    assert answer.json() == body
    assert {name: answer.headers.get(name) for name in headers} == headers
    assert answer.headers.get("Retry-After") == headers.get("Retry-After")
    switch_off()
    assert scim.get("/Users").json()["totalResults"] == 0


def test_a_web_page_is_answered_with_200_and_touches_nothing(
    scim, switch_on, switch_off
):
    switch_on(Kind.WEB_PAGE)

    answer = scim.post("/Users", entra_user("ann@contoso.example"))

    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.text.startswith("<!doctype html>")
    switch_off()
    assert scim.get("/Users").json()["totalResults"] == 0


def test_a_slow_answer_is_a_true_one_given_late(scim, switch_on, wire_log):
    switch_on(Kind.SLOW, seconds=1)

    answer = scim.post("/Users", entra_user("ann@contoso.example"))

    assert answer.status_code == 201
    assert answer.elapsed >= timedelta(seconds=1)
    logged = wire_log.newest()
    assert logged.duration_us >= 1_000_000
    assert logged.detail == "Held up for 1 s by the fault card."


def test_a_late_refusal_says_both_that_it_was_late_and_why(scim, switch_on, wire_log):
    switch_on(Kind.SLOW)

    scim.get("/Users?filter=nonsense")

    detail = wire_log.newest().detail
    assert detail.startswith("Held up for 1 s by the fault card. ")
    assert "nonsense" in detail


def test_two_wait_at_a_time_and_the_others_are_answered_at_once(scim, switch_on):
    switch_on(Kind.SLOW, seconds=2)

    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(scim.get, ["/Users"] * 4))

    late = [a for a in answers if a.elapsed >= timedelta(seconds=2)]
    assert {a.status_code for a in answers} == {200}
    assert len(late) == 2


@pytest.mark.parametrize("kind", [Kind.BROKEN, Kind.UNAUTHORIZED, Kind.THROTTLED])
def test_a_fault_for_all_requests_is_for_reading_and_discovery_too(
    scim, switch_on, kind
):
    switch_on(kind)

    answers = [
        scim.get(path) for path in ("/Users", "/ServiceProviderConfig", "/Nothing")
    ]

    assert len({a.status_code for a in answers}) == 1
    assert answers[0].status_code >= 400


def test_a_fault_for_writes_leaves_reading_and_searching_alone(scim, switch_on):
    ann = scim.create_user()
    switch_on(Kind.BROKEN, writes_only=True)
    user = f"/Users/{ann['id']}"

    writes = [
        scim.post("/Users", entra_user("ann@contoso.example")),
        scim.put(user, ann),
        scim.patch(user, patch(replace("title", "Boss"))),
        scim.delete(user),
        scim.post("/Bulk", {}),
    ]

    assert [a.status_code for a in writes] == [500] * 5
    assert scim.get(user).json() == ann
    assert scim.search("/Users").status_code == 200


def test_a_conflict_is_for_what_creates_alone(scim, switch_on):
    ann = scim.create_user()
    switch_on(Kind.UNIQUENESS)

    creating = [
        scim.post("/Users", entra_user("ann@contoso.example")),
        scim.post("/Groups", entra_group("A")),
    ]
    changing = scim.patch(f"/Users/{ann['id']}", patch(replace("title", "Boss")))

    assert [a.status_code for a in creating] == [409, 409]
    assert changing.status_code == 200
    assert scim.get("/Users").status_code == 200


def test_a_fault_ends_after_its_number_of_requests(scim, switch_on):
    switch_on(Kind.BROKEN, requests=2)

    assert [scim.get("/Users").status_code for _ in range(4)] == [500, 500, 200, 200]


def test_only_requests_that_the_fault_is_for_are_counted(scim, switch_on):
    switch_on(Kind.BROKEN, writes_only=True, requests=1)

    statuses = [scim.get("/Users").status_code for _ in range(2)]
    statuses += [
        scim.post("/Users", entra_user("ann@contoso.example")).status_code
        for _ in range(2)
    ]

    assert statuses == [200, 200, 500, 201]


def test_of_many_requests_at_once_as_many_fail_as_were_ordered(scim, switch_on):
    switch_on(Kind.BROKEN, requests=5)

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(scim.get, ["/Users"] * 16))

    assert sorted(a.status_code for a in answers) == [200] * 11 + [500] * 5


def test_a_fault_that_was_replaced_takes_no_request_from_the_new_one(
    app, company, switch_on
):
    switch_on(Kind.BROKEN, requests=5)
    with app.app_context(), read() as tx:
        old = faults.current(tx, company.id)
    switch_on(Kind.THROTTLED, minutes=30, requests=5)

    with app.app_context():
        integration = write(lambda tx: integrations.required(tx, company.id))
        assert not write(lambda tx: faults.take(tx, integration.id, old))
        with read() as tx:
            assert faults.current(tx, company.id).requests_left == 5


def test_a_fault_ends_after_its_time(scim, switch_on, let_it_end):
    switch_on(Kind.BROKEN)
    assert scim.get("/Users").status_code == 500

    let_it_end()

    assert scim.get("/Users").status_code == 200


def test_a_fault_ends_when_the_company_is_reset(app, company, switch_on):
    switch_on(Kind.BROKEN)

    with app.app_context():
        write(lambda tx: companies.reset(tx, company.id))
        write(lambda tx: integrations.install(tx, company.admin))
        with read() as tx:
            assert faults.current(tx, company.id) is None


def test_a_fault_is_of_one_company_alone(app, server, scim, switch_on):
    neighbour = builders.found_company(app)
    their_token = builders.issue_token(app, neighbour)
    switch_on(Kind.BROKEN)

    with ScimClient(server, their_token) as their_client:
        assert their_client.get("/Users").status_code == 200
    assert scim.get("/Users").status_code == 500


def test_a_wrong_token_is_told_the_truth(scim, switch_on):
    switch_on(Kind.BROKEN)

    answer = scim.get("/Users", headers={"Authorization": "Bearer esim_" + "0" * 49})

    assert answer.status_code == 401
    assert "fault card" not in answer.json()["detail"]


@pytest.mark.parametrize(
    ("kind", "status", "mark"),
    [
        (Kind.THROTTLED, 429, "Answered by the fault card: too many requests."),
        (Kind.WEB_PAGE, 200, "Answered by the fault card: a web page."),
    ],
)
def test_the_wire_log_has_the_whole_exchange_and_says_whose_answer_it_is(
    scim, switch_on, wire_log, kind, status, mark
):
    switch_on(kind)

    answer = scim.post("/Users", entra_user("ann@contoso.example"))

    logged = wire_log.newest("POST")
    assert (logged.status, logged.detail) == (status, mark)
    assert "ann@contoso.example" in logged.request_body
    assert logged.response_body == answer.text
    assert logged.id == answer.headers["X-Request-Id"]


def test_a_web_page_is_no_look_up_that_would_adopt_somebody(
    app, company, scim, server, switch_on, wire_log, console
):
    ann = scim.create_user("ann@contoso.example")
    with app.app_context():
        write(lambda tx: integrations.uninstall(tx, company.admin))
    new_token = builders.issue_token(app, company)
    switch_on(Kind.WEB_PAGE)

    with ScimClient(server, new_token) as client:
        assert client.get(f"/Users/{ann['id']}").status_code == 200
    assert wire_log.newest().resource_id == ann["id"]  # and so it is written

    assert "No longer synced" in console.get("/employees").text


@pytest.mark.parametrize(
    "asked",
    [
        {"kind": Kind.SLOW, "seconds": 9},
        {"kind": Kind.THROTTLED, "seconds": 301},
        {"kind": Kind.BROKEN, "seconds": 0},
        {"kind": Kind.BROKEN, "minutes": 61},
        {"kind": Kind.BROKEN, "requests": 0},
        {"kind": Kind.BROKEN, "requests": 10**30},
    ],
)
def test_a_fault_has_its_bounds(switch_on, asked):
    with pytest.raises(faults.BadFaultError):
        switch_on(**asked)


def test_an_endpoint_without_a_fault_spends_no_statement_on_it(
    scim, switch_on, switch_off, query_budget
):
    switch_on(Kind.BROKEN)
    with query_budget(1):
        scim.get("/Users")
    switch_off()
    with query_budget(2):
        scim.get('/Users?filter=userName eq "ann@contoso.example"')
