"""`python -m bench`: measure, print the tables, and write them down if asked to."""

from __future__ import annotations

from pathlib import Path

import click

from bench import contest, cycles, ours, report
from bench.measuring import Effort

PARTS = ("all", "requests", "cycles")


@click.command()
@click.option(
    "--part", type=click.Choice(PARTS), default="all", help="What to measure."
)
@click.option("--sizes", default="1000", help="Users in the directory: '1000 100000'.")
@click.option("--groups", default="10 100 10000 100000", help="Members of the groups.")
@click.option("--turns", default=6, help="Turns of each measurement.")
@click.option("--seconds", default=0.4, help="How long a turn takes.")
@click.option("--tenants", default="1000 10000", help="Users of the cycles' tenants.")
@click.option("--only", default="", help="Measure the servers whose name holds this.")
@click.option("--write", "target", type=Path, help="The page that gets the tables.")
def main(
    part: str,
    sizes: str,
    groups: str,
    turns: int,
    seconds: float,
    tenants: str,
    only: str,
    target: Path | None,
) -> None:
    """Measure Envoy Console beside its peers and a bare Flask route, and its cycles."""
    if part != "cycles":
        effort = Effort(turns, seconds)
        _tell(_requests(_numbers(sizes), _numbers(groups), effort, only), target)
    if part != "requests":
        results = list(cycles.run(_numbers(tenants), only))
        _tell(cycles.page(results), target, cycles.MARKS)


def _requests(sizes: list[int], groups: list[int], effort: Effort, only: str) -> str:
    with ours.hello() as hello:
        chosen = contest.contestants(sorted(sizes), groups, only)
        return report.page(list(contest.held(chosen, hello, effort)))


def _tell(
    text: str, target: Path | None, marks: tuple[str, str] = report.MARKS
) -> None:
    click.echo(text)
    if target:
        report.write_into(target, text, marks)


def _numbers(text: str) -> list[int]:
    return [int(number) for number in text.split()]


if __name__ == "__main__":
    main()
