"""Lists: filter, page, sort, choose attributes (RFC 7644 §3.4.2)."""

import pytest

from tests.messages import ENTERPRISE, add, patch, replace


@pytest.fixture
def ann(scim):
    boss = scim.create_user("boss@contoso.example", displayName="The Boss")
    return scim.create_user(
        "ann@contoso.example",
        externalId="Ann-7",
        displayName="Ann Lee",
        title="Straßenbauerin",
        nickName="Annie",
        name={"givenName": "Ann", "familyName": "Lee"},
        emails=[
            {"type": "work", "value": "Ann.Lee@contoso.example", "primary": True},
            {"type": "home", "value": "ann@home.example"},
        ],
        addresses=[{"type": "work", "country": "PT", "locality": "Lisbon"}],
        **{ENTERPRISE: {"department": "Roads", "manager": {"value": boss["id"]}}},
    )


MATCHING = [
    'userName eq "ANN@CONTOSO.EXAMPLE"',
    'USERNAME EQ "ann@contoso.example"',
    'urn:ietf:params:scim:schemas:core:2.0:User:userName sw "ann"',
    'externalId eq "Ann-7"',
    'displayName co "n l"',
    'title eq "STRASSENBAUERIN"',
    'nickName ew "NIE"',
    'nickName ew ""',
    'nickName gt "Ann"',
    'nickName le "annie"',
    "nickName pr",
    'name.familyName eq "lee"',
    "name pr",
    'emails eq "ANN@home.example"',
    'emails.value co "@home"',
    'emails[type eq "home" and value co "@home"]',
    'emails[type eq "work"].value eq "ann.lee@contoso.example"',
    'emails[type eq "work"].value sw "ann."',
    "emails[primary eq true].value pr",
    'emails[not (type eq "work")]',
    'addresses[type eq "work"].country eq "pt"',
    'addresses.locality eq "lisbon"',
    "active eq true",
    'active eq "True"',
    "active ne false",
    "not (active eq false)",
    'photos.value ne "x"',
    "photos.value eq null",
    "emails.value ne null",
    'groups.display ne "Sales"',
    "groups eq null",
    "not (photos pr)",
    'timezone eq null or not (timezone eq "x")',
    "timezone eq null",
    f'{ENTERPRISE}:department eq "roads"',
    'department eq "roads"',
    f"{ENTERPRISE}:manager pr",
    f'{ENTERPRISE}:manager.displayName eq "the boss"',
    'meta.created gt "2020-01-01T00:00:00Z"',
    'meta.lastModified ge "2020-01-01T00:00:00+02:00"',
    'meta.resourceType eq "User"',
    'nickName eq "zz" or title pr and displayName eq "ann lee"',
    '(nickName eq "zz" or title pr) and displayName eq "ann lee"',
]

MISSING = [
    'externalId eq "ann-7"',
    'externalId co "ann"',
    'emails[type eq "home"].value eq "ann.lee@contoso.example"',
    'emails[type eq "home" and primary eq true]',
    'meta.created lt "2020-01-01T00:00:00Z"',
    'nickName eq "Ann%"',
    'nickName co "_"',
    'title eq "x" and nickName pr or displayName eq "x"',
    "active eq false",
    'groups.display eq "Sales"',
    "photos.value ne null",
    "groups ne null",
    'userName eq "\' OR 1=1 --"',
]


@pytest.mark.parametrize("filter", MATCHING)
def test_a_filter_finds_whom_it_describes(scim, ann, filter):
    found = scim.found(f'id eq "{ann["id"]}" and ({filter})')

    assert [user["id"] for user in found] == [ann["id"]]


@pytest.mark.parametrize("filter", MISSING)
def test_a_filter_finds_nobody_else(scim, ann, filter):
    assert scim.found(f'id eq "{ann["id"]}" and ({filter})') == []


@pytest.mark.parametrize(
    "filter",
    [
        "",
        "bogus",
        "userName",
        'userName eq "a" and',
        'nope eq "x"',
        'name.nope eq "x"',
        "name eq 5",
        'userName eq "a',
        'userName xx "a"',
        'emails[type eq "work"',
        'emails[bogus eq "x"]',
        "active gt true",
        'password eq "x"',
        "meta.created gt 5",
        'meta.created gt "yesterday"',
        'meta.location eq "x"',
        'schemas eq "x"',
        "(" * 40 + 'userName eq "a"' + ")" * 40,
        " or ".join(['userName eq "a"'] * 100),
        'userName eq "' + "a" * 60_000 + '"',
    ],
)
def test_a_filter_that_cannot_be_answered_is_refused_not_ignored(scim, ann, filter):
    answer = scim.get("/Users", params={"filter": filter})

    assert answer.status_code == 400
    assert answer.json()["scimType"] == "invalidFilter"
    assert answer.json()["detail"]


def test_entras_reference_check_finds_the_manager_and_the_member(scim, ann):
    manager = ann[ENTERPRISE]["manager"]["value"]
    group = scim.create_group(members=[{"value": ann["id"]}])

    users = scim.get(
        "/Users",
        params={
            "filter": f'id eq "{ann["id"]}" and manager eq "{manager}"',
            "attributes": "id",
        },
    )
    groups = scim.get(
        "/Groups",
        params={
            "filter": f'id eq "{group["id"]}" and members eq "{ann["id"]}"',
            "excludedAttributes": "members",
        },
    )

    assert users.json()["totalResults"] == groups.json()["totalResults"] == 1
    assert set(users.json()["Resources"][0]) <= {"id", "schemas"}


def test_users_are_found_by_the_name_of_their_group_in_any_case(scim, ann):
    scim.create_group("Sales", members=[{"value": ann["id"]}])

    assert [user["id"] for user in scim.found('groups.display eq "SALES"')] == [
        ann["id"]
    ]


def test_nobody_found_is_200_and_an_empty_list(scim):
    answer = scim.get(
        "/Users?filter=userName+eq+%227d420df3-9995-4831-a406-ecf8166f5f6a%22"
    )

    assert answer.status_code == 200
    assert answer.json()["totalResults"] == 0
    assert answer.json()["Resources"] == []


def test_pages_follow_one_another_without_gap_or_overlap(scim):
    names = [scim.create_user()["userName"] for _ in range(7)]

    pages = [
        scim.get(f"/Users?startIndex={start}&count=3").json() for start in (1, 4, 7)
    ]

    assert [page["itemsPerPage"] for page in pages] == [3, 3, 1]
    assert {page["totalResults"] for page in pages} == {7}
    assert [user["userName"] for page in pages for user in page["Resources"]] == names


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("count=0", 0),
        ("count=-5", 0),
        ("startIndex=0", 3),
        ("startIndex=-9", 3),
        ("startIndex=99", 0),
    ],
)
def test_the_total_is_true_whatever_page_is_asked_for(scim, query, shown):
    for _ in range(3):
        scim.create_user()

    page = scim.get(f"/Users?{query}").json()

    assert page["totalResults"] == 3
    assert len(page["Resources"]) == page["itemsPerPage"] == shown


@pytest.mark.parametrize("number", ["abc", "1e3", "1_0", "٣", "9" * 20, "1.5", "%00"])
@pytest.mark.parametrize("parameter", ["startIndex", "count"])
def test_a_page_number_that_is_no_number_is_400(scim, parameter, number):
    answer = scim.get(f"/Users?{parameter}={number}")

    assert answer.status_code == 400
    assert parameter in answer.json()["detail"]


@pytest.mark.parametrize(
    "sort_by",
    ["userName", "name.familyName", "title", "emails.value", "externalId", "meta.created",
     f"{ENTERPRISE}:department"],
)  # fmt: skip
def test_lists_sort_by_any_attribute_both_ways(scim, sort_by):
    for letter in "bca":
        scim.create_user(
            f"{letter}@contoso.example",
            title=letter.upper() if letter == "b" else letter,
            externalId=letter,
            name={"familyName": letter},
            emails=[{"type": "work", "value": f"{letter}@x.example"}],
            **{ENTERPRISE: {"department": letter}},
        )
    expected = list("bca") if sort_by == "meta.created" else list("abc")

    for order, wanted in (("ascending", expected), ("descending", expected[::-1])):
        page = scim.get(f"/Users?sortBy={sort_by}&sortOrder={order}").json()
        assert [user["userName"][0] for user in page["Resources"]] == wanted


def test_of_several_values_lists_sort_by_the_primary_one(scim):
    for name, *emails in ("a", ("x", False), ("b", True)), ("b", ("a", False)), (
        "c", ("c", False), ("d", False)
    ):  # fmt: skip
        scim.create_user(
            name,
            emails=[
                {"value": f"{value}@x.example", "primary": is_primary}
                for value, is_primary in emails
            ],
        )

    for by in ("emails", "emails.value"):
        page = scim.get(f"/Users?sortBy={by}").json()
        assert [user["userName"] for user in page["Resources"]] == ["b", "a", "c"]
    shown = page["Resources"][1]["emails"]
    assert [email["value"] for email in shown] == ["x@x.example", "b@x.example"]


@pytest.mark.parametrize("found_by", [
    'emails[type eq "work"].value eq "second@x.example"',
    'emails[type eq "WORK" and value eq "SECOND@x.example"]',
    'emails[type eq "work"].value sw "sec"',
    'emails[type eq "work"].value co "cond"',
    'emails.value eq "second@x.example"',
])  # fmt: skip
def test_all_work_emails_of_somebody_are_looked_at(scim, found_by):
    work = [{"type": "work", "value": f"{n}@x.example"} for n in ("first", "second")]
    ann = scim.create_user(emails=work)
    bob = scim.create_user(emails=[{"type": "home", "value": "second@x.example"}])

    found = [user["id"] for user in scim.found(found_by)]

    assert found == (
        [ann["id"], bob["id"]] if "work" not in found_by.lower() else [ann["id"]]
    )
    scim.patch(f"/Users/{ann['id']}", patch(replace("emails", work[:1])))
    assert ann["id"] not in [user["id"] for user in scim.found(found_by)]
    scim.patch(f"/Users/{ann['id']}", patch(add("emails", work[1:])))
    assert ann["id"] in [user["id"] for user in scim.found(found_by)]


@pytest.mark.parametrize(
    "query",
    [
        "sortBy=nope",
        "sortBy=userName&sortOrder=up",
        "sortBy=groups",
        "sortBy=meta.version",
    ],
)
def test_a_sort_order_that_is_none_is_400(scim, query):
    answer = scim.get(f"/Users?{query}")

    assert (answer.status_code, answer.json()["scimType"]) == (400, "invalidValue")


def test_only_the_attributes_asked_for_are_shown(scim, ann):
    user = scim.get(
        f"/Users/{ann['id']}?attributes=userName,name.givenName,emails.value"
    ).json()

    assert set(user) == {"schemas", "id", "userName", "name", "emails"}
    assert user["name"] == {"givenName": "Ann"}
    assert all(set(email) == {"value"} for email in user["emails"])


def test_excluded_attributes_are_left_out_but_never_the_id(scim, ann):
    user = scim.get(
        f"/Users/{ann['id']}?excludedAttributes=id,name.familyName,{ENTERPRISE}:department"
    ).json()

    assert user["id"] == ann["id"]
    assert user["name"] == {"givenName": "Ann"}
    assert "department" not in user[ENTERPRISE]


def test_filters_see_a_change_at_once(scim, ann):
    scim.patch(f"/Users/{ann['id']}", patch(replace("nickName", "Zed")))

    assert scim.found('nickName eq "zed"')
    assert not scim.found('nickName eq "annie"')
