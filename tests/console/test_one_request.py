"""One request: what it changed, what it means, and where it leads."""

import pytest

from tests.messages import ENTERPRISE, operation, patch


def marked(page, part):
    return " ".join(mark.get_text() for mark in page.select(f"#{part}-body mark"))


@pytest.fixture
def opened(console, wire_log):
    """opened("PATCH") -> the page of the newest request of that method."""
    return lambda method="": console.get(
        f"/activity/requests/{wire_log.newest(method).id}"
    )


def test_a_patch_highlights_what_it_changed_and_nothing_else(entra, opened):
    user = entra.create_user(title="Clerk", nickName="Al", active=True)
    entra.patch(
        f"/Users/{user['id']}",
        patch(
            operation("Replace", "title", "Head"),
            operation("Replace", "nickName", "Al"),
            operation("Replace", "active", "False"),
        ),
    )
    page = opened("PATCH")

    assert marked(page, "request") == (
        '"path": "title" "value": "Head" "path": "active" "value": "False"'
    )
    assert set(marked(page, "response").split()) >= {'"title":', '"Head"', '"active":'}
    assert "nickName" not in marked(page, "response")


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        (f"{ENTERPRISE}:department", "Roads", '"department": "Roads"'),
        ('emails[type eq "work"].value', "al@x.example", '"value": "al@x.example"'),
        (None, {"name.givenName": "Al"}, '"givenName": "Al"'),
        (None, {ENTERPRISE: {"department": "Roads"}}, '"department": "Roads"'),
    ],
)
def test_the_answer_highlights_it_however_it_was_addressed(
    entra, opened, path, value, expected
):
    user = entra.create_user()
    message = {"op": "Add", "value": value} | ({"path": path} if path else {})
    entra.patch(f"/Users/{user['id']}", patch(message))
    page = opened("PATCH")

    assert expected in marked(page, "response")
    assert marked(page, "request")


def test_a_put_highlights_what_differs(entra, opened):
    user = entra.create_user(title="Clerk", nickName="Al")
    document = {"schemas": user["schemas"], "userName": user["userName"]}
    entra.put(f"/Users/{user['id']}", {**document, "title": "Head", "nickName": "Al"})
    page = opened("PUT")

    assert marked(page, "request") == '"title": "Head"'


def test_a_new_member_is_highlighted_in_the_request(entra, opened):
    ann, bob = (entra.create_user()["id"] for _ in range(2))
    group = entra.create_group("Roads", members=[{"value": ann}])
    members = [{"value": ann}, {"value": bob}]
    entra.patch(f"/Groups/{group['id']}", patch(operation("Add", "members", members)))
    page = opened("PATCH")

    assert bob in marked(page, "request")
    assert ann not in marked(page, "request")


def test_a_patch_that_changed_nothing_says_so(entra, opened):
    user = entra.create_user(title="Clerk")
    entra.patch(f"/Users/{user['id']}", patch(operation("Replace", "title", "Clerk")))
    page = opened("PATCH")

    assert "Nothing: the directory already had these values." in page.text
    assert not page.select("mark")


def test_a_conflict_leads_to_who_has_the_name(entra, opened):
    ann = entra.create_user("ann@contoso.example", displayName="Ann Lee")
    entra.post("/Users", {"userName": "ANN@contoso.example"})
    page = opened("POST")

    assert "Another employee already has this userName" in page.text
    assert page.select(f".note a[href='/employees/{ann['id']}']")[0].text == (
        "Open Ann Lee"
    )


def test_a_conflict_of_groups_leads_to_the_group(entra, opened):
    roads = entra.create_group("Roads")
    entra.post("/Groups", {"displayName": "roads"})
    page = opened("POST")

    assert "Another group already has this name" in page.text
    assert page.select(f".note a[href='/groups/{roads['id']}']")


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda scim: scim.get("/Nowhere"), "There is no such address"),
        (
            lambda scim: scim.get("/Users/0192a8f2-0000-7000-8000-000000000000"),
            "There is no employee with this id any more",
        ),
        (
            lambda scim: scim.get("/Users", params={"filter": "nonsense"}),
            "The endpoint could not accept this request",
        ),
    ],
)
def test_a_refusal_says_what_to_do_next(entra, opened, ask, words):
    ask(entra)

    assert words in opened("GET").text


def test_what_went_well_needs_no_advice(entra, opened):
    entra.get("/Users?count=0")

    assert not opened("GET").select("[aria-label='What to do']")


def test_each_quirk_leads_to_its_explanation(console, entra, opened):
    user = entra.create_user()
    entra.patch(f"/Users/{user['id']}", patch(operation("Replace", "active", "False")))
    links = [link["href"] for link in opened("PATCH").select(".quirks a")]
    page = console.get("/wire/quirks")

    assert "/wire/quirks#boolean_strings" in links
    for link in links:
        assert page.select(f"#{link.partition('#')[2]}")
    assert "Microsoft SCIM Validator" in page.text


def test_one_request_takes_as_few_queries_however_much_it_did(
    console, entra, wire_log, query_budget
):
    people = [{"value": entra.create_user()["id"]} for _ in range(20)]
    group = entra.create_group("Roads")
    entra.patch(f"/Groups/{group['id']}", patch(operation("Add", "members", people)))
    request_id = wire_log.newest("PATCH").id

    with query_budget(16):
        console.get(f"/activity/requests/{request_id}")


def test_a_value_that_is_no_text_is_no_member(entra, opened):
    user = entra.create_user("ann@contoso.example")
    body = {**user, "title": "Head", "foo": {"value": [1]}, "members": {"value": {}}}
    entra.put(f"/Users/{user['id']}", body)

    assert '"title": "Head"' in marked(opened("PUT"), "request")


def test_half_a_surrogate_pair_is_shown_as_a_replacement(scim, opened):
    broken = b'{"userName": "\\ud800"}'
    scim.http.post("/Users", content=broken)

    page = opened("POST")

    assert '"userName": "\ufffd"' in page.select("#request-body")[0].text


@pytest.mark.parametrize("sign", ["%3F", "%23", "%25", "%0A", "%20", "%C3%BC"])
def test_a_path_is_logged_and_copied_as_it_was_asked_for(scim, wire_log, opened, sign):
    scim.http.get(f"/Users/1{sign}x?count=0")

    assert wire_log.newest().path == f"/scim/v2/Users/1{sign}x?count=0"
    assert f"/scim/v2/Users/1{sign}x?count=0" in opened().select("#curl")[0].text


@pytest.mark.parametrize(
    ("path", "option"),
    [("/Users/1/x/%2E%2E", "--path-as-is"), ("/Users?x={a,b}", "--globoff")],
)
def test_curl_is_kept_from_reading_more_into_a_path(scim, opened, path, option):
    scim.http.get(path)

    assert option in opened().select("#curl")[0].text
    scim.http.get("/Users")
    assert option not in opened().select("#curl")[0].text
