"""What a stranger with the source would try: odd addresses, odd forms, odd moments."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from envoy_console.models import Account
from envoy_console.models.base import table
from envoy_console.models.transactions import read
from envoy_console.web.forms import LOOKS_LIKE_EMAIL
from tests.builders import Company
from tests.messages import CORE_USER

IN_PATHS = [
    "%00",
    "..%2f..%2f..%2fetc%2fpasswd",
    "%2e%2e",
    "%ff%fe",
    "%0d%0aSet-Cookie:a=b",
    "%EF%B7%BA" * 250,  # a letter that folding makes eighteen of
    "9" * 30,
    "-1",
    "'",
]
IN_FIELDS = ["\0", "\ufdfa" * 200, "x" * 20_000, "9" * 30, "[[", "=1+1", "\r\nX: y", ""]
NAMES = [
    "name",
    "email",
    "role",
    "title",
    "new",
    "old",
    "password",
    "count",
    "number",
    "kind",
    "hours",
    "minutes",
    "seconds",
    "requests",
    "query",
    "type",
    "source",
    "target",
    "expression",
    "constant",
    "default",
    "precedence",
    "clauses",
    "tenant_url",
    "secret_token",
    "notification_email",
    "deletion_threshold",
    "clock_speed",
    "pace",
    "scope",
    "users",
    "groups",
    "members",
    "user",
    "user_id",
    "id",
    "value",
    "file",
    "xml",
    "fingerprints",
    "issuer",
    "idp_url",
    "identifier",
    "reply_url",
    "sign_on_url",
    "name_id",
    "next",
    "here",
    "who",
    "displayName",
    "userPrincipalName",
    "userName",
    "department",
    "manager",
    "location",
    "deed",
    "remove",
    "scenario",
    "names",
]
ENDS_THE_COMPANY = ("classroom.delete_student", "classroom.delete_all")


@pytest.fixture
def operator(company, appoint, enter):
    appoint(company)
    return enter(company)


def test_no_address_breaks_anything(app, operator, knock):
    rules = [
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        if rule.arguments
        for method in rule.methods - {"HEAD", "OPTIONS"}
    ]
    broken = []
    for method, rule in rules:
        shape = re.sub(r"<any\((\w+).*?>", r"\1", rule)
        for hostile in IN_PATHS:
            path = re.sub(r"<[^>]+>", hostile, shape)
            answer = knock(operator, method, path)
            location = answer.headers.get("Location", "/")
            if answer.status_code >= 500 or not location.startswith("/"):
                broken.append(f"{method} {path[:80]}: {answer.status_code} {location}")

    assert broken == []


def test_no_form_breaks_anything(routes, address, company, operator, enter, knock):
    broken = []
    for route in routes:
        is_leaving = route.rule.startswith(("/sign-out", "/settings/account"))
        if route.method != "POST" or is_leaving or route.endpoint in ENDS_THE_COMPANY:
            continue
        for hostile in IN_FIELDS:
            names = NAMES if len(hostile) < 1000 else NAMES[:8]
            answer = knock(
                operator, "POST", address(route), **dict.fromkeys(names, hostile)
            )
            if answer.status_code >= 500:
                broken.append(f"{route}: {answer.status_code} at {hostile[:20]!r}")

    assert broken == []


def test_two_global_admins_who_demote_each_other_leave_one(
    app, company, enter, colleague, knock
):
    first, second = enter(company), colleague("global_admin")
    rows = table(Account)
    mine = rows.c.company_id == company.id
    with app.app_context(), read() as tx:
        ids = list(tx.execute(sa.select(rows.c.id).where(mine)).scalars())
    other = next(each for each in ids if each != company.account_id)
    for client in (first, second):
        knock(client, "GET", "/")

    def demote(client, whom):
        return knock(
            client, "POST", f"/settings/admins/{whom}/role", role="viewer"
        ).status_code

    with ThreadPoolExecutor(2) as threads:
        deeds = [
            threads.submit(demote, first, other),
            threads.submit(demote, second, company.account_id),
        ]
    assert {deed.result() for deed in deeds} == {303}

    with app.app_context(), read() as tx:
        chiefs = tx.execute(
            sa.select(rows.c.id).where(mine, rows.c.role == "global_admin")
        ).all()
    assert len(chiefs) == 1


def test_a_scim_group_or_role_called_admin_gives_nothing(entra, company, enter, app):
    rows = table(Account)
    mine = rows.c.company_id == company.id
    with app.app_context(), read() as tx:
        before = tx.execute(sa.select(rows).where(mine)).all()
    person = entra.create_user(
        company.email,
        externalId=company.account_id,
        roles=[{"value": "global_admin"}],
        entitlements=[{"value": "operator"}],
        active=False,
    )
    for name in ("Admins", "Global Admin", "global_admin"):
        entra.create_group(name, members=[{"value": person["id"]}])
    entra.delete(f"/Users/{person['id']}")

    with app.app_context(), read() as tx:
        assert tx.execute(sa.select(rows).where(mine)).all() == before
    enter(Company(company.id, company.account_id, company.name, company.email))


@pytest.mark.parametrize(
    "external_id", ["1", "0", "-1", "admin", "{account_id}", "{company_id}"]
)
def test_an_external_id_is_nobodys_id(entra, company, external_id):
    external_id = external_id.format(
        account_id=company.account_id, company_id=company.id
    )
    person = entra.create_user(externalId=external_id)

    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", person["id"])
    assert person["id"] != external_id
    assert person["meta"]["location"].endswith(f"/Users/{person['id']}")
    assert entra.get(f"/Users/{external_id}").status_code == 404


@pytest.mark.parametrize(
    "data",
    [
        b'"' * 1_000_000,
        b"Email address\n" + b"x" * 900_000,
        b"Email address" + b"," * 900_000,
        b"\n" * 1_000_000,
        b"\xff\xfe" + b"\x00\xd8" * 1000,
        b"PK\x03\x04" + bytes(1000),
    ],
    ids=["quotes", "one cell", "columns", "lines", "surrogates", "zip"],
)
@pytest.mark.parametrize("path", ["/employees/import", "/entra/users/bulk-create"])
def test_a_file_of_nonsense_is_refused_with_a_sentence(console, path, data):
    form = console.get(path).form("form[enctype]")
    answer = console.http.post(
        form.action, data=form.fields, files={"file": ("staff.csv", data, "text/csv")}
    )

    assert answer.status_code == 422
    assert 'role="alert"' in answer.text or "aria-invalid" in answer.text


def test_an_address_that_ends_in_a_new_line_is_none():
    assert re.match(LOOKS_LIKE_EMAIL, "ann@contoso.example")
    assert not re.match(LOOKS_LIKE_EMAIL, "ann@contoso.example\n")


@pytest.mark.parametrize(
    ("name", "same"),
    [
        ("straße", "STRASSE"),
        ("admin", "ＡＤＭＩＮ"),  # noqa: RUF001
        ("ﬁona", "FIONA"),
        ("ΣΑΣ", "σας"),
        ("café", "CAFE\u0301"),
        ("İnci", "i\u0307nci"),
    ],
)
def test_names_that_are_one_when_folded_are_taken_once(scim, name, same):
    scim.create_user(f"{name}@contoso.example")
    again = scim.post(
        "/Users", {"schemas": [CORE_USER], "userName": f"{same}@contoso.example"}
    )

    assert again.status_code == 409
    assert len(scim.where("userName", f"{same}@contoso.example")) == 1


def test_a_name_in_another_script_is_another_name(scim):
    latin, cyrillic = "sara@contoso.example", "s\u0430r\u0430@contoso.example"

    assert scim.create_user(latin)["id"] != scim.create_user(cyrillic)["id"]
    assert [u["userName"] for u in scim.where("userName", latin)] == [latin]
