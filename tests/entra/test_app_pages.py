"""Enterprise applications: named, found, renamed, deleted, and kept apart by tenant."""

import pytest

from envoy_console.models import seals
from envoy_console.models.seals import UnreadableError
from tests import builders
from tests.entra.portal import audited

NAME = "form:has([name=name])"
PANE = "/entra/apps/gallery/envoy"


def test_a_name_that_is_taken_is_refused_in_the_pane(console):
    console.submit(PANE, NAME)
    page = console.submit(PANE, NAME, status=422, name="ENVOY")

    assert "There already is an application named “ENVOY”" in page.text


@pytest.mark.parametrize("name", ["", "   ", "x" * 121])
def test_an_application_needs_a_sensible_name(console, name):
    assert console.submit(PANE, NAME, status=422, name=name).select("#name-error")


def test_a_custom_application_can_be_added_for_any_endpoint(console):
    page = console.submit(
        "/entra/apps/gallery/custom-scim", NAME, name="Our own directory"
    )

    assert page.select("h1")[0].text == "Our own directory"


def test_the_list_is_searched_by_name(console):
    for name in ("Envoy Lisbon", "Envoy Porto"):
        console.submit(PANE, NAME, name=name)

    assert "Porto" not in console.part("/entra/apps?query=LISBON").text
    assert "No application matches" in console.part("/entra/apps?query=oslo").text


def test_the_gallery_says_when_it_has_nothing(console):
    page = console.get("/entra/apps/gallery?query=payroll")

    assert "The gallery has no such application" in page.text


def test_an_application_is_renamed(portal, console, app, company):
    page = console.submit(f"{portal.url}/properties", NAME, name="Envoy Lisbon")

    assert "Envoy Lisbon" in page.text
    assert audited(app, company)[0] == "Update service principal"


def test_an_application_is_deleted_with_all_that_hangs_on_it(saved, console, app):
    page = console.submit(f"{saved.url}/properties", "#delete form")

    assert "Envoy is deleted." in page.text
    assert console.http.get(saved.url).status_code == 404


@pytest.mark.parametrize(
    "page",
    [
        "",
        "/properties",
        "/users",
        "/users/add",
        "/provisioning/edit",
        "/mappings/users",
        "/mappings/users/attributes/new",
        "/mappings/users/filters",
        "/mappings/users/filters/new",
        "/expression-builder",
    ],
)
def test_an_application_of_another_tenant_is_not_there(portal, stranger, app, page):
    stranger.http.cookies.clear()
    stranger.sign_in(builders.found_company(app))

    assert stranger.http.get(f"{portal.url}{page}").status_code == 404


@pytest.mark.parametrize(
    "page",
    [
        "/mappings/rooms",
        "/mappings/users/attributes/99",
        "/mappings/users/attributes/x",
    ],
)
def test_an_address_that_names_nothing_is_not_there(portal, console, page):
    assert console.http.get(f"{portal.url}{page}").status_code == 404


def test_a_sealed_token_opens_for_its_own_app_only(app):
    with app.app_context():
        sealed = seals.seal(seals.ENTRA_TOKEN, "one", "a token")
        assert seals.open_(seals.ENTRA_TOKEN, "one", sealed) == "a token"
        assert sealed != seals.seal(seals.ENTRA_TOKEN, "one", "a token")
        with pytest.raises(UnreadableError):
            seals.open_(seals.ENTRA_TOKEN, "another", sealed)
