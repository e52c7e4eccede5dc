"""Employees kept by hand: who may change them, and what becomes of what is entered."""

import pytest

from envoy_console.directory import locations, manual, people
from envoy_console.models.transactions import read, write
from tests import builders
from tests.messages import CORE_USER, ENTERPRISE, patch, replace

NEW = "/employees/new"
ANN = {"name": "Ann Lee", "email": "ann@contoso.example"}
MARKUP = "<img src=x onerror=alert(1)>{{ 7 * 7 }}"


@pytest.fixture
def stored(app, company):
    """stored(page) -> the employee whose page it is, as the directory has them."""

    def found(page):
        with app.app_context(), read() as tx:
            return people.get(tx, company.id, page.path.split("/")[2])

    return found


@pytest.fixture
def synced(entra):
    """Somebody whom Entra sent."""
    return entra.create_user(displayName="Bob Ray")


def add(console, **values):
    return console.submit(NEW, "main form", **{**ANN, **values})


def test_somebody_added_by_hand_is_in_the_directory_with_a_history(console, stored):
    add(console, name="Boss", email="boss@contoso.example")
    page = add(
        console,
        phone="+351 912",
        title="Painter",
        department="Roads",
        manager="BOSS@contoso.example",
    )
    document = stored(page).document

    assert "Ann Lee is added." in page.text
    assert document["userName"] == ANN["email"]
    assert document["emails"] == [{"type": "work", "value": ANN["email"]}]
    assert document["phoneNumbers"] == [{"type": "mobile", "value": "+351 912"}]
    assert document["title"] == "Painter"
    assert document[ENTERPRISE] == {"department": "Roads"}
    assert stored(page).manager_name == "Boss"
    assert "Ann Lee was created" in page.text
    assert "by Dana Reyes" in page.text
    assert "Manual" in page.text


def test_every_field_says_what_is_wrong_with_it_and_keeps_what_was_entered(console):
    page = console.submit(
        NEW,
        "main form",
        422,
        name=" ",
        email="ann",
        title="x" * 201,
        department="Roads",
    )

    assert "Enter a name." in page.text
    assert "Enter an email address, such as ann@contoso.example." in page.text
    assert "Title (optional) is too long" not in page.text
    assert "Title is too long: use at most 200 characters." in page.text
    assert page.select("#department")[0]["value"] == "Roads"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"manager": "nobody@contoso.example"}, "No employee has the email address"),
        ({"location": "elsewhere"}, "Choose one of the company's locations."),
    ],
)
def test_what_is_not_there_cannot_be_chosen(console, values, said):
    page = console.submit(NEW, "main form", 422, **ANN, **values)

    assert said in page.text


def test_an_address_belongs_to_one_employee(console, scim):
    scim.create_user(emails=[{"type": "work", "value": "ANN@contoso.example"}])

    page = console.submit(NEW, "main form", 422, **ANN)

    assert "Another employee has the email address" in page.text


def test_another_companys_locations_and_people_cannot_be_chosen(app, console, company):
    other = builders.found_company(app)
    builders.add_employee(app, other, userName="spy@contoso.example")

    page = console.submit(NEW, "main form", 422, **ANN, manager="spy@contoso.example")

    assert "No employee has the email address" in page.text


def test_editing_shows_before_and_after(console, stored):
    page = add(console, title="Clerk", department="Roads")
    edited = console.submit(
        f"{page.path}/edit", "main form", title="Painter", department=""
    )
    told = {
        div.dt.get_text(" ", strip=True): [v.text for v in div.select("del, ins")]
        for div in edited.select(".timeline > li:first-child .diff > div")
    }

    assert "Ann Lee is saved." in edited.text
    assert told == {
        "title changed": ["Clerk", "Painter"],
        "department removed": ["Roads"],
    }
    assert stored(edited).version == 2


def test_saving_without_a_change_leaves_everything_as_it_is(console, stored, scim):
    user = scim.create_user(
        "ann",
        name={"givenName": "Ann", "familyName": "Lee"},
        emails=[{"type": "work", "value": ANN["email"], "primary": True}],
    )
    console.submit("/integrations/azure-scim", "#uninstall form")
    before = stored(console.get(f"/employees/{user['id']}"))

    page = console.submit(f"/employees/{user['id']}/edit", "main form")

    assert stored(page).document == before.document
    assert stored(page).version == before.version


def test_an_edit_does_not_undo_another_one_unseen(console, colleague, stored):
    page = add(console, title="Clerk")
    form = console.get(f"{page.path}/edit")
    colleague("global_admin").submit(
        f"{page.path}/edit", "main form", department="Roads"
    )

    told = console.submit(form, "main form", 409, title="Painter")
    assert "Val Lee has changed this employee since you opened" in told.text
    assert told.select("#title")[0]["value"] == "Painter"
    assert stored(page).document["title"] == "Clerk"

    console.submit(told, "main form")
    assert stored(page).document["title"] == "Painter"
    assert "department" not in stored(page).document.get(ENTERPRISE, {})


def test_an_edit_does_not_take_somebody_back_who_has_moved(
    app, console, company, stored
):
    page = add(console)
    form = console.get(f"{page.path}/edit")
    ids = [stored(page).id]
    with app.app_context():
        porto = write(lambda tx: locations.add(tx, company.admin, "Porto"))
        write(lambda tx: manual.move(tx, company.admin, ids, porto))

    console.submit(form, "main form", 409, title="Painter")

    assert "Porto" in console.get(page.path).select(".facts")[0].text


def test_nobody_is_their_own_manager(console):
    page = add(console)

    refused = console.submit(
        f"{page.path}/edit", "main form", 422, manager=ANN["email"]
    )

    assert "Nobody can be their own manager." in refused.text


def test_nobody_comes_to_report_to_themselves(console):
    top = add(console, name="Top", email="top@contoso.example")
    add(
        console,
        name="Middle",
        email="middle@contoso.example",
        manager="top@contoso.example",
    )
    add(console, manager="middle@contoso.example")

    refused = console.submit(f"{top.path}/edit", "main form", 422, manager=ANN["email"])

    assert "report to themselves in the end" in refused.text


def test_somebody_can_be_deactivated_reactivated_and_deleted(console):
    page = add(console)

    page = console.submit(page, "#deactivate form")
    assert "Ann Lee was deactivated" in page.text
    page = console.submit(page, "form[action$=reactivate]")
    assert "Ann Lee was reactivated" in page.text
    gone = console.submit(page, "#delete form")
    assert gone.path == "/employees"
    console.get(page.path, status=404)


def test_who_is_synced_is_read_only_and_the_page_says_where_to_change_it(
    console, synced
):
    path = f"/employees/{synced['id']}"
    page = console.get(path)

    assert "Synced from Microsoft Entra ID, so it is read-only here." in page.text
    assert not page.select("a[href$=edit], main dialog")
    assert console.get(f"{path}/edit").path == path


@pytest.mark.parametrize("deed", ["edit", "deactivate", "reactivate", "delete"])
def test_who_is_synced_is_not_changed_by_a_form_sent_anyway(console, synced, deed):
    form = console.get(NEW).form("main form").fields
    path = f"/employees/{synced['id']}"

    answer = console.http.post(f"{path}/{deed}", data={**form, **ANN})

    assert "Bob Ray is synced from Microsoft Entra ID. Change it there." in answer.text
    assert "Bob Ray" in console.get(path).select("h1")[0].text
    assert "Active" in console.get(path).text


def test_entra_takes_over_whom_it_finds_by_user_name(console, entra, stored):
    page = add(console)
    refused = entra.post("/Users", {"schemas": [CORE_USER], "userName": ANN["email"]})
    (found,) = entra.found(f'userName eq "{ANN["email"]}"')

    entra.patch(f"/Users/{found['id']}", patch(replace("title", "Painter")))

    assert refused.status_code == 409
    assert page.path == f"/employees/{found['id']}"
    assert "read-only here" in console.get(page.path).text


@pytest.mark.parametrize("role", ["viewer", "location_admin"])
def test_others_see_why_they_may_not(console, colleague, make_employee, role):
    employee = make_employee(displayName="Ann Lee")
    visitor = colleague(role)
    for path in (NEW, f"/employees/{employee.id}", f"/employees/{employee.id}/edit"):
        page = visitor.get(path)
        assert "Only global admins can add, change and remove employees" in page.text
    form = visitor.get(NEW).form("main form").fields
    for deed in ("edit", "deactivate", "reactivate", "delete"):
        address = f"/employees/{employee.id}/{deed}"
        assert visitor.http.post(address, data=form).status_code == 403
    assert visitor.http.post(NEW, data={**form, **ANN}).status_code == 403
    assert not visitor.get("/employees").select("input[name=id]")


def test_another_companys_employees_cannot_be_changed(app, console):
    other = builders.found_company(app)
    stranger = builders.add_employee(app, other)
    form = console.get(NEW).form("main form").fields

    for deed in ("edit", "deactivate", "reactivate", "delete"):
        address = f"/employees/{stranger.id}/{deed}"
        answer = console.http.post(address, data={**form, **ANN})
        assert answer.status_code == 404, deed


def test_markup_in_any_field_is_only_text(console):
    fields = ("name", "phone", "title", "department")
    page = add(console, **dict.fromkeys(fields, MARKUP[:50]))

    assert not page.select("main img")
    assert page.select("h1")[0].text.strip() == MARKUP[:50]
    assert not console.get(f"{page.path}/edit").select("main img")
