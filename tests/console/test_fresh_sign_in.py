"""What wants the password to have been given just now, and that nothing else does."""

import pytest

from tests.entra.world import Provisioning, World, own_url

# Secrets, who may do what, whom the company trusts, what cannot be undone, and what
# takes the directory or its requests along.
DELICATE = {
    "classroom.create_class",
    "classroom.delete_all",
    "classroom.delete_student",
    "classroom.new_password",
    "classroom.reset_all",
    "classroom.reset_student",
    "console.add_admin",
    "console.bring_to_scenario",
    "console.deactivate_admin",
    "console.download_requests",
    "console.export_employees",
    "console.issue_client",
    "console.reactivate_admin",
    "console.reveal_token",
    "console.revoke_client",
    "console.revoke_token",
    "console.rotate_client",
    "console.rotate_token",
    "console.set_role",
    "console.uninstall_azure_scim",
    "entra.activate_certificate",
    "entra.add_certificate",
    "entra.choose_saml",
    "entra.delete_certificate",
    "entra.download_logs",
    "entra.save_basic",
    "entra.save_claims",
    "sso.install",
    "sso.save_saml",
    "sso.uninstall",
}


def test_just_these_want_the_password_anew(app):
    labelled = {n for n, v in app.view_functions.items() if hasattr(v, "back_to")}

    assert labelled == DELICATE


def test_every_way_back_leads_to_a_page(app):
    ways = {app.view_functions[name].back_to[0] for name in DELICATE}
    opened = {r.endpoint for r in app.url_map.iter_rules() if "GET" in r.methods}

    assert ways <= opened


@pytest.fixture
def provisioning(app, company):
    return Provisioning(World(app, company), own_url(app), "a token")


@pytest.mark.parametrize(
    ("path", "back"),
    [
        ("/employees/export.csv?status=active", "/employees?status=active"),
        ("/activity/requests/download.csv", "/activity/requests"),
        (
            "/activity/requests/download.json?status=rejected&person=a%26b",
            "/activity/requests?status=rejected&person=a%26b",
        ),
        ("/entra/apps/{}/logs/download.zip?date=7d", "/entra/apps/{}/logs?date=7d"),
    ],
)
def test_a_download_wants_it_and_then_leads_back_to_the_filtered_list(
    console, company, provisioning, let_time_pass, path, back
):
    path, back = path.format(provisioning.id), back.format(provisioning.id)
    assert "attachment" in console.http.get(path).headers["Content-Disposition"]

    let_time_pass()
    page = console.get(path)
    assert page.path.startswith("/confirm?next=")
    page = console.submit(page, "main form", password=company.password)

    assert page.path == back
    assert "attachment" in console.http.get(path).headers["Content-Disposition"]


@pytest.mark.parametrize(
    "hostile", ["endpoint", "_external", "_scheme", "_anchor", "app_id", "self"]
)
def test_no_parameter_of_a_download_confuses_the_way_back(
    console, provisioning, let_time_pass, hostile
):
    let_time_pass()
    path = f"/entra/apps/{provisioning.id}/logs/download.zip?{hostile}=//evil.example"

    answer = console.http.get(path, follow_redirects=False)

    assert answer.headers["Location"].startswith("/confirm?next=/entra/apps/")


def test_settings_of_single_sign_on_on_entras_side_want_it(
    console, company, provisioning, let_time_pass
):
    address = f"/entra/apps/{provisioning.id}/single-sign-on"
    console.submit(address, "form[action$=choose]")
    let_time_pass()
    page = console.submit(
        address, "form[action$=basic]", reply_url="https://evil.example/acs"
    )
    assert page.path.startswith("/confirm?next=")

    page = console.submit(page, "main form", password=company.password)
    assert page.path == f"{address}?ask=basic"
    assert "evil.example" not in page.html
