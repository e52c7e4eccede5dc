"""`python -m tests.fuzzing`: fuzz what reads the text of strangers, tell what was found.

Exits with 1 when there was anything, or when a planted fault was not found.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import click

from bench import report
from tests.fuzzing.mutants import MUTANTS
from tests.fuzzing.targets import TARGETS

ROOT = Path(__file__).parents[2]
MARKS = "<!-- found by make fuzz -->", "<!-- end of what make fuzz found -->"
EXECUTED = re.compile(r"number_of_executed_units: *(\d+)")
LATE = 120  # seconds that a run may take longer than it was told to

NOT_HERE = (
    "atheris is not installed. It has wheels for Linux on CPython 3.11 to 3.13 only: make "
    "the virtual environment with one of those (PYTHON=python3.11 make fuzz, after make "
    "clean), or run this in a container that has it. The seeds alone are tried without "
    "it by make test."
)


@dataclass(frozen=True)
class Run:
    """What became of fuzzing a target; `faults` are sentences, `mutant` what was planted."""

    target: str
    mutant: str
    inputs: int
    seconds: float
    faults: list[str]

    @property
    def is_as_it_should_be(self) -> bool:
        """Nothing is found in the product, and something in a mutant."""
        return bool(self.faults) == bool(self.mutant)

    def cells(self) -> list[str]:
        """Return the cells of a row."""
        planted = f" (planted: {MUTANTS[self.mutant].what})" if self.mutant else ""
        inputs = f"{self.inputs:,}" if self.inputs else "–"
        row = [f"{self.target}{planted}", inputs, f"{self.seconds:.0f}"]
        if self.mutant:
            return [*row, "found out" if self.faults else "NOT FOUND OUT"]
        return [*row, "; ".join(self.faults) or report.mark(True)]


@click.command()
@click.argument("names", nargs=-1, type=click.Choice([*TARGETS]), metavar="[TARGET]…")
@click.option("--seconds", default=60, help="How long each target is fuzzed.")
@click.option("--mutant/--no-mutant", default=None, help="Only mutants, or none.")
@click.option("--jobs", default=1, help="How many targets at once.")
@click.option("--write", "page", type=Path, help="The page that gets the table.")
def main(
    names: tuple[str, ...],
    seconds: int,
    mutant: bool | None,
    jobs: int,
    page: Path | None,
) -> None:
    """Fuzz the targets: json, filter, path, patch, …"""
    if importlib.util.find_spec("atheris") is None:
        raise click.ClickException(NOT_HERE)
    with ThreadPoolExecutor(jobs) as pool:
        runs = [
            pool.submit(_fuzz, name, seconds, planted)
            for name, planted in _wanted(names or (*TARGETS,), mutant)
        ]
        done = [run.result() for run in runs]
    head = ["target", "inputs", "seconds", "found"]
    rows = report.table(head, [run.cells() for run in done])
    text = f"{report.circumstances()}\n\n{rows}"
    click.echo(f"\n{text}")
    if page:
        report.write_into(page, text, MARKS)
    sys.exit(not all(run.is_as_it_should_be for run in done))


def _wanted(names: tuple[str, ...], mutant: bool | None) -> Iterator[tuple[str, str]]:
    for name in names:
        if not mutant:
            yield name, ""
        if mutant is not False:
            yield from ((name, m) for m, each in MUTANTS.items() if each.target == name)


def _fuzz(name: str, seconds: int, mutant: str) -> Run:
    """Fuzz one target in a process of its own."""
    began = time.monotonic()
    try:
        done = subprocess.run(
            [sys.executable, "-m", "tests.fuzzing.guided", name, str(seconds)],
            cwd=ROOT,
            env={**os.environ, "FUZZ_MUTANT": mutant},
            capture_output=True,
            text=True,
            errors="replace",
            timeout=seconds + LATE,
        )
        said, errors, code = done.stdout, done.stderr, done.returncode
    except subprocess.TimeoutExpired as late:
        said, errors, code = _text(late.stdout), _text(late.stderr), "no end"
    faults = []
    for line in said.splitlines():
        fault = json.loads(line)
        faults.append(
            f"{fault['kind']} at {fault['where']}: {fault['said']}".strip(": ")
        )
        if not mutant:
            click.echo(f"{name}: {faults[-1]}\n    {fault['input']}", err=True)
    if code and not faults:
        mutant = ""  # whatever this is, it is not what was planted
        faults.append(f"it ended with {code}")
        click.echo(f"{name}: {faults[-1]}\n{errors[-3000:]}", err=True)
    executed = EXECUTED.search(errors)
    inputs = int(executed[1]) if executed else 0
    run = Run(name, mutant, inputs, time.monotonic() - began, faults)
    click.echo(" · ".join(run.cells()), err=True)
    return run


def _text(output: bytes | str | None) -> str:
    return (
        output.decode(errors="replace") if isinstance(output, bytes) else output or ""
    )


if __name__ == "__main__":
    main()
