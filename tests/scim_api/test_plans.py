"""How the database finds a page: by an index, wherever in the list it is."""

import pytest


@pytest.mark.parametrize(
    ("sort", "condition"),
    [
        ("", "(company_id=? AND id>?)"),
        ("&sortBy=userName", "(company_id=? AND user_name_key>?)"),
        (
            "&sortBy=userName&sortOrder=descending",
            "(company_id=? AND user_name_key<?)",
        ),
        ("&sortBy=externalId", "(company_id=? AND external_id>?)"),
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
