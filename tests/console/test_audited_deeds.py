"""What the log of admins tells of sign-ins, guesses and downloads."""

import json

import pytest

from envoy_console.directory import accounts, audit, clients, throttle
from envoy_console.models.transactions import read, write
from tests.messages import CORE_USER
from tests.worlds import practised

__all__ = ["practised"]

CONFIRM = "/confirm"
FORM = "main form"


@pytest.fixture
def told(app, company):
    """told() -> what the company's log says, the latest first: (who, did what, to what)."""

    def rows():
        with app.app_context(), read() as tx:
            found = audit.page(tx, company.id).rows
        return [(row.actor_label, row.action, row.subject) for row in found]

    return rows


def guess(console, company, times=1):
    page = console.get("/sign-in")
    for _ in range(times):
        fields = {"email": company.email, "password": "not the password"}
        console.submit(page, FORM, status=422, **fields)


def test_a_sign_in_is_told(console, told):
    assert told()[0] == ("Dana Reyes", "signed in", "")


def test_a_wrong_password_is_told_with_the_account_and_without_the_password(
    stranger, company, told
):
    guess(stranger, company)

    assert told() == [
        ("Sign-in", "refused a sign-in", f"{company.email}: wrong password")
    ]


def test_who_guesses_is_told_once_when_they_have_to_wait(stranger, company, told):
    guess(stranger, company, throttle.FREE_PER_ACCOUNT)
    fields = {"email": company.email, "password": "not the password"}
    stranger.submit("/sign-in", FORM, status=429, **fields)

    waiting = ("Sign-in", "slowed down who guesses the password of", company.email)
    assert told()[0] == waiting
    assert told().count(waiting) == 1
    assert len(told()) == throttle.FREE_PER_ACCOUNT + 1


def test_an_address_that_nobody_has_is_told_to_nobody(stranger, told):
    fields = {"email": "nobody@contoso.example", "password": "not the password"}

    stranger.submit("/sign-in", FORM, status=422, **fields)

    assert told() == []


def test_an_account_that_was_deactivated_is_told(app, company, stranger, told):
    email = f"viewer-of-{company.email}"
    with app.app_context():
        account_id = write(
            lambda tx: accounts.insert(
                tx,
                company.id,
                email=email,
                name="Val Lee",
                role="viewer",
                password=company.password,
            )
        )
        write(lambda tx: accounts.deactivate(tx, company.admin, account_id))

    fields = {"email": email, "password": company.password}
    stranger.submit("/sign-in", FORM, status=422, **fields)

    assert told()[0] == ("Sign-in", "refused a sign-in", f"{email}: deactivated")


def test_a_password_given_again_is_told_right_or_wrong(console, company, told):
    console.submit(CONFIRM, FORM, status=422, password="not the password")
    console.submit(CONFIRM, FORM, password=company.password)

    assert [deed for _, deed, _ in told()[:2]] == [
        "confirmed their password",
        "gave a wrong password to confirm",
    ]


@pytest.mark.parametrize(
    ("path", "deed"),
    [
        ("/employees/export.csv", ("downloaded employees as", "CSV")),
        ("/activity/requests/download.csv", ("downloaded SCIM requests as", "CSV")),
        ("/activity/requests/download.json", ("downloaded SCIM requests as", "JSON")),
    ],
)
def test_a_download_is_told(console, told, path, deed):
    assert console.http.get(path).status_code == 200

    assert told()[0] == ("Dana Reyes", *deed)


@pytest.mark.parametrize("form", ["zip", "json"])
def test_a_download_of_provisioning_logs_is_told(console, told, practised, form):
    path = f"/entra/apps/{practised.app_id}/logs/download.{form}"
    assert console.http.get(path).status_code == 200

    assert told()[0] == ("Dana Reyes", "downloaded provisioning logs as", form.upper())


def test_a_backup_is_told_to_every_company(app, told, tmp_path):
    if not app.config["SQLALCHEMY_DATABASE_URI"].startswith("sqlite"):
        pytest.skip("PostgreSQL is backed up with its own tools")
    file = str(tmp_path / "copy.db")
    app.test_cli_runner().invoke(args=["backup", file])

    assert told()[0] == ("Command line", "copied the database to", file)


def test_a_file_that_is_loaded_is_told(app, company, told, tmp_path):
    file = tmp_path / "people.ndjson"
    ann = {"schemas": [CORE_USER], "userName": "ann@contoso.example"}
    file.write_text(json.dumps(ann))
    app.test_cli_runner().invoke(
        args=["company", "load", str(file), "--company", company.name]
    )

    assert told()[0] == ("Command line", "loaded from a file", "1 users, 0 groups")


def test_who_guesses_an_oauth_client_is_told(app, server, company, token, told):
    with app.app_context():
        made = write(lambda tx: clients.issue(tx, company.admin))
        for _ in range(throttle.FREE_PER_ACCOUNT):
            write(
                lambda tx: clients.count_wrong_secret(
                    tx, made.client_id, source="192.0.2.7"
                )
            )

    label, deed, subject = told()[0]
    assert (label, deed) == ("Token endpoint", "slowed down who guesses the secret of")
    assert subject == made.client_id


def test_a_password_from_the_command_line_is_told(app, company, told):
    app.test_cli_runner().invoke(args=["account", "reset-password", company.email])

    assert told()[0] == ("Command line", "gave a new password to", company.email)


def test_scim_traffic_is_not_told(scim, told):
    before = told()

    user = scim.create_user()
    scim.get(f"/Users/{user['id']}")
    scim.delete(f"/Users/{user['id']}")

    assert told() == before
