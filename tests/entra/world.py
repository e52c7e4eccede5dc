"""A tenant with people in it, an app that provisions them, and a worker at hand."""

from __future__ import annotations

import time
from typing import Any

import sqlalchemy as sa
from flask import Flask

from envoy_console import config
from envoy_console.entra import (
    applications,
    assignments,
    cycle,
    jobs,
    mappings,
    provisioning_log,
    tenants,
)
from envoy_console.models import EntraApp, EntraGroup, EntraMembership, EntraUser, seals
from envoy_console.models.base import new_id, now, table
from envoy_console.models.transactions import read, write
from tests.builders import Company

users = table(EntraUser)
groups = table(EntraGroup)
memberships = table(EntraMembership)
apps = table(EntraApp)

ACTOR = "dana@contoso.example"


def later_id() -> str:
    """An id that sorts after those before it: within a millisecond they have no order."""
    time.sleep(0.001)
    return new_id()


class World:
    """The tenant of a company, changed the way its administrator would."""

    def __init__(self, app: Flask, company: Company) -> None:
        self.app, self.company = app, company
        self.do(lambda tx: tenants.found(tx, company.id, name=company.name))
        self.do(lambda tx: tenants.set_clock(tx, company.id, speed=60, pace=0))

    def set_speed(self, speed: int) -> None:
        """Let the clock of the tenant run so fast."""
        self.do(lambda tx: tenants.set_clock(tx, self.company.id, speed=speed, pace=0))

    def do(self, work: Any) -> Any:
        with self.app.app_context():
            return write(work)

    def ask(self, work: Any) -> Any:
        with self.app.app_context(), read() as tx:
            return work(tx)

    def user(self, name: str, **attributes: Any) -> str:
        """Add somebody; `name` is the local part of the UPN."""
        upn = f"{name}@contoso.example"
        given = {"displayName": name.title(), "mail": upn, "mailNickname": name}

        def add(tx: Any) -> str:
            user_id = later_id()
            tx.execute(
                users.insert().values(
                    id=user_id,
                    company_id=self.company.id,
                    user_principal_name=upn,
                    upn_key=upn.casefold(),
                    display_name=attributes.get("displayName", name.title()),
                    search_key=upn.casefold(),
                    attributes={**given, **attributes},
                    created_at=now(),
                    change=tenants.next_change(tx, self.company.id),
                )
            )
            return user_id

        return self.do(add)

    def group(self, name: str, *member_ids: str) -> str:
        def add(tx: Any) -> str:
            group_id = later_id()
            tx.execute(
                groups.insert().values(
                    id=group_id,
                    company_id=self.company.id,
                    display_name=name,
                    search_key=name.casefold(),
                    attributes={},
                    created_at=now(),
                    change=tenants.next_change(tx, self.company.id),
                )
            )
            return group_id

        group_id = self.do(add)
        for member_id in member_ids:
            self.join(group_id, member_id)
        return group_id

    def join(self, group_id: str, user_id: str) -> None:
        def add(tx: Any) -> None:
            tx.execute(
                memberships.insert().values(
                    company_id=self.company.id, group_id=group_id, user_id=user_id
                )
            )
            self._touch(tx, groups, group_id)

        self.do(add)

    def leave(self, group_id: str, user_id: str) -> None:
        def remove(tx: Any) -> None:
            tx.execute(
                memberships.delete().where(
                    memberships.c.group_id == group_id, memberships.c.user_id == user_id
                )
            )
            self._touch(tx, groups, group_id)

        self.do(remove)

    def edit(self, user_id: str, **columns: Any) -> None:
        """Change columns of a user, or attributes through `attributes`."""

        def change(tx: Any) -> None:
            given = columns.pop("attributes", {})
            row = tx.execute(sa.select(users).where(users.c.id == user_id)).one()
            values = {**columns, "attributes": {**row.attributes, **given}}
            tx.execute(users.update().where(users.c.id == user_id).values(**values))
            self._touch(tx, users, user_id)

        self.do(change)

    def rename(self, group_id: str, name: str) -> None:
        """Give a group another name."""

        def change(tx: Any) -> None:
            mine = groups.c.id == group_id
            tx.execute(groups.update().where(mine).values(display_name=name))
            self._touch(tx, groups, group_id)

        self.do(change)

    def hard_delete(self, user_id: str) -> None:
        self.do(lambda tx: tx.execute(users.delete().where(users.c.id == user_id)))

    def _touch(self, tx: Any, rows: sa.Table, row_id: str) -> None:
        change = tenants.next_change(tx, self.company.id)
        tx.execute(rows.update().where(rows.c.id == row_id).values(change=change))


class Provisioning:
    """An app of the tenant, and its job, run without a worker."""

    def __init__(
        self, world: World, url: str, token: str, template: str = "envoy"
    ) -> None:
        self.world = world
        company_id = world.company.id
        self.id = world.do(
            lambda tx: applications.create(
                tx, company_id, template, "Envoy", actor=ACTOR
            )
        )
        with world.app.app_context():
            sealed = seals.seal(seals.ENTRA_TOKEN, self.id, token)
        self.configure(tenant_url=url, secret=sealed, saved_at=now(), mode="automatic")

    @property
    def row(self) -> Any:
        return self.world.ask(
            lambda tx: applications.required(tx, self.world.company.id, self.id)
        )

    def configure(self, **columns: Any) -> None:
        self.world.do(
            lambda tx: tx.execute(
                apps.update().where(apps.c.id == self.id).values(**columns)
            )
        )

    def map(self, kind: str, change: Any) -> None:
        """Save the mapping of a kind as `change` makes it."""
        column = {"User": "user_mapping", "Group": "group_mapping"}[kind]
        changed = change(mappings.from_json(getattr(self.row, column)))
        self.configure(**{column: mappings.to_json(changed)})

    def assign(
        self, *, users: tuple[str, ...] = (), groups: tuple[str, ...] = ()
    ) -> None:
        app = self.row
        self.world.do(
            lambda tx: assignments.assign(
                tx, app, user_ids=users, group_ids=groups, role="User", actor=ACTOR
            )
        )

    def unassign(self, member_id: str) -> None:
        app = self.row
        rows = assignments.assignments
        either = sa.or_(rows.c.user_id == member_id, rows.c.group_id == member_id)

        def remove(tx: Any) -> None:
            ids = list(tx.execute(sa.select(rows.c.id).where(either)).scalars())
            assignments.remove(tx, app, ids, actor=ACTOR)

        self.world.do(remove)

    def cycle(self) -> dict[str, tuple[str, str]]:
        """Run a cycle to its end; return what became of whom: {label: (action, status)}."""
        self.world.do(lambda tx: jobs.start(tx, self.id))
        self.go_on()
        return self.outcomes()

    def go_on(self) -> None:
        with self.world.app.app_context():
            while cycle.advance(self.id) == 0:
                pass

    def outcomes(self) -> dict[str, tuple[str, str]]:
        return {row.label: (row.action, row.status) for row in self.entries()}

    def entries(self) -> list[Any]:
        """Return the log entries of the latest cycle, in order."""
        return self.world.ask(
            lambda tx: provisioning_log.of_cycle(
                tx, self.id, jobs.of(tx, self.id).cycle_id
            )
        )

    @property
    def status(self) -> jobs.Status:
        return self.world.ask(lambda tx: jobs.status(tx, self.id))


def own_url(app: Flask) -> str:
    """The Tenant URL of the server that is being tested."""
    with app.app_context():
        return config.current().scim_url
