"""Who is measured, one after the other, each beside hello."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

import click

from bench import machine, measuring, operations, ours, peers
from bench.client import ClosedError
from bench.measuring import Effort, Result, WrongAnswerError
from bench.operations import Site
from bench.report import Run
from bench.servers import Server, UnavailableError

CONNECTIONS = (1, 8)


@dataclass(frozen=True, slots=True)
class Contestant:
    """A server with a directory of some size, not started yet."""

    name: str
    size: int
    is_ours: bool
    serving: AbstractContextManager[tuple[Server, Site]]


def contestants(
    sizes: Sequence[int], group_sizes: list[int], only: str
) -> Iterator[Contestant]:
    """Yield ours with every size of directory, and the peers with the smallest."""
    for size in sizes:
        for name, on_database in ours.CONTESTANTS.items():
            if only in name:
                yield Contestant(name, size, True, on_database(size, group_sizes))
    for peer in peers.ALL:
        if only in peer.name:
            serving = peers.serving(peer, sizes[0], group_sizes)
            yield Contestant(peer.name, sizes[0], False, serving)


def held(
    contestants: Iterable[Contestant], hello: Server, effort: Effort
) -> Iterator[Run]:
    """Measure each; say loudly who could not be."""
    for contestant in contestants:
        click.echo(f"{contestant.name}, {contestant.size:,} users …", err=True)
        try:
            with contestant.serving as (server, site):
                results = list(_results(server, site, hello, effort))
                heaviest = machine.largest_mib(*server.pids)
        except UnavailableError as error:
            click.secho(f"  SKIPPED: {error}", fg="red", err=True)
            continue
        yield Run(
            contestant.name,
            contestant.size,
            contestant.is_ours,
            results,
            heaviest,
            site.loaded_in,
        )


def _results(
    server: Server, site: Site, hello: Server, effort: Effort
) -> Iterator[Result]:
    for operation in operations.of(site):
        for connections in CONNECTIONS:
            try:
                found = measuring.measure(
                    server, site, hello, operation, connections, effort
                )
            except (WrongAnswerError, ClosedError, OSError) as error:
                text = f"  FAILED: {operation.name}: {error!r}"
                click.secho(text, fg="red", err=True)
                continue
            click.echo(f"  {found}", err=True)
            yield found
