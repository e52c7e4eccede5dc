"""Several employees at once."""

import pytest

from envoy_console.directory import locations
from envoy_console.models.transactions import write
from tests import builders


@pytest.fixture
def three(make_employee, scim):
    """Two employees kept by hand, the second inactive, and one who is synced."""
    return [
        make_employee(displayName="Ann Lee").id,
        make_employee(displayName="Bob Ray", active=False).id,
        scim.create_user(displayName="Cem Öz")["id"],
    ]


@pytest.fixture
def change(console):
    """change(ids, "deactivate") -> the page after doing it to the selected."""

    def changed(ids, deed, **values):
        page = console.get("/employees/selected?" + "&".join(f"id={i}" for i in ids))
        data = {**page.form("main form").fields, "id": ids, "deed": deed, **values}
        answer = console.http.post("/employees/selected", data=data)
        return console._page(answer, 200)

    return changed


def statuses(console):
    return {
        row.select_one(".row-link").text: row.select_one(".status").text.strip()
        for row in console.get("/employees").select("tbody tr")
    }


def test_those_ticked_are_shown_once_more_and_the_synced_are_left_out(console, three):
    ids = "&".join(f"id={i}" for i in three)
    page = console.get(f"/employees/selected?{ids}")

    assert "2 employees to change" in page.text
    assert "1 selected employee is synced from Microsoft Entra ID" in page.text
    assert [h.text for h in page.select("#synced")] == ["Left out"]


def test_deactivating_leaves_out_who_is_so_already_and_who_is_synced(
    console, three, change
):
    page = change(three, "deactivate")

    assert "Deactivated 1 employee. 1 needed no change." in page.text
    assert "Left out 1 synced employee: change them in Microsoft Entra ID." in page.text
    assert statuses(console) == {
        "Ann Lee": "Inactive",
        "Bob Ray": "Inactive",
        "Cem Öz": "Active",
    }


def test_reactivating_writes_a_history(console, three, change):
    change(three, "reactivate")

    assert "Bob Ray was reactivated" in console.get(f"/employees/{three[1]}").text


def test_another_location_is_part_of_the_history(app, console, company, three, change):
    with app.app_context():
        porto = write(lambda tx: locations.add(tx, company.admin, "Porto"))

    page = change(three, "move", location=porto)

    assert "Moved 2 employees. Left out 1 synced employee" in page.text
    history = console.get(f"/employees/{three[0]}").select(".timeline > li")[0]
    assert "Primary location" in history.text
    assert history.ins.text == "Porto"


def test_a_location_of_another_company_is_refused(app, three, change):
    other = builders.found_company(app)
    with app.app_context():
        spot = write(lambda tx: locations.add(tx, other.admin, "Elsewhere"))

    assert (
        "Choose one of the company's locations."
        in change(three, "move", location=spot).text
    )


def test_strangers_among_the_selected_are_not_there(app, console, change):
    other = builders.found_company(app)
    stranger = builders.add_employee(app, other, displayName="A stranger")

    assert (
        "Nobody is selected"
        in console.get(f"/employees/selected?id={stranger.id}").text
    )


def test_a_deed_nobody_knows_changes_nothing(console, three, change):
    page = change(three, "promote")

    assert "Choose what to do with the selected employees." in page.text
    assert statuses(console)["Ann Lee"] == "Active"


def test_without_scripts_a_link_selects_all_on_the_page(console, three):
    page = console.get("/employees")
    link = next(a for a in page.select(".no-script a") if "Select all" in a.text)

    assert len(console.get(link["href"]).select("input[name=id][checked]")) == 3
    assert not page.select("input[name=id][checked]")


@pytest.mark.parametrize("role", ["viewer", "location_admin"])
def test_others_may_look_at_a_selection_but_not_change_it(colleague, three, role):
    visitor = colleague(role)
    page = visitor.get(f"/employees/selected?id={three[0]}")
    form = page.form("main form").fields

    answer = visitor.http.post(
        "/employees/selected", data={**form, "deed": "deactivate"}
    )

    assert "Only global admins" in page.text
    assert answer.status_code == 403
