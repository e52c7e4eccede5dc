"""The administrator of another company, who has somehow learnt every id of ours."""

import pytest

from envoy_console.directory import accounts
from envoy_console.models.transactions import write
from tests.builders import PASSWORD

WITHIN = frozenset({303, 404, 422})  # led back with a sentence, or not there

# What the forms want to be told, so that they get as far as to look for what they name.
SOUND = {
    "role": "location_admin",
    "name": "Mallory",
    "new_name": "Mallory",
    "scenario": "ready",
    "deed": "deactivate",
    "kind": "broken",
    "mode": "automatic",
    "sync_mode": "all_users",
    "scope": "assigned",
    "provisioning_status": "off",
    "name_id": "userPrincipalName",
    "identifier": "https://evil.example",
    "reply_url": "https://evil.example/acs",
    "displayName": "Mallory",
    "userPrincipalName": "mallory@evil.example",
    "userName": "mallory@evil.example",
    "email": "mallory@evil.example",
    "remove": "",
}


@pytest.fixture
def knocking(enter, appoint, stranger_company):
    """The other company's first admin, who may do everything there."""
    appoint(stranger_company)
    return enter(stranger_company)


@pytest.fixture
def viewer_id(app, company):
    """An account that any admin of its own company may change."""
    values = {"name": "Val Lee", "role": "viewer", "password": PASSWORD}
    email = f"val-of-{company.email}"
    with app.app_context():
        return write(lambda tx: accounts.insert(tx, company.id, email=email, **values))


def test_no_id_of_ours_opens_anything_to_a_neighbour(
    routes, address, company, contents, knock, knocking, viewer_id
):
    before = contents(company)
    answers = {
        str(route): knock(
            knocking, route.method, address(route, account_id=viewer_id), **SOUND
        )
        for route in routes
        if route.arguments - {"form", "key", "kind", "number", "step_id", "template_id"}
    }

    odd = {r: a.status_code for r, a in answers.items() if a.status_code not in WITHIN}
    assert len(answers) > 80
    assert odd == {}
    assert contents(company) == before
    told = [name for name, a in answers.items() if company.name in a.text]
    assert told == []


def test_no_id_of_ours_can_be_slipped_into_a_form(
    routes, address, company, contents, knock, knocking, lively, practised
):
    """Forms of the neighbour's own pages, with our ids for everything that they choose."""
    before = contents(company)
    ids = SOUND | {
        "id": [lively.employee_id, lively.temp_id],
        "ids": [practised.user_id],
        "member": [practised.user_id],
        "members": [practised.user_id],
        "user": [practised.user_id],
        "user_id": practised.user_id,
        "users": [practised.user_id],
        "groups": [lively.group_id, practised.group_id],
        "manager": lively.employee_id,
        "manager_id": lively.employee_id,
        "location": lively.location_id,
        "location_id": lively.location_id,
        "office": lively.location_id,
        "assigned": [practised.user_id],
        "account_id": company.account_id,
        "company_id": company.id,
    }
    for route in routes:
        if route.method == "POST" and not route.arguments:
            path = address(route)
            if path.endswith(("/sign-out", "/sign-out-everywhere")):
                continue
            answer = knock(knocking, "POST", path, **ids)
            assert answer.status_code < 500, route

    assert contents(company) == before
