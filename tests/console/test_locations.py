"""The page of a location: who is in its directory, and which groups feed it."""

import pytest

from envoy_console.directory import integrations, locations
from envoy_console.models.transactions import write
from tests import builders


@pytest.fixture
def porto(app, company):
    """A location besides the default one."""
    with app.app_context():
        return write(lambda tx: locations.add(tx, company.admin, "Porto"))


@pytest.fixture
def feed(app, company):
    """feed(location_id, group_id, per_location=True): the group feeds the location."""

    def fed(location_id, group_id, per_location=True):
        mode = integrations.PER_LOCATION if per_location else integrations.ALL_USERS

        def work(tx):
            integrations.save(tx, company.admin, sync_mode=mode)
            locations.set_groups(tx, company.admin, location_id, [group_id])

        with app.app_context():
            write(work)

    return fed


def names(page):
    return [link.text for link in page.select("tbody .row-link")]


def test_those_with_this_primary_location_are_listed(console, make_employee, porto):
    make_employee(displayName="Ann Lee", location_id=porto)
    make_employee(displayName="Bob Ray")
    page = console.get(f"/settings/company/locations/{porto}")

    assert names(page) == ["Ann Lee"]
    assert "All locations share one directory" in page.text


def test_per_location_the_groups_say_who_is_in_its_directory(
    console, scim, make_employee, porto, feed
):
    fed = scim.create_user(displayName="Cem Öz")
    group = scim.create_group("Roads", members=[{"value": fed["id"]}])
    make_employee(displayName="Ann Lee", location_id=porto)
    feed(porto, group["id"])

    page = console.get(f"/settings/company/locations/{porto}")

    assert names(page) == ["Ann Lee", "Cem Öz"]
    assert page.select(f"a[href='/groups/{group['id']}']")
    assert console.get(f"/groups/{group['id']}").select(f"a[href='{page.path}']")


def test_groups_that_do_not_feed_it_yet_say_so(console, scim, porto, feed):
    group = scim.create_group("Roads")
    feed(porto, group["id"], per_location=False)

    page = console.get(f"/settings/company/locations/{porto}")

    assert "Nobody has this as primary location." in page.text
    assert "They feed it once the sync mode is" in page.text


def test_another_companys_location_is_not_there(app, console):
    other = builders.found_company(app)
    with app.app_context():
        spot = write(lambda tx: locations.add(tx, other.admin, "Elsewhere"))

    console.get(f"/settings/company/locations/{spot}", status=404)


def test_a_longer_directory_takes_no_more_queries(
    console, make_employee, porto, query_budget
):
    for _ in range(60):
        make_employee(location_id=porto)

    with query_budget(14):
        page = console.get(f"/settings/company/locations/{porto}")
    assert "of 60 employees" in page.text
