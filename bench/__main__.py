"""`python -m bench`: measure, print the tables, and write them down if asked to."""

from __future__ import annotations

from pathlib import Path

import click

from bench import contest, ours, report
from bench.measuring import Effort


@click.command()
@click.option("--sizes", default="1000", help="Users in the directory: '1000 100000'.")
@click.option("--groups", default="10 100 10000 100000", help="Members of the groups.")
@click.option("--turns", default=6, help="Turns of each measurement.")
@click.option("--seconds", default=0.2, help="How long a turn takes.")
@click.option("--only", default="", help="Measure the servers whose name holds this.")
@click.option("--write", "target", type=Path, help="The page that gets the tables.")
def main(
    sizes: str, groups: str, turns: int, seconds: float, only: str, target: Path | None
) -> None:
    """Measure Envoy Console beside its peers and a bare Flask route."""
    users = sorted(int(size) for size in sizes.split())
    members = [int(size) for size in groups.split()]
    with ours.hello() as hello:
        chosen = contest.contestants(users, members, only)
        runs = list(contest.held(chosen, hello, Effort(turns, seconds)))
    text = report.page(runs)
    click.echo(text)
    if target:
        report.write_into(target, text)


if __name__ == "__main__":
    main()
