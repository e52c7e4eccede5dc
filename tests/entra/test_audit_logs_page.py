"""Audit logs: of the tenant, and of one application."""

import pytest

from envoy_console.entra import applications, audit
from tests import builders


@pytest.fixture
def written(world, envoy):
    """written(activity="…") -> a line in the audit logs."""

    def write(company_id=world.company.id, **changes):
        values = {
            "actor": "dana@contoso.example",
            "category": audit.PROVISIONING,
            "activity": "Update attribute mappings or scope",
            "target": "Envoy",
            **changes,
        }
        world.do(lambda tx: audit.write_down(tx, company_id, **values))

    return write


def rows(page):
    return [tr.get_text("|", strip=True) for tr in page.select("main tbody tr")]


def test_the_latest_activity_comes_first(console, written):
    written(activity="Add user", category=audit.USERS, target="Ann", detail="ann@x")
    written()

    latest, former, *_ = rows(console.get("/entra/audit-logs"))

    assert "Update attribute mappings or scope|Envoy|dana@contoso.example" in latest
    assert "UserManagement|Add user|ann@x|Ann" in former


def test_a_category_narrows_them(console, written):
    written()
    written(activity="Quarantine", category=audit.QUARANTINE)

    (row,) = rows(console.get("/entra/audit-logs?category=Quarantine"))

    assert "Quarantine" in row
    assert (
        "There is no category “x”" in console.get("/entra/audit-logs?category=x").text
    )


def test_an_app_shows_its_own_ones_only(console, envoy, written):
    written(activity="Add user", category=audit.USERS, target="Ann")

    page = console.get(f"/entra/apps/{envoy.id}/audit-logs")

    assert "Add user" not in page.text
    assert "Add service principal" in page.text


def test_an_app_keeps_its_audit_logs_when_it_is_renamed(console, world, envoy):
    world.do(lambda tx: applications.rename(tx, envoy.row, "Lobby", actor="dana"))

    page = console.get(f"/entra/apps/{envoy.id}/audit-logs")

    assert "Add service principal|Envoy" in rows(page)[1]


def test_older_ones_are_on_the_next_page(console, written):
    for number in range(55):
        written(detail=f"number {number}")

    first = console.get("/entra/audit-logs")
    (older,) = [a["href"] for a in first.select("a") if a.text.strip() == "Older"]
    second = console.get(older)

    assert len(rows(first)) == 50
    assert len(rows(second)) == 6
    assert "number 4" in second.text


def test_nobody_sees_those_of_another_company(app, console, written):
    written(company_id=builders.found_company(app).id, activity="Their secret")

    assert "Their secret" not in console.get("/entra/audit-logs").text
