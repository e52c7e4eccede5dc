"""The download of provisioning logs: three CSV files that join, and Graph's JSON."""

import csv
import io
import json
import zipfile

import pytest

from envoy_console.entra import log_export, provisioning_log, tenants
from envoy_console.entra.provisioning_log import Filters, LogEntry, Modified, Step
from envoy_console.models.base import new_id

STEP = Step("EntryImportAdd", "import", "success", "Received", {"department": "=1+1"})


@pytest.fixture
def log(world, envoy):
    """log(label="Ann") -> the Change ID of an entry of the app."""

    def keep(**changes):
        values = {
            "kind": "User",
            "source_id": new_id(),
            "label": "ann@contoso.example",
            "display_name": "Ann",
            "target_id": None,
            "action": "create",
            "status": "success",
            "error_code": None,
            "reason": None,
            "recommendation": None,
            "steps": [STEP],
            "modified": [Modified("title", "", "Clerk")],
            "request_ids": [],
            "duration_ms": 12,
            "cycle_id": None,
            "change_id": new_id(),
            **changes,
        }
        app = envoy.row
        return world.do(lambda tx: provisioning_log.keep(tx, app, LogEntry(**values)))

    return keep


@pytest.fixture
def export(world, envoy):
    """export(log_export.as_zip) -> the bytes of a download."""

    def write(form, filters=None):
        app = envoy.row

        def work(tx):
            rows = provisioning_log.every(tx, app, filters or Filters())
            with form(rows, app, tenants.find(tx, app.company_id)) as file:
                return file.read()

        return world.ask(work)

    return write


def tables(zipped):
    """The three files by name, as rows by column."""
    with zipfile.ZipFile(io.BytesIO(zipped)) as archive:
        return {
            name: list(
                csv.DictReader(io.StringIO(archive.read(name).decode("utf-8-sig")))
            )
            for name in archive.namelist()
        }


def test_the_three_files_are_joined_by_change_id(log, export):
    ann, bob = log(), log(display_name="Bob")

    found = tables(export(log_export.as_zip))

    assert list(found) == [
        "ProvisioningLogs.csv",
        "ProvisioningLogs_ProvisioningSteps.csv",
        "ProvisioningLogs_ModifiedProperties.csv",
    ]
    for rows in found.values():
        assert {row["changeId"] for row in rows} == {ann, bob}
    (title, _) = found["ProvisioningLogs_ModifiedProperties.csv"]
    assert (title["displayName"], title["oldValue"], title["newValue"]) == (
        "title",
        "",
        "Clerk",
    )


@pytest.mark.parametrize(
    "name", ["=HYPERLINK(1)", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\uff1d1"]
)
def test_no_cell_of_a_csv_is_a_formula(log, export, name):
    log(display_name=name, modified=[Modified("title", name, name)])

    found = tables(export(log_export.as_zip))

    (entry,) = found["ProvisioningLogs.csv"]
    (change,) = found["ProvisioningLogs_ModifiedProperties.csv"]
    assert entry["sourceIdentityDisplayName"] == f"'{name}"
    assert (change["oldValue"], change["newValue"]) == (f"'{name}", f"'{name}")


def test_json_has_the_shape_of_graph(log, export):
    failed = {"status": "failure", "error_code": "Conflict", "reason": "Taken"}
    change_id = log(**failed)

    (record,) = json.loads(export(log_export.as_json))

    assert record["id"] == record["changeId"] == change_id
    assert record["provisioningAction"] == "create"
    assert record["provisioningStatusInfo"]["status"] == "failure"
    error = record["provisioningStatusInfo"]["errorInformation"]
    assert (error["errorCode"], error["reason"]) == ("Conflict", "Taken")
    assert record["modifiedProperties"] == [
        {"displayName": "title", "oldValue": "", "newValue": "Clerk"}
    ]
    assert record["provisioningSteps"][0]["provisioningStepType"] == "import"
    assert record["sourceIdentity"]["displayName"] == "Ann"
    assert record["targetSystem"]["displayName"] == "Envoy"


def test_no_entries_are_an_empty_array(export):
    assert json.loads(export(log_export.as_json)) == []


def test_a_download_holds_more_entries_than_are_read_at_once(log, export, monkeypatch):
    monkeypatch.setattr(provisioning_log, "EXPORTED_AT_ONCE", 3)
    ids = [log() for _ in range(8)]

    records = json.loads(export(log_export.as_json))

    assert [record["id"] for record in records] == ids[::-1]


def test_a_download_honours_the_filters(log, export):
    log()
    failed = log(status="failure")

    (record,) = json.loads(export(log_export.as_json, Filters(status="failure")))

    assert record["id"] == failed
