"""Every step is done once the product itself has seen it done."""

import pytest

from envoy_console.entra import cycle, jobs
from tests.entra.portal import ENVOY_URL, REVIEW

CLAUSE = {
    "title": "Workplace",
    "clauses-0-attribute": "department",
    "clauses-0-operator": "EQUALS",
    "clauses-0-value": "Workplace",
}


@pytest.fixture
def run_cycle(app, world):
    """run_cycle(portal) -> a cycle of its job, run to its end."""

    def run(portal):
        world.do(lambda tx: jobs.run_now(tx, portal.id))
        with app.app_context():
            while cycle.advance(portal.id) == 0:
                pass

    return run


def reveal(console):
    """Press Copy, whose script asks for the token."""
    page = console.get("/integrations/azure-scim")
    form = page.form("form[action$=reveal]")
    headers = {"Accept": "application/json"}
    return console.http.post(form.action, data=form.fields, headers=headers)


def draft(console, **fields):
    """Report what is chosen in the form, as its script does."""
    token = console.get("/").select("meta[name=csrf-token]")[0]["content"]
    answer = console.http.post(
        "/tutorial/draft", data=fields, headers={"X-CSRFToken": str(token)}
    )
    assert answer.status_code == 204


@pytest.mark.parametrize("step_id", ["1.1", "1.2"])
def test_a_primer_is_done_once_it_is_marked_as_read(console, done, step_id):
    page = console.get(f"/tutorial/primers/{step_id}")
    assert done() == set()

    page = console.submit(page, "form[action$=read]")

    assert f"Step {step_id} is read." in page.text
    assert done() == {step_id}


def test_the_envoy_side_is_done_page_by_page(console, done):
    console.get("/integrations")
    assert done() == {"2.1"}

    page = console.submit("/integrations", "form[action$='scim/install']")
    assert done() == {"2.1", "2.2"}

    console.submit(page, "form[action$=sync]")
    assert done() == {"2.1", "2.2", "2.3"}

    assert reveal(console).status_code == 200
    assert done() == {"2.1", "2.2", "2.3", "2.4"}


def test_a_token_that_could_not_be_shown_was_not_copied(console, done, colleague):
    console.submit("/integrations", "form[action$='scim/install']")
    page = console.submit("/integrations/azure-scim", "form[action$=sync]")
    viewer = colleague("viewer")
    action = page.form("form[action$=reveal]").action
    fields = viewer.get("/integrations/azure-scim").form("form[action$=reveal]").fields

    assert viewer.http.post(action, data=fields).status_code == 403
    assert "2.4" not in done()


def test_uninstalling_undoes_what_was_installed(console, done, token):
    console.submit("/integrations/azure-scim", "#uninstall form")

    assert "2.2" not in done()
    assert "2.3" not in done()


def test_the_application_comes_from_the_gallery(console, done):
    console.get("/entra/apps/gallery")
    assert done() == {"3.1"}

    pane = console.get("/entra/apps/gallery/envoy")
    assert done() == {"3.1", "3.2"}

    console.submit(pane, "form:has([name=name])")
    assert {"3.1", "3.2", "3.3"} <= done()


def test_another_application_of_the_gallery_is_not_envoy(console, done):
    console.get("/entra/apps/gallery/custom-scim")

    assert "3.2" not in done()


def test_a_user_and_a_group_are_assigned(console, portal, world, done):
    ada, team = world.user("ada"), world.group("Front Desk Team")

    console.submit(f"{portal.url}/users/add", "form:has([name=role])", users=[ada])
    assert done() & {"4.1", "4.2"} == {"4.1"}

    console.submit(f"{portal.url}/users/add", "form:has([name=role])", groups=[team])
    assert done() & {"4.1", "4.2"} == {"4.1", "4.2"}


def test_a_look_at_the_scoping_filters_is_enough_for_step_4(console, portal, done):
    console.get(f"{portal.url}/mappings/users/filters")

    assert "4.3" in done()
    assert "5.13" not in done()


@pytest.mark.parametrize("step_id", ["4.3", "5.13"])
def test_what_is_optional_can_be_skipped(console, done, step_id):
    page = console.submit("/tutorial/", f"li form[action$='{step_id}/skip']")

    assert f"Step {step_id} is skipped." in page.text
    assert done() == {step_id}


def test_nothing_else_can_be_skipped(console, done):
    form = console.get("/tutorial/").form("li form[action$='5.13/skip']")
    answer = console.http.post("/tutorial/steps/5.6/skip", data=form.fields)

    assert answer.status_code == 404
    assert done() == set()


@pytest.mark.parametrize(
    ("path", "step_id"),
    [
        ("/entra/", "5.1"),
        ("/entra/apps", "5.2"),
        ("/entra/apps/{id}", "5.3"),
        ("/entra/apps/{id}/provisioning/edit", "5.4"),
        ("/entra/apps/{id}/mappings/users", "5.9"),
        ("/entra/apps/{id}/mappings/groups", "5.11"),
        ("/entra/apps/{id}/logs", "6.1"),
    ],
)
def test_a_page_is_visited(console, world, done, path, step_id):
    pane = console.get("/entra/apps/gallery/envoy")
    form = pane.form("form:has([name=name])")
    made = console.http.post(form.action, data=form.fields, follow_redirects=False)
    assert step_id not in done()

    console.get(path.format(id=made.headers["Location"].rpartition("/")[2]))

    assert step_id in done()


def test_a_page_that_is_not_there_was_not_visited(console, done):
    console.get("/entra/apps/no-such-app", status=404)
    console.get("/entra/apps/no-such-app/logs", status=404)

    assert done() == set()


@pytest.mark.parametrize(
    ("fields", "step_id"),
    [
        ({"mode": "automatic"}, "5.5"),
        ({"notification_email": "it@contoso.example", "notifies": "y"}, "5.7"),
        ({"provisioning_status": "on"}, "5.14"),
        ({"scope": "assigned", "touched": "scope"}, "5.15"),
    ],
)
def test_a_choice_counts_before_it_is_saved(console, done, fields, step_id):
    draft(console, **fields)

    assert done() == {step_id}


@pytest.mark.parametrize(
    "fields",
    [
        {"mode": "manual"},
        {"notification_email": "it@contoso.example"},
        {"notification_email": "nobody", "notifies": "y"},
        {"provisioning_status": "off"},
        {"scope": "assigned", "touched": "mode"},
        {"scope": "nonsense", "touched": "scope"},
    ],
)
def test_another_choice_does_not(console, done, fields):
    draft(console, **fields)

    assert done() == set()


def test_a_connection_test_counts_once_it_succeeded(portal, token, done):
    portal.test(mode="automatic", tenant_url=ENVOY_URL, secret_token="wrong")
    assert done() & {"5.5", "5.6"} == {"5.5"}

    portal.test(mode="automatic", tenant_url=ENVOY_URL, secret_token=token)
    assert {"2.4", "5.5", "5.6"} <= done()
    assert "5.8" not in done()


def test_saving_keeps_the_configuration_and_who_is_told(portal, token, done):
    portal.test(mode="automatic", tenant_url=ENVOY_URL, secret_token=token)
    portal.save()
    assert done() & {"5.7", "5.8"} == {"5.8"}

    portal.save(notification_email="it@contoso.example", notifies="y")
    assert {"5.7", "5.8"} <= done()


@pytest.mark.parametrize(("kind", "step_id"), [("users", "5.10"), ("groups", "5.12")])
def test_a_mapping_is_reviewed_once_save_was_pressed(
    console, saved, done, kind, step_id
):
    page = console.get(f"{saved.url}/mappings/{kind}")
    assert step_id not in done()

    console.submit(page, REVIEW)

    assert step_id in done()


def test_a_scoping_filter_counts_once_it_is_saved(console, saved, done):
    console.submit(f"{saved.url}/mappings/users/filters/new", "main form", **CLAUSE)
    assert "5.13" not in done()

    page = console.submit(f"{saved.url}/mappings/users", REVIEW)
    console.submit(page, "#save form")

    assert "5.13" in done()


def test_provisioning_is_on_when_saved_and_begins_with_a_cycle(
    saved, world, done, run_cycle
):
    saved.save(provisioning_status="on")
    assert done() & {"5.14", "5.15", "5.16", "6.2"} == {"5.14", "5.15"}

    run_cycle(saved)
    assert {"5.14", "5.15", "5.16", "6.2"} <= done()


def test_quarantine_counts_once_it_is_over(console, saved, done, run_cycle):
    saved.save(provisioning_status="on")
    console.submit("/integrations/azure-scim", "#rotate form", hours="0")
    run_cycle(saved)
    assert "6.3" not in done()

    console.submit(f"{saved.url}/provisioning", "#restart form")

    assert "6.3" in done()
