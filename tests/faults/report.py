"""What a check found out, as a row of a table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from bench import report
from tests.faults.judging import Verdict

MARKS = "<!-- found by make faults -->", "<!-- end of what was found -->"


@dataclass
class Finding:
    """A fault, what happened under it, and which promises did not hold."""

    fault: str
    database: str
    figures: str
    broken: list[str] = field(default_factory=list)
    mutant: str = ""

    @property
    def is_as_it_should_be(self) -> bool:
        """The product keeps its promises; a mutant is seen to break one."""
        return bool(self.broken) == bool(self.mutant)


@dataclass(frozen=True)
class NotMeasured:
    """A check that this machine cannot run, and why."""

    fault: str
    database: str
    why: str
    is_as_it_should_be: bool = True


Row = Finding | NotMeasured


def figures(verdict: Verdict) -> str:
    """Return the counts that every run under load ends with."""
    return (
        f"{verdict.acknowledged:,} acknowledged, {verdict.lost} lost, "
        f"{verdict.half} half; {verdict.stored} of {verdict.unanswered} unanswered "
        "stored whole"
    )


def broken(verdict: Verdict) -> list[str]:
    """Return the promises about data that did not hold."""
    said = list(verdict.complaints[:3])
    if verdict.denied:
        said.append(f"{verdict.denied} writes stored though 503 denied it")
    if not verdict.acknowledged:
        said.append("nothing was acknowledged at all")
    return said


def page(rows: Iterable[Row]) -> str:
    """Return the table of everything that was found."""
    head = ["fault", "database", "what happened", ""]
    return f"{report.circumstances()}\n\n{report.table(head, map(cells, rows))}"


def cells(row: Row) -> list[str]:
    """Return the cells of a row: fault, database, figures, and whether all is well."""
    if isinstance(row, NotMeasured):
        return [row.fault, row.database, f"not measured: {row.why}", "–"]
    if row.mutant:
        seen = "found out" if row.broken else "NOT FOUND OUT"
        fault = f"{row.fault} (planted: {row.mutant})"
        return [fault, row.database, row.figures, seen]
    return [row.fault, row.database, row.figures, report.mark(not row.broken)]
