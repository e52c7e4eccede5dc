"""Pages of users and groups in the Entra console."""

import pytest

from envoy_console.entra import assignments, csv_import, groups, story, users
from tests import builders

ADA = "ada@contoso.example"
FIELDS = "main form:has([name=displayName])"


@pytest.fixture
def planted(world):
    world.do(lambda tx: story.plant(tx, world.company.id, name="Contoso"))


@pytest.fixture
def page_of(console, world):
    """page_of("Ruth Okafor") -> her page; of several namesakes, the first."""

    def opened(name, **filters):
        found = world.ask(
            lambda tx: users.page(tx, world.company.id, query=name, **filters)
        )
        return console.get(f"/entra/users/{found.rows[0].id}")

    return opened


@pytest.fixture
def group_page(console, world):
    def opened(name):
        found = world.ask(lambda tx: groups.page(tx, world.company.id, query=name))
        return console.get(f"/entra/groups/{found.rows[0].id}")

    return opened


def names(page):
    return [link.get_text(strip=True) for link in page.select("tbody a.row-link")]


def test_an_empty_tenant_offers_the_sample_company(console):
    assert "Nobody is in this tenant yet" in console.get("/entra/").text

    page = console.submit("/entra/users", "form[action$=sample-company]")

    assert "46 people and 6 groups have moved in" in page.text
    assert len(names(page)) == 45


def test_the_sample_company_moves_in_once(console):
    page = console.get("/entra/users")
    console.submit(page, "form[action$=sample-company]")

    again = console.submit(page, "form[action$=sample-company]")

    assert "nothing was added" in again.text


def test_users_are_searched_filtered_and_sorted(console, planted):
    assert names(console.get("/entra/users?query=ruth")) == [
        "Ruth Okafor",
        "Ruth Okafor (old directory)",
    ]
    assert names(console.get("/entra/users?state=blocked")) == ["Gregor Stahl"]
    ordered = names(console.get("/entra/users"))
    assert names(console.get("/entra/users?sort=-name")) == ordered[::-1]


def test_a_new_user_gets_the_domain_of_the_tenant(console, world):
    page = console.submit(
        "/entra/users/new", FIELDS, userPrincipalName="ada", displayName="Ada Lee"
    )

    assert "Created Ada Lee." in page.text
    assert page.form(FIELDS).fields["userPrincipalName"].startswith("ada@contoso-")


def test_what_is_wrong_with_a_new_user_is_said_at_the_field(console):
    page = console.submit(
        "/entra/users/new",
        FIELDS,
        status=422,
        userPrincipalName="a b",
        displayName="Ada",
    )

    (error,) = page.select("#userPrincipalName-error")
    assert "Enter a user principal name" in error.text
    assert page.form(FIELDS).fields["displayName"] == "Ada"


def test_an_edit_is_kept_and_the_manager_named_by_user_principal_name(
    console, world, page_of
):
    world.user("bob")
    world.user("ada")

    page = console.submit(
        page_of("ada"), FIELDS, jobTitle="Captain", manager="BOB@contoso.example"
    )

    fields = page.form(FIELDS).fields
    assert fields["jobTitle"] == "Captain"
    assert fields["manager"] == "bob@contoso.example"
    assert "Ada" in page_of("bob").text


def test_a_manager_whom_nobody_knows_is_refused(console, world, page_of):
    world.user("ada")

    page = console.submit(page_of("ada"), FIELDS, status=422, manager="bob@x.example")

    assert "There is no user bob@x.example." in page.select("#manager-error")[0].text


def test_a_note_tells_the_story_of_who_has_one(page_of, planted):
    assert "Story: A leaver" in page_of("Gregor").text
    assert "Story:" not in page_of("Callum").text


def test_the_page_shows_groups_reports_and_applications(
    console, world, envoy, page_of, planted
):
    crew = world.ask(lambda tx: groups.page(tx, world.company.id, query="front desk"))
    envoy.assign(groups=(crew.rows[0].id,))

    page = page_of("Ruth Okafor")

    assert "Front Desk Team" in page.select("section:has(#groups-title)")[0].text
    apps = page.select("section:has(#apps-title)")[0].get_text(" ", strip=True)
    assert "Envoy User, as Front Desk Team" in apps
    assert "Callum Price" in page_of("Dana Reyes").text


def test_who_leaves_is_blocked_deleted_restored_and_deleted_for_good(
    console, world, page_of
):
    world.user("ada")

    page = console.submit(page_of("ada"), "form[action$='/block']")
    assert "Ada is blocked from signing in." in page.text
    page = console.submit(page, "form[action$='/unblock']")
    page = console.submit(page, "#delete form")
    assert "Ada is in Deleted users now." in page.text
    assert names(console.get("/entra/users")) == []

    page = console.submit("/entra/users/deleted", "form[action$='/restore']")
    assert "Ada is restored." in page.text
    page = console.submit(page, "#delete form")
    page = console.submit(page, "#purge form")
    assert "Ada is deleted for good." in page.text
    assert names(page) == []


def test_somebody_deleted_is_shown_but_cannot_be_changed(console, page_of, planted):
    page = page_of("Maya", deleted=True)

    assert page.select("#displayName[disabled]")
    form = page.form(FIELDS)
    csrf = page.form("form[action$='/restore']").fields
    answer = console.http.post(form.action, data={**form.fields, **csrf})
    assert answer.status_code == 422
    assert "Restore the user first" in answer.text


def test_a_group_is_made_filled_renamed_and_deleted(console, world, page_of):
    ada, crew = world.user("ada"), world.group("Crew")
    page = console.submit("/entra/groups/new", "main form", name="Roads")
    add = f"{page.path}/add"

    page = console.submit(
        add, "form[method=post]:has(#candidates)", users=ada, groups=crew
    )
    assert "Added: 2 members." in page.text
    assert names(page) == ["Ada", "Crew"]
    assert "Roads" in console.get(f"/entra/groups/{crew}").text

    page = console.submit(page, "form:has([name=description])", name="Streets")
    assert page.select("h1")[0].text == "Streets"

    (first, _) = page.select("input[name=members]")
    page = console.submit(page, "form[action$='/remove']", members=first["value"])
    assert names(page) == ["Crew"]

    page = console.submit(page, "#delete form")
    assert names(page) == ["Crew"]


def test_who_is_ticked_stays_ticked_when_somebody_else_is_looked_for(console, world):
    ada, crew = world.user("ada"), world.group("Crew")
    world.user("bob")

    page = console.get(f"/entra/groups/{crew}/add?query=bob&users={ada}")

    boxes = page.select("input[name=users]")
    assert [box["value"] for box in boxes if box.has_attr("checked")] == [ada]
    assert len(boxes) == 2


def test_a_group_without_a_name_is_refused(console, world):
    crew = world.group("Crew")
    page = console.get(f"/entra/groups/{crew}")

    page = console.submit(page, "form:has([name=description])", status=422, name=" ")

    assert "Enter a group name." in page.text


@pytest.fixture
def upload(console):
    def sent(data, status):
        form = console.get("/entra/users/bulk-create").form("main form")
        answer = console.http.post(
            form.action,
            data={"csrf_token": form.fields["csrf_token"]},
            files={"file": ("people.csv", data, "text/csv")},
        )
        return console._page(answer, status)

    return sent


def test_a_csv_file_creates_its_users(upload):
    page = upload(f"displayName,userPrincipalName\nAda,{ADA}\n".encode(), 200)

    assert "Created 1 user." in page.text
    assert names(page) == ["Ada"]


def test_a_csv_file_with_errors_creates_nobody_and_lists_them(console, upload):
    page = upload(f"displayName,userPrincipalName\nAda,{ADA}\nBob,x\n".encode(), 422)

    assert "1 error in the file" in page.text
    cells = [cell.get_text(strip=True) for cell in page.select("tbody td")]
    assert cells[:2] == ["3", "userPrincipalName"]
    assert names(console.get("/entra/users")) == []


def test_no_file_is_asked_for(console):
    page = console.submit("/entra/users/bulk-create", "main form", status=422)

    assert "Choose a CSV file." in page.text


def test_the_template_can_be_downloaded(console):
    answer = console.http.get("/entra/users/bulk-create/template.csv")

    assert answer.headers["Content-Disposition"].endswith("UserCreateTemplate.csv")
    assert answer.text.strip().split(",") == list(csv_import.TEMPLATE)


@pytest.mark.parametrize(
    "address", ["users/new", "users/bulk-create", "groups/new", "users", "groups"]
)
def test_others_look_but_change_nothing(colleague, planted, address):
    viewer = colleague("viewer")
    page = viewer.get(f"/entra/{address}")

    for form in page.select("main form[method=post]"):
        answer = viewer.http.post(form.get("action") or page.path, data=csrf(page))
        assert answer.status_code == 403


def csrf(page):
    return {"csrf_token": page.select("[name=csrf_token]")[0]["value"]}


def test_what_belongs_to_another_tenant_is_not_there(app, console, world):
    other = builders.found_company(app)
    stranger = type(world)(app, other)
    user_id, group_id = stranger.user("eve"), stranger.group("Spies")

    console.get(f"/entra/users/{user_id}", status=404)
    console.get(f"/entra/groups/{group_id}", status=404)
    assert names(console.get("/entra/users")) == []
    crew = world.group("Crew")
    group = world.ask(lambda tx: groups.required(tx, world.company.id, crew))
    offered = world.ask(lambda tx: groups.candidates(tx, group, chosen={user_id}))
    assert offered == ([], [])
    assert world.ask(lambda tx: assignments.of_group(tx, group)) == []


def test_a_company_that_never_looked_may_begin_with_a_form(console, company):
    page = console.get("/settings/company")

    answer = console.http.post(
        "/entra/groups/new", data={**csrf(page), "name": "Roads"}
    )

    assert answer.status_code == 200
    assert "Created the group Roads." in answer.text
