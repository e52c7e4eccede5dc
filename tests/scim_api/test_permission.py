"""The tutorial's rule: the token acts for the account that installed the integration."""

import pytest

from envoy_console.directory import accounts
from envoy_console.directory.roles import GLOBAL_ADMIN, VIEWER
from envoy_console.models.transactions import write
from tests.messages import entra_user


@pytest.fixture
def behind(app, company):
    """behind(deed) -> do something to the installing account, with another in charge."""

    def run(deed):
        with app.app_context():
            write(
                lambda tx: accounts.add(
                    tx,
                    company.admin,
                    email=f"second-{company.id}@contoso.example",
                    name="Second",
                    role=GLOBAL_ADMIN,
                )
            )
            write(lambda tx: deed(tx, company.admin, company.account_id))

    return run


def demote(tx, actor, account_id):
    accounts.set_role(tx, actor, account_id, VIEWER)


@pytest.mark.parametrize("deed", [demote, accounts.deactivate])
def test_an_admin_who_is_none_any_more_is_403_with_what_to_do(
    scim, company, behind, deed
):
    behind(deed)

    answer = scim.post("/Users", entra_user("ann@contoso.example"))

    assert answer.status_code == 403
    assert company.email in answer.json()["detail"]
    assert "Admin permissions" in answer.json()["detail"]
    assert scim.get("/Users").status_code == 403


def test_an_admin_who_is_one_again_is_served_again(scim, behind, app, company):
    behind(accounts.deactivate)
    assert scim.get("/Users").status_code == 403

    with app.app_context():
        write(lambda tx: accounts.reactivate(tx, company.admin, company.account_id))

    assert scim.get("/Users").status_code == 200
