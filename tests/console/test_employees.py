"""The employee directory and the page of one person."""

import pytest

from envoy_console.directory import integrations, locations
from envoy_console.models.transactions import write
from tests.messages import ENTERPRISE, add, patch, replace


@pytest.fixture
def people(make_employee):
    """Three employees, added by hand."""
    make_employee(displayName="Ann Lee", title="Clerk")
    make_employee(displayName="Bob Ray", title="Baker", active=False)
    make_employee(displayName="Cem Öz", **{ENTERPRISE: {"department": "Roads"}})


def names(page):
    return [link.text for link in page.select(".row-link")]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Ann Lee", "Bob Ray", "Cem Öz"]),
        ("query=LEE", ["Ann Lee"]),
        ("query=roads", ["Cem Öz"]),
        ("query=öz+cem", ["Cem Öz"]),
        ("query=%25", []),
        ("status=inactive", ["Bob Ray"]),
        ("source=scim", []),
        ("source=manual&status=active", ["Ann Lee", "Cem Öz"]),
        ("sort=-name", ["Cem Öz", "Bob Ray", "Ann Lee"]),
        ("sort=title", ["Bob Ray", "Ann Lee", "Cem Öz"]),
        ("sort=nonsense&page=99", ["Ann Lee", "Bob Ray", "Cem Öz"]),
    ],
)
def test_the_url_says_what_the_directory_shows(console, people, query, found):
    assert names(console.get(f"/employees?{query}")) == found


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("status=bogus", "There is no status “bogus”"),
        ("source=bogus", "There is no source “bogus”"),
        ("location_id=bogus", "There is no location “bogus”"),
    ],
)
def test_a_filter_nobody_knows_is_named(console, people, query, words):
    assert words in console.get(f"/employees?{query}").text
    assert words in console.part(f"/employees?{query}").text
    assert "There is no" not in console.get("/employees?status=active").text


@pytest.fixture
def two_offices(app, console, company, scim, make_employee):
    """Ann is fed to Lisbon and Porto, Bob to none, Cem was added by hand to HQ."""
    people = [scim.create_user(displayName=name) for name in ("Ann Lee", "Bob Ray")]
    members = [{"value": people[0]["id"]}]
    group_ids = [scim.create_group(members=members)["id"] for _ in range(2)]

    def work(tx):
        integrations.save(tx, company.admin, sync_mode=integrations.PER_LOCATION)
        for name, feeds in (("Porto", group_ids), ("Lisbon", group_ids[:1])):
            location_id = locations.add(tx, company.admin, name)
            locations.set_groups(tx, company.admin, location_id, feeds)
        return locations.default_id(tx, company.id)

    with app.app_context():
        home = write(work)
    make_employee(displayName="Cem Öz", location_id=home)
    return people


def test_the_list_says_in_which_directories_people_are(console, company, two_offices):
    page = console.get("/employees")
    told = [row.select("td")[4].small.text.strip() for row in page.select("tbody tr")]

    assert told == [
        "Directory: Lisbon, Porto",
        "In no directory",
        f"Directory: {company.name} HQ",
    ]


def test_saying_so_of_everybody_takes_one_query_more(
    console, two_offices, make_employee, query_budget
):
    for _ in range(60):
        make_employee()

    with query_budget(12):
        page = console.get("/employees")
    assert len(names(page)) == 50


def test_the_page_of_a_person_says_in_which_directories_they_are(console, two_offices):
    ann, bob = (console.get(f"/employees/{person['id']}") for person in two_offices)

    assert "In the directory of Lisbon, Porto" in ann.text
    assert "No location: no group of theirs feeds one" in bob.text
    assert "New employees get" not in console.get("/integrations/azure-scim").text


def test_with_one_directory_for_all_no_page_speaks_of_several(console, make_employee):
    employee = make_employee(displayName="Ann Lee")

    assert "In the directory of" not in console.get(f"/employees/{employee.id}").text
    assert "irectory:" not in console.get("/employees").select("tbody")[0].text


def test_a_script_gets_the_rows_alone_from_the_same_url(console, people):
    part = console.part("/employees?query=lee")

    assert names(part) == ["Ann Lee"]
    assert not part.select("html")
    assert "HX-Request" in console.http.get("/employees").headers["Vary"]


def test_a_browser_going_back_gets_the_whole_page(console, people):
    headers = {"HX-Request": "true", "HX-History-Restore-Request": "true"}

    assert "<html" in console.http.get("/employees", headers=headers).text


def test_sorting_keeps_the_filters_and_turns_round(console, people):
    page = console.get("/employees?status=active&sort=name")
    heading = page.select("th[aria-sort=ascending] a")[0]

    assert heading["href"] == "/employees?status=active&sort=-name"


def test_an_empty_directory_says_what_to_do_next(console):
    page = console.get("/employees")

    assert "Nobody is here yet" in page.text
    assert page.select(".empty a[href='/integrations']")


def test_a_search_that_finds_nobody_offers_to_start_over(console, people):
    page = console.get("/employees?query=zzz")

    assert "Nobody matches" in page.text
    assert page.select(".empty a[href='/employees']")


def test_the_page_of_a_person_lists_the_tutorials_attributes(console, scim):
    user = scim.create_user(
        displayName="Ann Lee",
        emails=[{"type": "work", "value": "ann@contoso.example"}],
        phoneNumbers=[{"type": "mobile", "value": "+351 912"}],
    )
    page = console.get(f"/employees/{user['id']}")
    rows = {row.code.text: row.td.text for row in page.select("tbody tr")}

    assert len(rows) == 19
    assert rows['emails[type eq "work"].value'] == "ann@contoso.example"
    assert rows['phoneNumbers[type eq "mobile"].value'] == "+351 912"
    assert rows["title"] == "—"


def test_manager_reports_and_groups_are_a_click_away(console, scim):
    boss = scim.create_user(displayName="Ann Lee")
    clerk = scim.create_user(
        displayName="Bob Ray", **{ENTERPRISE: {"manager": {"value": boss["id"]}}}
    )
    group = scim.create_group("Roads", members=[{"value": clerk["id"]}])

    page = console.get(f"/employees/{clerk['id']}")
    assert page.select(f"a[href='/employees/{boss['id']}']")
    assert page.select(f"a[href='/groups/{group['id']}']")
    assert "Bob Ray" in console.get(f"/employees/{boss['id']}").text


def test_the_history_shows_before_and_after_and_the_request(console, entra, wire_log):
    user = entra.create_user(displayName="Ann Lee", title="Clerk")
    entra.patch(f"/Users/{user['id']}", patch(replace("title", "Head of Roads")))
    request_id = wire_log.newest("PATCH").id
    page = console.get(f"/employees/{user['id']}")

    assert page.select("del")[0].text == "Clerk"
    assert page.select("ins")[0].text == "Head of Roads"
    assert page.select(f"a[href='/activity/requests/{request_id}']")


def test_the_history_shows_what_cannot_be_seen(console, scim):
    user = scim.create_user(displayName="Ann\u202eeeL", title=" ")
    scim.patch(f"/Users/{user['id']}", patch(replace("title", "Clerk")))
    page = console.get(f"/employees/{user['id']}")

    assert page.select("del")[0].text == "(blank)"
    assert "Ann[U+202E]eeL" in page.select(".changes")[-1].text
    assert page.select("h1 bdi")[0].text == "Ann\u202eeeL"


def test_names_that_look_like_markup_are_only_text(console, make_employee):
    name = "<img src=x onerror=alert(1)>"
    employee = make_employee(displayName=name, title="{{ 7 * 7 }}")

    assert names(console.get("/employees")) == [name]
    page = console.get(f"/employees/{employee.id}")
    assert not page.select("main img")
    assert "{{ 7 * 7 }}" in page.text


def test_a_longer_directory_takes_no_more_queries(console, make_employee, query_budget):
    for _ in range(60):
        make_employee()

    with query_budget(11):
        page = console.get("/employees")
    assert "of 60 employees" in page.text
    assert len(names(console.get("/employees?page=2"))) == 10


def test_group_changes_are_part_of_a_persons_history(console, entra):
    user = entra.create_user(displayName="Ann Lee")
    group = entra.create_group("Roads")
    members = patch(add("members", [{"value": user["id"]}]))
    entra.patch(f"/Groups/{group['id']}", members)

    page = console.get(f"/employees/{user['id']}")
    assert "Ann Lee was added to Roads" in page.text
