"""Provisioning logs: the list with its filters, one entry in its tabs, the download."""

import io
import json
import zipfile
from dataclasses import replace

import pytest

from envoy_console.entra import provisioning_log
from tests import builders
from tests.entra.world import Provisioning, World, own_url


@pytest.fixture
def provisioned(world, envoy):
    """Ann and Bob are in scope and created; Carl has no given name and is skipped."""
    people = [
        world.user(name, givenName=name, surname="Lee") for name in ("ann", "bob")
    ]
    carl = world.user("carl", displayName="")
    world.edit(carl, attributes={"mailNickname": "carl"})
    envoy.assign(users=(*people, carl))
    envoy.cycle()
    return envoy


def logs(envoy):
    return f"/entra/apps/{envoy.id}/logs"


def entry_of(envoy, label):
    (found,) = [row for row in envoy.entries() if row.label == label]
    return found


def names(page):
    return [link.get_text(strip=True) for link in page.select("tbody a.row-link")]


def test_the_list_has_entras_columns(console, provisioned):
    page = console.get(logs(provisioned))

    headings = [th.text for th in page.select("main thead th")]
    assert headings == [
        "Date",
        "Identity",
        "Action",
        "Source System",
        "Target System",
        "Status",
    ]
    ann = entry_of(provisioned, "Ann")
    (row,) = page.select(f'tr[data-number="{ann.number}"]')
    said = row.get_text(" ", strip=True)
    assert f"Ann {ann.source_id} Create Microsoft Entra ID Envoy Success" in said


def test_nothing_yet_says_what_to_do(console, envoy):
    assert "No entries in the last 24 hours" in console.get(logs(envoy)).text


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("identity=ANN", ["Ann"]),
        ("action=update", []),
        ("action=create&identity=bob", ["Bob"]),
        ("status=failure", []),
    ],
)
def test_filters_are_in_the_url(console, provisioned, query, expected):
    assert names(console.get(f"{logs(provisioned)}?{query}")) == expected


def test_filters_find_entries_by_their_ids(console, provisioned):
    ann = entry_of(provisioned, "Ann")
    for query in (f"change_id={ann.id}", f"identity={ann.source_id}"):
        assert names(console.get(f"{logs(provisioned)}?{query}")) == ["Ann"]
    whole = console.get(f"{logs(provisioned)}?cycle_id={ann.cycle_id}")
    assert len(names(whole)) == len(provisioned.entries())
    assert names(console.get(f"{logs(provisioned)}?cycle_id=none")) == []


def test_an_unknown_filter_value_is_left_out_and_said(console, provisioned):
    page = console.get(f"{logs(provisioned)}?status=great&date=ever")

    assert "There is no status “great”" in page.text
    assert "There is no date “ever”" in page.text
    assert "Ann" in names(page)


def test_older_entries_are_on_the_next_page(console, world, envoy):
    people = tuple(world.user(f"person{number}") for number in range(52))
    envoy.assign(users=people)
    envoy.cycle()

    first = console.get(logs(envoy))
    (older,) = [
        a["href"] for a in first.select("a") if a.text.strip() == "Older entries"
    ]
    second = console.get(older)

    assert len(names(first)) == 50
    assert len(names(second)) == 2
    assert not set(names(first)) & set(names(second))


def test_the_steps_tab_tells_the_steps_in_order(console, provisioned):
    ann = entry_of(provisioned, "Ann")

    page = console.get(f"{logs(provisioned)}/{ann.id}")

    steps = [h.text for h in page.select(".steps h2")]
    assert steps[0] == "1. EntryImportAdd"
    assert steps[-1] == f"{len(ann.steps)}. EntryExportAdd"
    assert "User 'ann@contoso.example' was created in Envoy" in page.text


def test_the_tab_of_modified_properties_shows_old_and_new(console, provisioned):
    ann = entry_of(provisioned, "Ann")

    page = console.get(f"{logs(provisioned)}/{ann.id}?tab=modified")

    rows = {tr.th.text: tr.select("td")[1].text for tr in page.select("main tbody tr")}
    assert rows["userName"] == "ann@contoso.example"


def test_the_troubleshooting_tab_says_what_to_do(console, world, envoy):
    envoy.map("User", lambda mapping: replace(mapping, create=False))
    envoy.assign(users=(world.user("ann"),))
    envoy.cycle()
    ann = entry_of(envoy, "Ann")

    text = console.get(f"{logs(envoy)}/{ann.id}?tab=troubleshooting").text

    assert "Error code ActionNotEnabled" in text
    assert "Reason The User 'ann@contoso.example' will be skipped" in text
    assert "Recommendation Tick the action among the Target Object Actions" in text


def test_there_is_nothing_to_troubleshoot_after_a_success(console, provisioned):
    ann = entry_of(provisioned, "Ann")

    page = console.get(f"{logs(provisioned)}/{ann.id}?tab=troubleshooting")

    assert "Nothing to repair" in page.text


def test_the_summary_tab_holds_the_ids(console, provisioned):
    ann = entry_of(provisioned, "Ann")

    text = console.get(f"{logs(provisioned)}/{ann.id}?tab=summary").text

    for found in (ann.id, ann.cycle_id, ann.source_id, ann.target_id):
        assert found in text


def test_an_entry_leads_to_the_employee_and_to_the_request(
    console, provisioned, wire_log
):
    ann = entry_of(provisioned, "Ann")
    assert wire_log.every("POST")

    page = console.get(f"{logs(provisioned)}/{ann.id}")
    hrefs = [a["href"] for a in page.select("main a")]

    assert f"/employees/{ann.target_id}" in hrefs
    (request,) = [h for h in hrefs if h == f"/activity/requests/{ann.request_ids[-1]}"]
    exchange = console.get(request)
    assert "POST" in exchange.text
    assert exchange.select(f"main a[href='{logs(provisioned)}/{ann.id}']")
    assert "Ann" in console.get(f"/employees/{ann.target_id}").text


def write_before(envoy, entry, count):
    """Let another company have had so many entries between a request and its entry."""
    app, logs = envoy.world.app, provisioning_log.logs
    other = World(app, builders.found_company(app))
    theirs = {
        **entry._asdict(),
        "company_id": other.company.id,
        "app_id": Provisioning(other, own_url(app), "token").id,
        "cycle_id": None,
    }
    del theirs["number"]
    ids = [f"{entry.id[:14]}0{number:03}{entry.id[18:]}" for number in range(count)]
    last = {name: getattr(entry, name) for name in theirs}

    def write(tx):
        tx.execute(logs.delete().where(logs.c.id == entry.id))
        tx.execute(logs.insert(), [{**theirs, "id": one} for one in ids])
        tx.execute(logs.insert(), last)

    envoy.world.do(write)


def test_a_request_leads_to_its_entry_however_busy_other_companies_are(
    console, provisioned, wire_log
):
    ann = entry_of(provisioned, "Ann")
    assert wire_log.every("POST")
    write_before(provisioned, ann, provisioning_log.WRITTEN_SINCE + 1)

    exchange = console.get(f"/activity/requests/{ann.request_ids[-1]}")

    assert exchange.select(f"main a[href='{logs(provisioned)}/{ann.id}']")


def test_the_entries_of_a_request_are_found_by_an_index(
    console, provisioned, wire_log, plan_of
):
    assert wire_log.every("POST")
    request = f"/activity/requests/{entry_of(provisioned, 'Ann').request_ids[-1]}"

    plan, *_ = plan_of(lambda: console.http.get(request), of="SELECT anon_1.id")

    assert "(company_id=? AND number>?)" in plan
    assert "SCAN entra_provisioning_logs" not in plan


def test_an_entry_of_another_target_leads_to_nobody(console, provisioned):
    ann = entry_of(provisioned, "Ann")
    provisioned.configure(tenant_url="http://localhost:1/elsewhere/scim")

    page = console.get(f"{logs(provisioned)}/{ann.id}")

    assert not [a for a in page.select("main a") if a["href"].startswith("/employees")]
    assert ann.target_id in page.text


def test_newer_rows_come_alone(console, provisioned):
    newest = max(row.number for row in provisioned.entries())

    rows = console.part(f"{logs(provisioned)}/newer?newer_than={newest - 1}")

    assert len(rows.select("tr")) == 1
    assert (
        console.http.get(f"{logs(provisioned)}/newer?newer_than={newest}").status_code
        == 204
    )


def test_the_download_is_three_files_or_json(console, provisioned):
    zipped = console.http.get(f"{logs(provisioned)}/download.zip?identity=ann")
    plain = console.http.get(f"{logs(provisioned)}/download.json?identity=ann")

    assert zipped.headers["Content-Type"] == "application/zip"
    assert "attachment" in zipped.headers["Content-Disposition"]
    with zipfile.ZipFile(io.BytesIO(zipped.content)) as archive:
        assert len(archive.namelist()) == 3
    (record,) = json.loads(plain.content)
    assert record["sourceIdentity"]["displayName"] == "Ann"


def test_nobody_sees_the_logs_of_another_company(app, server, stranger, provisioned):
    ann = entry_of(provisioned, "Ann")
    stranger.sign_in(builders.found_company(app))

    for path in ("", f"/{ann.id}", "/newer", "/download.zip"):
        assert stranger.http.get(logs(provisioned) + path).status_code == 404


def test_an_entry_belongs_to_its_app_only(console, world, provisioned, token):
    ann = entry_of(provisioned, "Ann")
    pane = console.get("/entra/apps/gallery/envoy")
    other = console.submit(pane, "form:has([name=name])", name="Another").path

    console.get(f"{other}/logs/{ann.id}", status=404)
