"""Employees from a CSV file: looked at line by line first, then imported as shown."""

import csv
import io
from datetime import timedelta

import pytest

from envoy_console.directory import locations, people_drafts, people_file
from envoy_console.models.base import now
from envoy_console.models.transactions import read, write
from tests import builders
from tests.messages import ENTERPRISE

PATH = "/employees/import"
HEADINGS = "Name,Email address,Title,Manager\n"


@pytest.fixture
def upload(console):
    """upload("Name,…") -> the page after choosing a file with this in it."""

    def uploaded(data, status=200, client=console):
        form = client.get(PATH).form("main form").fields
        data = data if isinstance(data, bytes) else data.encode()
        files = {"file": ("staff.csv", data, "text/csv")}
        answer = client.http.post(PATH, data=form, files=files)
        return client._page(answer, status)

    return uploaded


@pytest.fixture
def mine(make_employee):
    """Somebody kept by hand."""
    return make_employee(
        userName="ann@contoso.example", displayName="Ann Lee", title="Clerk"
    )


@pytest.fixture
def let_a_day_pass(app, company):
    """Make the company's uploads as old as they may become, and a little older."""

    def later():
        mine = people_drafts.drafts.c.company_id == company.id
        made = {"created_at": now() - people_drafts.KEPT - timedelta(minutes=1)}
        with app.app_context():
            write(
                lambda tx: tx.execute(
                    people_drafts.drafts.update().where(mine).values(**made)
                )
            )

    return later


def told(page):
    """Return what the preview says of each line: its number, outcome and details."""
    return [
        tuple(cell.get_text(" ", strip=True) for cell in row.select("td"))
        for row in page.select("main tbody tr")
    ]


def outcomes(page):
    return {number: outcome for number, _, outcome, _ in told(page)}


def test_every_line_says_what_would_happen_and_nothing_does(
    console, upload, mine, scim
):
    scim.create_user("cem@contoso.example", displayName="Cem Öz")
    page = upload(
        HEADINGS + "Ann Lee,ANN@contoso.example,Painter,\n"
        "Ann Lee,ann@contoso.example,Clerk,\n"
        "Cem,cem@contoso.example,Spy,\n"
        "\n"
        "Dora,dora@contoso.example,,ann@contoso.example\n"
        "Eve,not an address,,\n"
        "Finn,finn@contoso.example,,nobody@contoso.example\n"
    )

    assert outcomes(page) == {
        "2": "Update",
        "3": "Repeated, skipped",
        "4": "Synced, not touched",
        "6": "Add",
        "7": "Wrong, left out",
        "8": "Wrong, left out",
    }
    changed = page.select("tbody tr:first-child .diff del, tbody tr:first-child ins")
    assert [value.text for value in changed] == ["Clerk", "Painter"]
    assert "Enter an email address" in page.text
    assert "No employee has the manager's email address." in page.text
    assert "Line 2 has the same email address" in page.text
    assert "Nobody matches" in console.get("/employees?query=dora").text


def test_importing_does_what_was_shown(console, upload, mine):
    page = upload(
        HEADINGS + "Bob,bob@contoso.example,,dora@contoso.example\n"
        "Dora,dora@contoso.example,,\n"
        "Ann Lee,ann@contoso.example,Painter,bob@contoso.example\n"
        "Eve,,,\n"
    )

    done = console.submit(page, "form.push")

    assert "Added 2 employees, updated 1. 1 line changed nothing." in done.text
    ann = console.get(f"/employees/{mine.id}")
    assert "Painter" in ann.text
    assert "Bob" in ann.select(".facts")[0].text
    assert "by Dana Reyes" in ann.text
    assert "imported employees from staff.csv" in console.get("/activity/admins").text
    assert "This upload is no longer here" in console.get(page.path).text


def test_a_line_that_says_nothing_new_is_not_a_change(console, upload, mine):
    page = upload("Name;Email address;Title\nAnn Lee;ann@contoso.example;Clerk\n")

    assert outcomes(page) == {"2": "No change"}
    assert page.select("button[disabled]")


def test_an_empty_cell_empties_and_a_missing_column_keeps(console, upload, mine):
    page = upload(
        "Name,Email address,Department,Title\nAnn,ann@contoso.example,Roads,\n"
    )
    console.submit(page, "form.push")
    history = console.get(f"/employees/{mine.id}").select(".timeline > li")[0]

    assert "title removed" in history.get_text(" ", strip=True)
    assert "department added" in history.get_text(" ", strip=True)


def test_locations_are_known_by_name(app, console, company, upload, mine):
    with app.app_context():
        write(lambda tx: locations.add(tx, company.admin, "Porto"))

    page = upload(
        "Name,Email address,Primary location\nAnn Lee,ann@contoso.example,PORTO\n"
        "Bob,bob@contoso.example,Nowhere\nCem,cem@contoso.example,\n"
    )
    console.submit(page, "form.push")

    assert outcomes(page) == {"2": "Update", "3": "Wrong, left out", "4": "Add"}
    assert "There is no location “Nowhere”." in page.text
    assert "Porto" in console.get(f"/employees/{mine.id}").select(".facts")[0].text


def test_whoever_is_led_by_a_wrong_line_is_wrong_too(upload):
    page = upload(
        HEADINGS + "A,a@contoso.example,,b@contoso.example\n"
        "B,b@contoso.example,,c@contoso.example\n"
        "C,c@contoso.example,,nobody@contoso.example\n"
        "D,d@contoso.example,,d@contoso.example\n"
    )

    assert set(outcomes(page).values()) == {"Wrong, left out"}
    assert "Nobody can be their own manager." in page.text


def test_whoever_is_led_by_somebody_who_leads_themselves_is_wrong(console, upload):
    page = upload(
        HEADINGS + "Free,free@contoso.example,,\n"
        "Own,own@contoso.example,,OWN@contoso.example\n"
        "Led,led@contoso.example,,own@contoso.example\n"
    )

    assert outcomes(page) == {
        "2": "Add",
        "3": "Wrong, left out",
        "4": "Wrong, left out",
    }
    assert "Added 1 employee" in console.submit(page, "form.push").text


def test_nobody_comes_to_report_to_themselves(console, upload, make_employee):
    make_employee(userName="top@contoso.example")
    upload_rows = (
        "A,a@contoso.example,,b@contoso.example\n"
        "B,b@contoso.example,,c@contoso.example\n"
        "C,c@contoso.example,,a@contoso.example\n"
        "D,d@contoso.example,,top@contoso.example\n"
    )
    page = upload(HEADINGS + upload_rows)

    assert list(outcomes(page).values()) == ["Wrong, left out"] * 3 + ["Add"]
    assert "report to themselves in the end" in page.text
    console.submit(page, "form.push")

    page = upload(HEADINGS + "Top,top@contoso.example,,d@contoso.example\n")
    assert outcomes(page) == {"2": "Wrong, left out"}
    page = upload(
        HEADINGS + "Top,top@contoso.example,,d@contoso.example\nD,d@contoso.example,,\n"
    )
    assert outcomes(page) == {"2": "Update", "3": "Update"}


def test_an_address_of_two_people_names_neither(upload, make_employee):
    shared = [{"type": "work", "value": "desk@contoso.example"}]
    for name in ("ann", "bob"):
        make_employee(userName=f"{name}@contoso.example", emails=shared)

    page = upload(
        HEADINGS + "Desk,desk@contoso.example,Clerk,\n"
        "Cem,cem@contoso.example,,desk@contoso.example\n"
        "Dora,dora@contoso.example,,ann@contoso.example\n"
    )

    assert outcomes(page) == {
        "2": "Wrong, left out",
        "3": "Wrong, left out",
        "4": "Add",
    }
    assert "2 employees have this email address." in page.text
    assert "2 employees have the manager's email address." in page.text


def test_a_manager_whose_address_two_people_have_stays_the_manager(
    console, upload, mine, make_employee
):
    shared = [{"type": "work", "value": "desk@contoso.example"}]
    boss = make_employee(userName="boss@contoso.example", displayName="Boss")
    console.submit(
        f"/employees/{mine.id}/edit", "main form", manager="boss@contoso.example"
    )
    console.submit(f"/employees/{boss.id}/edit", "main form", email=shared[0]["value"])
    make_employee(userName="bob@contoso.example", displayName="Bob", emails=shared)

    console.submit(f"/employees/{mine.id}/edit", "main form", title="Painter")
    page = upload(HEADINGS + "Ann,ann@contoso.example,Clerk,desk@contoso.example\n")
    done = console.submit(page, "form.push")

    assert "Added 0 employees, updated 1." in done.text
    assert "Boss" in console.get(f"/employees/{mine.id}").select(".facts")[0].text


def test_an_import_that_would_do_something_else_by_now_does_nothing(
    console, upload, make_employee
):
    page = upload(HEADINGS + "Bob,bob@contoso.example,,\n")
    make_employee(userName="bob@contoso.example", displayName="Bob the first")

    again = console.submit(page, "form.push")

    assert "The directory has changed since you looked" in again.text
    assert outcomes(again) == {"2": "Update"}
    console.submit(again, "form.push")
    assert "Nobody matches" in console.get("/employees?query=first").text


def test_an_upload_of_yesterday_is_no_longer_there(console, upload, let_a_day_pass):
    page = upload(HEADINGS + "Bob,bob@contoso.example,,\n")
    let_a_day_pass()

    refused = console.submit(page, "form.push")

    assert "This upload is no longer here" in refused.text
    assert "This upload is no longer here" in console.get(page.path).text
    assert "Nobody matches" in console.get("/employees?query=bob").text


def test_only_uploads_of_yesterday_are_deleted_for_good(
    app, company, upload, let_a_day_pass
):
    mine = people_drafts.drafts.c.company_id == company.id

    def kept():
        with app.app_context():
            write(people_drafts.purge_expired)
            with read() as tx:
                return len(tx.execute(people_drafts.drafts.select().where(mine)).all())

    upload(HEADINGS + "Bob,bob@contoso.example,,\n")
    assert kept() == 1
    let_a_day_pass()
    assert kept() == 0


def test_discarding_forgets_the_upload(console, upload):
    page = upload(HEADINGS + "Bob,bob@contoso.example,,\n")

    gone = console.submit(page, "form[action$=discard]")

    assert "Nothing was imported." in gone.text
    assert "This upload is no longer here" in console.get(page.path).text


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "The file is empty."),
        (b"\xef\xbb\xbf\r\n\r\n", "The file is empty."),
        (HEADINGS.encode(), "There are no employees below the headings."),
        ("Name,Email address\nAnn,a@b.cd\n".encode("utf-16"), "This is not UTF-8."),
        (b"Name,Email address\nA\0nn,a@b.cd\n", "Line 2: This is no text."),
        (b'Name,Email address\n"Ann,a@b.cd\n', "This is not CSV"),
        (b"," * 1_000_000, "There are more than 200 columns."),
        (b"a," * 400_000, "There are more than 200 columns."),
        (b"Name\nAnn\n", "There is no column “Email address”."),
        (b"Name,Name,Email address\n", "The column “Name” is there twice."),
        (b"x" * 200_000, "This is not CSV"),
        (b"\xff\xfe\xfa", "This is not UTF-8."),
        (b"PK\x03\x04" + bytes(range(256)), "This is not UTF-8."),
        (
            b"Name,Email address\n" + b"x,y\n" * 2_001,
            "There are more than 2,000 employees.",
        ),
    ],
)
def test_a_file_that_is_no_table_is_refused_with_the_reason(upload, data, said):
    assert said in upload(data, 422).text


def test_more_than_the_server_takes_is_refused(upload):
    assert "That is too large" in upload(b"x" * 1_100_000, 413).text


def test_hostile_cells_are_only_text(console, upload):
    name = "<script>alert(1)</script>{{ 7 * 7 }}\u202e"
    page = upload(
        f"Name,Email address,<b>x</b>\n{name},bob@contoso.example,\n"
        f"{'y' * 500},{'z' * 500}@contoso.example,\n,,,,,,,extra\n"
    )

    assert not page.select("main script, main td b, .note b")
    assert outcomes(page) == {
        "2": "Add",
        "3": "Wrong, left out",
        "4": "Wrong, left out",
    }
    done = console.submit(page, "form.push")
    assert "<script>alert(1)</script>" in done.text


def test_an_import_can_be_looked_at_by_outcome(console, upload):
    lines = "".join(f"P{n},p{n}@contoso.example,,\n" for n in range(150))
    page = upload(HEADINGS + lines + "Eve,,,\n")

    assert len(told(page)) == 100
    assert len(told(console.get(f"{page.path}?page=2"))) == 51
    assert len(told(console.get(f"{page.path}?kind=wrong"))) == 1
    assert len(told(console.get(f"{page.path}?kind=nonsense"))) == 100


def test_looking_takes_the_same_queries_for_more_lines(console, upload, query_budget):
    lines = "".join(f"P{n},p{n}@contoso.example,,\n" for n in range(400))
    page = upload(HEADINGS + lines)

    with query_budget(12):
        console.get(page.path)


@pytest.mark.parametrize("role", ["viewer", "location_admin"])
def test_others_cannot_import(console, colleague, upload, role):
    page = upload(HEADINGS + "Bob,bob@contoso.example,,\n")
    visitor = colleague(role)
    form = visitor.get(PATH).form("main form").fields

    assert "Only global admins" in visitor.get(PATH).text
    for address in (PATH, page.path, f"{page.path}/discard"):
        assert visitor.http.post(address, data=form).status_code == 403
    assert "This upload is no longer here" in visitor.get(page.path).text


def test_an_upload_is_its_accounts_own(app, company, console):
    other = builders.found_company(app)
    with app.app_context():
        draft = write(
            lambda tx: people_drafts.keep(
                tx,
                other.admin,
                file_name="x.csv",
                data=b"Name,Email address\nA,a@b.cd\n",
            )
        )

    assert "This upload is no longer here" in console.get(f"{PATH}/{draft}").text


def test_uploading_again_replaces_the_last_upload(app, console, upload):
    first = upload(HEADINGS + "Bob,bob@contoso.example,,\n")
    upload(HEADINGS + "Cem,cem@contoso.example,,\n")

    assert "This upload is no longer here" in console.get(first.path).text


def test_the_template_has_the_headings(console):
    answer = console.http.get(f"{PATH}/template.csv")

    assert answer.text.strip().split(",") == people_file.headings()
    assert "attachment" in answer.headers["Content-Disposition"]


def exported(console, query=""):
    answer = console.http.get(f"/employees/export.csv{query}")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/csv")
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r", "\uff1d"])
def test_no_cell_of_an_export_is_a_formula(console, make_employee, first):
    make_employee(displayName=f"{first}cmd|' /C calc'!A0", title=f"{first}1+1")

    for row in exported(console):
        assert not any(
            value.startswith(("=", "+", "-", "@", "\t", "\r", "\uff1d"))
            for value in row.values()
        )


def test_an_export_holds_whom_the_filters_choose(app, console, company, make_employee):
    make_employee(displayName="Ann Lee", title="Clerk")
    make_employee(displayName="Bob Ray", active=False)
    builders.add_employee(app, builders.found_company(app), displayName="A stranger")

    assert [row["Name"] for row in exported(console)] == ["Ann Lee", "Bob Ray"]
    assert [row["Name"] for row in exported(console, "?query=clerk")] == ["Ann Lee"]
    (bob,) = exported(console, "?status=inactive&source=manual")
    assert (bob["Status"], bob["Source"]) == ("Inactive", "Manual")


def test_a_long_export_is_read_in_stretches(console, make_employee, monkeypatch):
    monkeypatch.setattr("envoy_console.directory.people_export.AT_ONCE", 2)
    names = [make_employee(displayName="Same name").id for _ in range(5)]

    assert len(exported(console)) == len(names)


def test_what_was_exported_can_be_imported_without_a_change(
    console, upload, make_employee
):
    boss = make_employee(userName="boss@contoso.example", displayName="-Boss")
    make_employee(
        userName="ann@contoso.example",
        displayName="=Ann",
        phoneNumbers=[{"type": "mobile", "value": "+351 912"}],
        **{ENTERPRISE: {"department": "@Roads", "manager": {"value": boss.id}}},
    )
    data = console.http.get("/employees/export.csv").content

    assert set(outcomes(upload(data)).values()) == {"No change"}
