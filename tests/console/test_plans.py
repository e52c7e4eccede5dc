"""How the database finds what the console's lists show: by an index, not by reading all."""

import pytest

from envoy_console.directory import locations
from envoy_console.models.transactions import write

LISTED = "USING COVERING INDEX ix_employees_listed (company_id=?"


@pytest.mark.parametrize(
    "query",
    [
        "query=ann",
        "status=active",
        "source=manual",
        "source=scim",
        *(f"sort={order}" for order in ("-name", "title", "department", "status")),
    ],
)
def test_the_directory_is_sifted_in_an_index_alone(
    console, scim, make_employee, plan_of, query
):
    make_employee(displayName="Ann Lee")
    if "scim" in query:
        scim.create_user()

    (plan, lookup) = plan_of(lambda: console.get(f"/employees?{query}"))

    assert LISTED in plan
    assert "(id=?)" in lookup or "(company_id=? AND id=?)" in lookup


def test_sorted_by_email_it_is_read_from_the_index_of_emails(
    console, make_employee, plan_of
):
    make_employee(displayName="Ann Lee")

    (plan, _) = plan_of(lambda: console.get("/employees?sort=email"))

    index = "ix_employees_company_id_work_email_key_id"
    assert f"USING COVERING INDEX {index} (company_id=?)" in plan


def test_by_location_too(console, make_employee, plan_of):
    make_employee(displayName="Ann Lee")

    (plan, _) = plan_of(lambda: console.get("/employees?sort=location"))

    assert "SEARCH employees USING COVERING INDEX" in plan


@pytest.mark.parametrize(
    "query", ["", "?status=active", "?sort=-name", "?sort=user_name"]
)
def test_by_name_the_directory_need_not_be_sorted(
    console, make_employee, plan_of, query
):
    make_employee(displayName="Ann Lee")

    plan, _ = plan_of(lambda: console.get(f"/employees{query}"))

    assert "TEMP B-TREE FOR ORDER BY" not in plan


def test_a_location_finds_its_people_in_order(
    app, console, company, make_employee, plan_of
):
    with app.app_context():
        porto = write(lambda tx: locations.add(tx, company.admin, "Porto"))
    make_employee(displayName="Ann Lee", location_id=porto)

    plan, _ = plan_of(lambda: console.get(f"/settings/company/locations/{porto}"))

    assert "SEARCH employees USING COVERING INDEX" in plan
    assert "(location_id=?)" in plan
    assert "TEMP B-TREE" not in plan


def test_the_menu_counts_only_who_is_inactive(console, make_employee, plan_of):
    make_employee(displayName="Ann Lee", active=False)

    (plan,) = plan_of(lambda: console.get("/employees"), of="SELECT (SELECT count(*)")

    assert "COVERING INDEX ix_employees_inactive (company_id=?)" in plan


def test_what_a_member_went_through_is_found_by_index(console, make_employee, plan_of):
    employee = make_employee(displayName="Ann Lee")

    plans = plan_of(
        lambda: console.get(f"/employees/{employee.id}"), of="SELECT directory_events"
    )

    assert any("(company_id=? AND related_id=?)" in plan for plan in plans)


def test_reports_and_managers_are_found_by_their_indexes(
    console, make_employee, plan_of
):
    employee = make_employee(displayName="Ann Lee")
    address = f"/employees/{employee.id}/reports"

    (chain,) = plan_of(lambda: console.get(address), of="WITH RECURSIVE")
    plans = plan_of(lambda: console.get(address))

    assert "SEARCH managers USING INDEX sqlite_autoindex_employees_1 (id=?)" in chain
    assert any("(company_id=? AND manager_id=?)" in plan for plan in plans)
    assert not any("ix_employees_listed" in plan for plan in plans)


def test_counting_stops_where_the_list_ends(
    console, make_employee, monkeypatch, plan_of
):
    monkeypatch.setattr("envoy_console.models.paging.LISTED_AT_MOST", 100)
    for number in range(103):
        make_employee(displayName=f"Ann {number:03}")

    last = console.get("/employees?query=ann&page=99")
    whole = console.get("/employees?page=2")

    assert "of 100+ employees" in last.text
    assert "The list ends here. Search or filter to see the others." in last.text
    assert "of 103 employees" in whole.text
    assert "The list ends here." in whole.text
    assert "The list ends here." not in console.get("/employees").text
