"""`python -m tests.faults`: break things, tell what became of the data, plant faults.

Exits with 1 when a promise did not hold, or when a planted fault was not found out.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import click

from bench.report import write_into
from tests.faults import (
    database,
    disk,
    flood,
    hostile,
    kills,
    outage,
    power_cut,
    provisioning,
    races,
    report,
    restarts,
    slow,
    soak,
)
from tests.faults.report import Finding, NotMeasured, Row
from tests.faults.stores import POSTGRESQL, SQLITE, NotHereError


@dataclass(frozen=True)
class Part:
    """A kind of fault: how often it happens to the product, and to a mutant."""

    module: ModuleType
    times: int
    times_planted: int
    databases: tuple[str, ...] = (SQLITE, POSTGRESQL)


PARTS = {
    "kills": Part(kills, 50, 16),
    "database": Part(database, 12, 2),
    "disk": Part(disk, 5, 1),
    "restarts": Part(restarts, 20, 5),
    "power": Part(power_cut, 20, 2, (SQLITE,)),
    "races": Part(races, 40, 10),
    "slow": Part(slow, 1, 1, (SQLITE,)),
    "hostile": Part(hostile, 100_000, 2000),
    "flood": Part(flood, 30, 30),
    "companies": Part(provisioning, 30, 6),
    "soak": Part(soak, 60, 2),
}


@click.command()
@click.argument("names", nargs=-1, type=click.Choice([*PARTS]), metavar="[PART]…")
@click.option(
    "--database", "only", type=click.Choice(["sqlite", "postgresql"]), help="Only this."
)
@click.option("--times", type=int, help="How often the product meets each fault.")
@click.option("--mutant/--no-mutant", default=None, help="Only mutants, or none.")
@click.option("--patience", default=1.0, help="Multiplies the limits on seconds.")
@click.option("--write", "target", type=Path, help="The page that gets the table.")
def main(
    names: tuple[str, ...],
    only: str | None,
    times: int | None,
    mutant: bool | None,
    patience: float,
    target: Path | None,
) -> None:
    """Break the service and its database: kills, database, disk, …, soak."""
    kills.BACK_WITHIN *= patience
    outage.BACK_WITHIN *= patience
    outage.REFUSED_WITHIN *= patience
    rows = []
    for name in names or PARTS:
        part = PARTS[name]
        for kind in part.databases:
            if only not in (None, kind.lower()):
                continue
            for row in _rows(part, kind, times, mutant):
                _tell(row)
                rows.append(row)
    text = report.page(rows)
    click.echo(f"\n{text}")
    if target:
        write_into(target, text, report.MARKS)
    sys.exit(not all(row.is_as_it_should_be for row in rows))


def _rows(
    part: Part, kind: str, times: int | None, mutant: bool | None
) -> Iterator[Row]:
    """Measure the product, then every mutant of this part."""
    if not mutant:
        yield from _measured(part, kind, times or part.times, "")
    if mutant is not False:
        for name in part.module.PLANTED:
            yield from _measured(part, kind, part.times_planted, name)


def _measured(part: Part, kind: str, times: int, mutant: str) -> list[Row]:
    fault = part.module.__name__.rpartition(".")[2].replace("_", " ")
    try:
        return [*part.module.run(kind, times, mutant)]
    except NotHereError as error:
        return [NotMeasured(fault, kind, str(error))]
    except TimeoutError as error:
        planted = part.module.PLANTED.get(mutant, "")
        return [Finding(fault, kind, "it did not heal", [str(error)], planted)]


def _tell(row: Row) -> None:
    """Say at once what was found: the whole run takes a while."""
    click.echo(" · ".join(report.cells(row)), err=True)
    for what in getattr(row, "broken", []):
        click.echo(f"    {what}", err=True)


if __name__ == "__main__":
    main()
