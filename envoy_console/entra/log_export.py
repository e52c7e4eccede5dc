"""Provisioning logs to take along: three CSV files in a ZIP, or Graph's JSON (spec §3.6).

Both are written to a temporary file, so that neither memory grows with the number of
entries nor the database waits for a slow reader.
"""

from __future__ import annotations

import csv
import io
import json
import shutil
import tempfile
import zipfile
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from typing import IO, Any

from envoy_console.entra import provisioning_log
from envoy_console.spreadsheets import safe

IN_MEMORY = 1024 * 1024

ENTRY = (
    "changeId",
    "activityDateTime",
    "provisioningAction",
    "status",
    "errorCode",
    "reason",
    "recommendedAction",
    "sourceIdentityId",
    "sourceIdentityDisplayName",
    "sourceIdentityType",
    "sourceSystem",
    "targetIdentityId",
    "targetSystem",
    "durationInMilliseconds",
    "jobId",
    "cycleId",
    "tenantId",
)
STEP = (
    "changeId",
    "step",
    "name",
    "provisioningStepType",
    "status",
    "description",
    "details",
)
MODIFIED = ("changeId", "displayName", "oldValue", "newValue")

# the files of the download, which the Change ID joins, with their columns
FILES = {
    "ProvisioningLogs": ENTRY,
    "ProvisioningLogs_ProvisioningSteps": STEP,
    "ProvisioningLogs_ModifiedProperties": MODIFIED,
}


def as_json(entries: Iterable[Any], app: Any, tenant: Any) -> IO[bytes]:
    """Return the entries as a JSON array of Graph's records."""
    file = _file()
    file.write(b"[")
    for number, row in enumerate(entries):
        record = provisioning_log.as_graph(row, app, tenant)
        text = json.dumps(record, ensure_ascii=False, indent=2)
        file.write((",\n" if number else "\n").encode() + text.encode())
    file.write(b"\n]\n")
    file.seek(0)
    return file


def as_zip(entries: Iterable[Any], app: Any, tenant: Any) -> IO[bytes]:
    """Return the entries as the three CSV files, zipped."""
    with ExitStack() as opened:
        files = {name: opened.enter_context(_file()) for name in FILES}
        _write_tables(files, entries, app, tenant)
        return _zipped(files)


def _file() -> IO[bytes]:
    return tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)


def _write_tables(
    files: Mapping[str, IO[bytes]], entries: Iterable[Any], app: Any, tenant: Any
) -> None:
    # with a byte order mark, without which Excel takes UTF-8 for something else
    texts = [
        io.TextIOWrapper(file, "utf-8-sig", newline="", write_through=True)
        for file in files.values()
    ]
    logs, steps, modified = (csv.writer(text) for text in texts)
    for writer, columns in zip((logs, steps, modified), FILES.values(), strict=True):
        writer.writerow(columns)
    for row in entries:
        record = provisioning_log.as_graph(row, app, tenant)
        logs.writerow(safe(value) for value in _entry(record))
        steps.writerows(map(safe, cells) for cells in _steps(record))
        modified.writerows(map(safe, cells) for cells in _modified(record))
    for text in texts:
        text.detach()


def _entry(record: Mapping[str, Any]) -> tuple[Any, ...]:
    error = record["provisioningStatusInfo"]["errorInformation"] or {}
    return (
        record["changeId"],
        record["activityDateTime"],
        record["provisioningAction"],
        record["provisioningStatusInfo"]["status"],
        error.get("errorCode"),
        error.get("reason"),
        error.get("recommendedAction"),
        record["sourceIdentity"]["id"],
        record["sourceIdentity"]["displayName"],
        record["sourceIdentity"]["identityType"],
        record["sourceSystem"]["displayName"],
        record["targetIdentity"]["id"],
        record["targetSystem"]["displayName"],
        record["durationInMilliseconds"],
        record["jobId"],
        record["cycleId"],
        record["tenantId"],
    )


def _steps(record: Mapping[str, Any]) -> Iterable[tuple[Any, ...]]:
    for number, step in enumerate(record["provisioningSteps"], 1):
        yield (
            record["changeId"],
            number,
            step["name"],
            step["provisioningStepType"],
            step["status"],
            step["description"],
            json.dumps(step["details"], ensure_ascii=False),
        )


def _modified(record: Mapping[str, Any]) -> Iterable[tuple[Any, ...]]:
    for change in record["modifiedProperties"]:
        yield (
            record["changeId"],
            change["displayName"],
            change["oldValue"],
            change["newValue"],
        )


def _zipped(files: Mapping[str, IO[bytes]]) -> IO[bytes]:
    whole = _file()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, file in files.items():
            file.seek(0)
            with archive.open(f"{name}.csv", "w", force_zip64=True) as packed:
                shutil.copyfileobj(file, packed)
    whole.seek(0)
    return whole
