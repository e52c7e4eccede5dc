"""What becomes of each line of a file of employees, and by which sign it is still so."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import orjson

from envoy_console.directory.history import Change
from envoy_console.directory.people import EmployeeRecord
from envoy_console.directory.people_file import Row


class Kind(StrEnum):
    """What becomes of a line."""

    ADD = "add"
    UPDATE = "update"
    SAME = "same"
    SYNCED = "synced"
    DUPLICATE = "duplicate"
    WRONG = "wrong"


DONE = (Kind.ADD, Kind.UPDATE)


@dataclass(slots=True)
class Line:
    """What becomes of a row of the file, and why; `changes` show it field by field."""

    row: Row
    employee_id: str
    old: EmployeeRecord | None = None
    kind: Kind = Kind.ADD
    why: str = ""
    location_id: str = ""
    manager_id: str = ""
    changes: list[Change] = field(default_factory=list)

    @property
    def is_due(self) -> bool:
        return self.kind in DONE

    @property
    def values(self) -> dict[str, str]:
        """The values to write, with the manager by id; who is here keeps the address."""
        values = {k: v for k, v in self.row.values.items() if k != "location"}
        if self.old is not None:
            del values["email"]
        return values | ({"manager": self.manager_id} if "manager" in values else {})

    def put_aside(self, kind: Kind, why: str) -> None:
        self.kind, self.why = kind, why


@dataclass(frozen=True, slots=True)
class Plan:
    """What would become of each line, and the headings that say nothing."""

    lines: Sequence[Line]
    unknown: Sequence[str]

    def of(self, kind: Kind | None) -> Sequence[Line]:
        """Return the lines of one kind, or all of them."""
        return [line for line in self.lines if kind in (None, line.kind)]

    @property
    def counts(self) -> Counter[Kind]:
        return Counter(line.kind for line in self.lines)

    @property
    def due(self) -> int:
        return sum(line.is_due for line in self.lines)

    @property
    def fingerprint(self) -> str:
        """Return what stays the same for as long as an import would do the same."""
        told = [
            (
                line.row.line,
                line.kind,
                line.old and (line.old.id, line.old.version),
                line.location_id,
                line.changes,
            )
            for line in self.lines
        ]
        return hashlib.sha256(orjson.dumps(told)).hexdigest()
