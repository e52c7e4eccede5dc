"""Bulk create: users from a CSV file, all of them or none.

The headings are attribute names. Entra's own template is understood too: its first line
tells a version, and its headings hold the name in brackets, “Name [displayName] Required”.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.engine import Connection

from envoy_console import spreadsheets
from envoy_console.entra import attributes, audit, tenants, user_values, users
from envoy_console.entra.errors import EntraError
from envoy_console.entra.user_values import UserError
from envoy_console.models.base import new_id
from envoy_console.spreadsheets import UnreadableError

REQUIRED = ("displayName", "userPrincipalName")
TEMPLATE = (
    *("displayName", "userPrincipalName", "givenName", "surname", "mail", "jobTitle"),
    *("department", "employeeId", "manager", "physicalDeliveryOfficeName", "city"),
    *("country", "telephoneNumber", "mobile", "preferredLanguage", "accountEnabled"),
)
MOST_COMPLAINTS = 50
VERSION = "version:v1.0"
BRACKETED = re.compile(r"\[(\w+)\]")
# columns of Entra's template that mean nothing here
IGNORED = ("passwordProfile",)
# Entra's heading asks “Block sign in (Yes/No)”, the other way round
BLOCKING = {"yes": False, "no": True, "": True}


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is wrong, and where; `column` is empty when it is the line as a whole."""

    line: int
    column: str
    message: str


class CsvError(EntraError):
    """A file that cannot be imported."""

    def __init__(self, complaints: list[Complaint]) -> None:
        super().__init__("Nothing was imported. Mend the file and upload it again.")
        self.complaints = complaints[:MOST_COMPLAINTS]
        self.total = len(complaints)


@dataclass(frozen=True, slots=True)
class Row:
    """One user of the file."""

    line: int
    values: Mapping[str, Any]


def template() -> str:
    """Return a file to fill in: the headings alone."""
    return ",".join(TEMPLATE) + "\r\n"


def load(tx: Connection, company_id: str, data: bytes, *, actor: str) -> int:
    """Add the users of a file and return how many; raises CsvError."""
    # waits for whoever is changing the tenant, so that free names stay free
    tenants.next_change(tx, company_id)
    rows, complaints = read(data)
    complaints += _taken(tx, company_id, rows)
    ids = {row.values["userPrincipalName"].casefold(): new_id() for row in rows}
    complaints += _set_managers(tx, company_id, rows, ids)
    if complaints:
        raise CsvError(sorted(complaints, key=lambda complaint: complaint.line))
    users.add_many(
        tx, company_id, dict(zip(ids.values(), (r.values for r in rows), strict=True))
    )
    _write_down(tx, company_id, len(rows), actor)
    return len(rows)


def read(data: bytes) -> tuple[list[Row], list[Complaint]]:
    """Return the users of a file that may be, each name once, and what is wrong with the
    others; raises CsvError when it is no table of users.
    """
    return _checked(_rows(data))


def _rows(data: bytes) -> Iterator[Row]:
    """Yield the rows of a file; raises CsvError when it is no table of users."""
    names: list[str] = []
    for line, cells in _lines(data):
        if names:
            yield Row(line, _named(line, names, cells))
        elif cells[0].strip().lower() != VERSION:
            names = _names(line, cells)
    if not names:
        raise _error(1, "", "The file is empty. Its first line names attributes.")


def _lines(data: bytes) -> Iterator[tuple[int, list[str]]]:
    """Yield the lines that say something, with their numbers."""
    try:
        yield from spreadsheets.lines(data, skipping=VERSION)
    except UnreadableError as error:
        raise _error(error.line, "", str(error)) from error


def _names(line: int, cells: list[str]) -> list[str]:
    """Return the attribute of each column."""
    names = [_name(cell) for cell in cells]
    while names and not names[-1]:
        names.pop()
    complaints = [
        Complaint(line, name, f"{name} is not given. Add the column.")
        for name in REQUIRED
        if name not in names
    ]
    for number, name in enumerate(names, 1):
        described = attributes.USER.get(name)
        if name in names[: number - 1]:
            complaints.append(Complaint(line, name, "This column is there twice."))
        elif name not in IGNORED and not (described and described.is_editable):
            said = name[:60] or f"Column {number}"
            complaints.append(Complaint(line, said, "There is no such attribute."))
    if complaints:
        raise CsvError(complaints)
    blocks = {
        number for number, cell in enumerate(cells) if cell.lower().startswith("block")
    }
    return [f"!{name}" if n in blocks else name for n, name in enumerate(names)]


def _name(cell: str) -> str:
    found = BRACKETED.search(cell)
    return found[1] if found else cell.strip()


def _named(line: int, names: list[str], cells: list[str]) -> dict[str, Any]:
    """Return the values of a line by attribute; what is empty has none."""
    if any(cell.strip() for cell in cells[len(names) :]):
        raise _error(line, "", f"There are more values than the {len(names)} columns.")
    values: dict[str, Any] = {}
    for name, cell in zip(names, cells, strict=False):
        if name == "!accountEnabled":
            values["accountEnabled"] = BLOCKING.get(cell.strip().lower(), cell)
        elif cell.strip() and name not in IGNORED:
            values[name] = cell
    return values


def _checked(rows: Iterator[Row]) -> tuple[list[Row], list[Complaint]]:
    """Return the rows that may be, each name once, and what is wrong with the others."""
    found: list[Row] = []
    complaints: list[Complaint] = []
    lines: dict[str, int] = {}
    for row in rows:
        try:
            values = user_values.of_newcomer(row.values)
        except UserError as error:
            complaints.append(Complaint(row.line, error.attribute, str(error)))
            continue
        upn = values["userPrincipalName"]
        first = lines.setdefault(upn.casefold(), row.line)
        if first != row.line:
            said = f"{upn} is on line {first} already."
            complaints.append(Complaint(row.line, "userPrincipalName", said))
            continue
        found.append(Row(row.line, values))
    if not found and not complaints:
        raise _error(2, "", "There are no users below the headings.")
    return found, complaints


def _taken(tx: Connection, company_id: str, rows: list[Row]) -> list[Complaint]:
    upns = [row.values["userPrincipalName"] for row in rows]
    taken = users.named(tx, company_id, upns)
    return [
        Complaint(
            row.line,
            "userPrincipalName",
            f"{upn} exists already, perhaps among the deleted users.",
        )
        for row, upn in zip(rows, upns, strict=True)
        if upn.casefold() in taken
    ]


def _set_managers(
    tx: Connection, company_id: str, rows: list[Row], ids: Mapping[str, str]
) -> list[Complaint]:
    """Put objectIds where managers are named by UPN, and complain of strangers."""
    wanted = {row.values["manager"] for row in rows if row.values.get("manager")}
    known = {**users.named(tx, company_id, wanted), **ids}
    complaints = []
    for number, row in enumerate(rows):
        upn = row.values.get("manager")
        if not upn:
            continue
        own = row.values["userPrincipalName"].casefold()
        if upn.casefold() == own:
            said = "Nobody can be their own manager."
            complaints.append(Complaint(row.line, "manager", said))
        elif manager := known.get(upn.casefold()):
            rows[number] = Row(row.line, {**row.values, "manager": manager})
        else:
            said = f"There is no user {upn[:100]}, here or in the file."
            complaints.append(Complaint(row.line, "manager", said))
    return complaints


def _error(line: int, column: str, message: str) -> CsvError:
    return CsvError([Complaint(line, column, message)])


def _write_down(tx: Connection, company_id: str, number: int, actor: str) -> None:
    audit.write_down(
        tx,
        company_id,
        actor=actor,
        category=audit.USERS,
        activity="Bulk create users",
        target=f"{number:,} users",
    )
