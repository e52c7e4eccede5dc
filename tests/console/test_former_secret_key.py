"""With SECRET_KEY_FALLBACKS, a new SECRET_KEY signs nobody out."""

import pytest

from tests.harness import serving
from tests.harness.pages import Page

FORM = "main form"
FORMER = "a secret for tests"


@pytest.fixture
def restarted(app, tmp_path):
    """restarted(…) -> a visitor of the server, started anew with other keys."""
    url, started = app.config["SQLALCHEMY_DATABASE_URI"], []

    def restart(**keys):
        started.append(serving.make_app(tmp_path, url, **keys))
        return started[-1].test_client()

    yield restart
    for each in started:
        serving.disconnect(each)


@pytest.fixture
def signed_in(app, company):
    """A browser that signed in before: its session cookie, and a form that is open."""
    visitor = app.test_client()
    page = Page(visitor.get("/sign-in").text).form(FORM)
    fields = {**page.fields, "email": company.email, "password": company.password}
    assert visitor.post("/sign-in", data=fields).status_code == 303
    form = Page(visitor.get("/settings/company").text).form("form[action$=locations]")
    return visitor.get_cookie("session").value, form


def test_sessions_and_open_forms_outlive_it(restarted, signed_in):
    cookie, form = signed_in
    visitor = restarted(secret_key="new", former_secret_keys=("newer", FORMER))
    visitor.set_cookie("session", cookie)

    answer = visitor.post(form.action, data={**form.fields, "name": "Berlin"})

    assert answer.status_code == 303
    assert "Berlin" in visitor.get("/settings/company").text


def test_without_the_former_key_they_end(restarted, signed_in):
    cookie, _ = signed_in
    visitor = restarted(secret_key="new")
    visitor.set_cookie("session", cookie)

    asked = visitor.get("/settings/company")

    assert asked.headers["Location"].startswith("/sign-in")


def test_a_cursor_can_be_walked_on(restarted, app, scim, token):
    for _ in range(3):
        scim.create_user()
    cursor = scim.get("/Users?cursor=&count=2").json()["nextCursor"]
    bearer = {"Authorization": f"Bearer {token}"}

    for keys, status in (({"former_secret_keys": (FORMER,)}, 200), ({}, 400)):
        visitor = restarted(secret_key="new", **keys)
        answer = visitor.get(f"/scim/v2/Users?cursor={cursor}&count=2", headers=bearer)
        assert answer.status_code == status
