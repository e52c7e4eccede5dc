"""`flask --app app entra …`: the command line of a simulated tenant and its provisioning.

It speaks to whatever SCIM server the app's Tenant URL names, needs no worker, and
prints what it did as a table or as JSON.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import click
import sqlalchemy as sa
from flask import Flask
from flask.cli import AppGroup
from rich.console import Console
from rich.table import Table

from envoy_console.commands import as_json, in_plain_words, print_json, progress
from envoy_console.directory import companies
from envoy_console.entra import (
    cycle,
    jobs,
    on_demand,
    on_demand_runs,
    populate,
    provisioning_log,
    tenants,
    users,
)
from envoy_console.entra.errors import EntraError
from envoy_console.models.transactions import read, write

entra = AppGroup("entra", help="The simulated Entra tenant and its provisioning.")

of_company = click.option(
    "--company", "company_name", default="Contoso", show_default=True
)
of_app = click.option("--app", "app_name", default="Envoy", show_default=True)

COLOURS = {
    "success": "green",
    "failure": "red",
    "skipped": "dim",
    "warning": "yellow",
}


def add_commands(app: Flask) -> None:
    """Add the commands to `flask`."""
    app.cli.add_command(entra)


@entra.command("cycle")
@of_company
@of_app
@click.option("--restart", is_flag=True, help="Begin with a new initial cycle.")
@as_json
@in_plain_words
def run_cycle(company_name: str, app_name: str, restart: bool, as_json: bool) -> None:
    """Run one cycle now, to its end; fails where an object failed."""
    app = _app(company_name, app_name)
    write(lambda tx: _due(tx, app, restart))
    with read() as tx:
        former = jobs.of(tx, app.id).cycle_id
    _watch(app, former, quiet=as_json)
    with read() as tx:
        status = jobs.status(tx, app.id)
        latest = status.job.cycle_id
        # a target that refuses the probe keeps a cycle from beginning
        done = provisioning_log.of_cycle(tx, app.id, latest) if latest != former else []
    reason = status.job.quarantine_reason
    if done or not reason:
        _print_entries(list(done), as_json)
    if reason:
        raise click.ClickException(
            f"Quarantine ({reason}): {status.job.quarantine_message}"
        )
    sys.exit(1 if any(entry.status == "failure" for entry in done) else 0)


@entra.command("provision")
@click.argument("user")
@of_company
@of_app
@as_json
@in_plain_words
def provision(user: str, company_name: str, app_name: str, as_json: bool) -> None:
    """Provision USER (a user principal name) on demand."""
    app = _app(company_name, app_name)
    run_id = write(lambda tx: _ask(tx, app, user))
    on_demand.run(run_id)
    with read() as tx:
        run = on_demand_runs.one(tx, app, run_id)
        entry = run.log_id and provisioning_log.one(tx, app, run.log_id)
    if run.connection:
        raise click.ClickException(f"{run.connection['message']}")
    _print_entries([entry], as_json)
    sys.exit(1 if entry.status == "failure" else 0)


@entra.command("populate")
@click.argument("number", type=click.IntRange(1, populate.MOST))
@click.option(
    "--groups", "teams", default=0, help="Spread them over so many new groups."
)
@click.option(
    "--seed",
    type=click.IntRange(0),
    default=0,
    help="Another number makes other people.",
)
@of_company
@as_json
@in_plain_words
def populate_tenant(
    number: int, teams: int, seed: int, company_name: str, as_json: bool
) -> None:
    """Add NUMBER make-believe people to the tenant."""
    if not 0 <= teams <= number:
        raise click.BadParameter(
            "ask for no more groups than users", param_hint="groups"
        )

    def add(tx: Any, tell: Callable[[int], None]) -> None:
        company = companies.by_name(tx, company_name)
        tenants.found(tx, company.id, name=company.name)
        populate.add(tx, company.id, number, teams=teams, seed=seed, tell=tell)

    with progress(quiet=as_json) as shown:
        bar = shown.add_task("Adding users", total=number)
        write(lambda tx: add(tx, lambda done: shown.update(bar, completed=done)))
    if as_json:
        print_json({"company": company_name, "users": number, "groups": teams})
        return
    click.echo(
        f"Added {number:,} users and {teams:,} groups to the tenant of {company_name}."
    )


def _due(tx: Any, app: Any, restart: bool) -> None:
    if restart:
        jobs.restart(tx, app.id)
    jobs.run_now(tx, app.id)


def _app(company_name: str, app_name: str) -> Any:
    with read() as tx:
        company = companies.by_name(tx, company_name)
        query = sa.select(jobs.apps).where(
            jobs.apps.c.company_id == company.id,
            sa.func.lower(jobs.apps.c.name) == app_name.lower(),
        )
        app = tx.execute(query).first()
    if app is None:
        raise click.ClickException(
            f"{company_name} has no enterprise application named {app_name}. Create it "
            "in the Entra console, or name another with --app."
        )
    if app.secret is None:
        raise click.ClickException(
            f"{app_name} has no credentials yet. Enter Tenant URL and Secret Token on "
            "its Provisioning page and save."
        )
    return app


def _ask(tx: Any, app: Any, name: str) -> str:
    found = users.by_name(tx, app.company_id, name)
    if found is None:
        raise click.ClickException(f"There is no user {name} in the tenant.")
    try:
        return on_demand_runs.ask(tx, app, "User", found.id, ())
    except EntraError as error:
        raise click.ClickException(str(error)) from error


def _watch(app: Any, former: str | None, *, quiet: bool) -> None:
    with progress(quiet=quiet) as shown:
        bar = shown.add_task("Provisioning", total=None)
        for one in _advancing(app.id, former):
            done = one.done_users + one.done_groups
            planned = one.planned_users + one.planned_groups
            shown.update(bar, completed=done, total=planned)


def _advancing(app_id: str, former: str | None) -> Iterator[Any]:
    while True:
        wanted = cycle.advance(app_id)
        with read() as tx:
            status = jobs.status(tx, app_id)
        if status.cycle and status.cycle.id != former:
            yield status.cycle
        if wanted is None and (status.is_running or status.job.lease):
            time.sleep(0.5)  # a worker has it: watch it work
        elif wanted != 0:
            return


def _print_entries(entries: list[Any], as_json: bool) -> None:
    if as_json:
        print_json([_described(entry) for entry in entries])
        return
    shown = Table("Identity", "Action", "Status", "Reason")
    for entry in entries:
        colour = COLOURS[entry.status]
        shown.add_row(
            entry.label,
            entry.action,
            f"[{colour}]{entry.status}[/]",
            (entry.reason or "") if entry.status != "success" else "",
        )
    Console().print(shown if entries else "Nothing had changed.")


def _described(entry: Any) -> dict[str, Any]:
    return {
        "changeId": entry.id,
        "identity": entry.label,
        "sourceId": entry.source_id,
        "targetId": entry.target_id,
        "action": entry.action,
        "status": entry.status,
        "errorCode": entry.error_code,
        "reason": entry.reason,
        "modifiedProperties": entry.modified,
    }
