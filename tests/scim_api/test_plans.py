"""How the database finds a page: by an index, wherever in the list it is."""

import pytest

from tests.messages import operation, patch


@pytest.mark.parametrize(
    ("sort", "condition"),
    [
        ("", "(company_id=? AND id>?)"),
        ("&sortBy=userName", "(company_id=? AND user_name_key>?)"),
        (
            "&sortBy=userName&sortOrder=descending",
            "(company_id=? AND user_name_key<?)",
        ),
        ("&sortBy=externalId", "(company_id=? AND (external_id,id)>(?,?))"),
    ],
)
def test_a_later_page_is_found_by_index_and_not_sorted_out(
    scim, plan_of, sort, condition
):
    for n in range(5):
        scim.create_user(externalId=f"e-{n}")
    cursor = scim.get(f"/Users?cursor=&count=2{sort}").json()["nextCursor"]

    (plan, *_) = plan_of(lambda: scim.get(f"/Users?count=2&cursor={cursor}{sort}"))

    assert condition in plan.splitlines()[0]
    assert "USE TEMP B-TREE FOR ORDER BY" not in plan


@pytest.mark.parametrize(
    ("text", "searches"),
    [
        (
            'externalId eq "e"',
            [
                "INDEX ix_employees_company_id_external_id_id (company_id=? AND external_id=?)"
            ],
        ),
        (
            'emails[type eq "work"].value eq "a@x"',
            [
                "COVERING INDEX ix_employees_company_id_work_email_key_id (company_id=? AND work_email_key=?)",
                "INDEX ix_employees_several_work_emails (company_id=?)",
            ],
        ),
        (
            'emails[type eq "work" and value sw "a"]',
            [
                "COVERING INDEX ix_employees_company_id_work_email_key_id"
                " (company_id=? AND work_email_key>? AND work_email_key<?)",
                "INDEX ix_employees_several_work_emails (company_id=?)",
            ],
        ),
    ],
)
def test_whom_entra_looks_for_is_found_by_index(scim, plan_of, text, searches):
    scim.create_user()

    (plan, *_) = plan_of(lambda: scim.found(text))

    for search in searches:
        assert f"SEARCH employees USING {search}" in plan
    assert (
        "SEARCH employees USING INDEX ix_employees_company_id_id (company_id=?)\n"
        not in plan
    )
    assert "SCAN employees" not in plan


def test_who_is_in_a_group_is_found_from_the_group(scim, plan_of):
    scim.create_group("Sales")

    (plan, *_) = plan_of(lambda: scim.found('groups.display eq "Sales"'))

    assert "(company_id=? AND display_name_key=?)" in plan
    assert "SEARCH memberships USING PRIMARY KEY (group_id=?)" in plan


def test_a_user_name_is_found_by_its_unique_index(scim, plan_of):
    scim.create_user("ann@x.example")

    (plan,) = plan_of(lambda: scim.found('userName eq "ann@x.example"'))

    assert "(company_id=? AND user_name_key=?)" in plan.splitlines()[0]


def test_whoever_was_looked_up_is_adopted_by_id(scim, wire_log, plan_of):
    people = [scim.create_user()["id"] for _ in range(40)]

    def look_up():
        wire_log.newest("POST")  # what came before is written
        for person in people:
            scim.get(f"/Users/{person}")
        wire_log.newest("GET")

    plans = plan_of(look_up, of="UPDATE employees")

    assert plans
    for plan in plans:
        assert (
            "SEARCH employees USING INDEX sqlite_autoindex_employees_1 (id=?)" in plan
        )


@pytest.mark.parametrize(
    ("statement", "searches"),
    [
        (
            "INSERT INTO memberships",
            [
                "SEARCH employees USING COVERING INDEX ix_employees_company_id_id"
                " (company_id=? AND id=?)"
            ],
        ),
        (
            "DELETE FROM memberships",
            ["SEARCH memberships USING PRIMARY KEY (group_id=? AND member_id=?)"],
        ),
        (
            "INSERT INTO directory_events",
            [
                "SEARCH employees USING INDEX sqlite_autoindex_employees_1 (id=?)",
                "SEARCH groups USING INDEX sqlite_autoindex_groups_1 (id=?)",
            ],
        ),
    ],
)
def test_who_joins_or_leaves_a_group_is_found_by_id(scim, plan_of, statement, searches):
    group, member = scim.create_group("Sales"), scim.create_user()

    def join_and_leave():
        path, members = f"/Groups/{group['id']}", [{"value": member["id"]}]
        scim.patch(path, patch(operation("Add", "members", members)))
        scim.patch(path, patch(operation("Remove", "members", members)))

    plans = plan_of(join_and_leave, of=statement)

    assert plans
    for plan in plans:
        assert all(search in plan for search in searches)
        assert "SCAN employees" not in plan
