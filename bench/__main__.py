"""`python -m bench`: measure, print tables, and write them down if asked to."""

from __future__ import annotations

import click

from bench import measuring, operations, ours


@click.command()
def main() -> None:
    with (
        ours.hello() as hello,
        ours.serving("SQLite", 1000, [10, 100]) as (server, site),
    ):
        base = measuring.measure(
            hello,
            iter(lambda: b"GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n", b""),
            connections=1,
            seconds=2,
            expected=200,
        )
        click.echo(f"hello {base}")
        for op in operations.of(site):
            m = measuring.measure(
                server, op.stream(site), connections=1, seconds=1.5, expected=op.status
            )
            click.echo(
                f"{op.name:34}{m.cpu_us:8.0f} {m.cpu_us / base.cpu_us:5.2f} {m.p50_ms:7.2f} {m.p99_ms:7.2f} {m.requests} {m.refused}"
            )


main()
