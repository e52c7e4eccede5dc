"""An app's configuration as its job needs it: read once, then used for many objects."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from envoy_console import config
from envoy_console.entra import (
    connection_test,
    jobs,
    links,
    mappings,
    provisioning_settings,
    targets,
    tenants,
)
from envoy_console.entra.client import ScimClient
from envoy_console.entra.engine import Engine
from envoy_console.entra.mappings import ObjectMapping
from envoy_console.entra.payloads import Dialect
from envoy_console.entra.provisioning_settings import KeyChangedError
from envoy_console.entra.urls import RefusedError
from envoy_console.models import transactions


@dataclass(frozen=True, slots=True)
class Setup:
    """One app with its tenant's clock and its mappings."""

    app: Any
    speed: int
    pace: int
    mappings: Mapping[str, ObjectMapping]
    is_running: bool

    @property
    def manager_path(self) -> str | None:
        return mappings.reference(self.mappings["User"], "manager")

    @property
    def members_path(self) -> str | None:
        return mappings.reference(self.mappings["Group"], "members")

    @contextmanager
    def connected(
        self,
        heartbeat: Callable[[], None] = lambda: None,
        *,
        dialect: Dialect | None = None,
    ) -> Iterator[Engine]:
        """Lend an engine that is connected to the target; forced to `dialect` if given.

        Raises RefusedError when the Tenant URL leads where this server may not go, and
        when there is no Secret Token that can be read.
        """
        try:
            credentials = provisioning_settings.saved(self.app)
        except KeyChangedError as error:
            raise RefusedError(str(error)) from error
        if credentials is None:
            raise RefusedError("There is no Secret Token. Enter and save one.")
        target = targets.judge(credentials.tenant_url, config.current())
        asked = Dialect.COMPLIANT if target.is_compliant else Dialect.LEGACY
        with ScimClient(target, credentials.token, heartbeat=heartbeat) as client:
            yield Engine(
                client=client,
                target_name=self.app.name,
                dialect=dialect or asked,
                mappings=self.mappings,
                scope=self.app.scope,
                is_soft=self.app.deprovision != "hard",
                skips_out_of_scope=self.app.deprovision == "skip",
                owner_of=self._owner_of,
                defers_deletions=self.app.prevents_deletion,
            )

    def _owner_of(self, target_id: str, source_id: str) -> str | None:
        with transactions.read() as tx:
            return links.owner_of(tx, self.app.id, target_id, source_id)

    @property
    def probed(self) -> dict[str, Any]:
        """What probes look for: the first matching attribute of each kind."""
        users, groups = self.mappings["User"], self.mappings["Group"]
        return {
            "user_attribute": mappings.matching(users)[0].target,
            "group_attribute": (
                mappings.matching(groups)[0].target if groups.enabled else None
            ),
        }

    def probe(self, engine: Engine) -> None:
        """Ask the target for people whom nobody knows, as every activity begins."""
        connection_test.probe(engine.client, **self.probed, times=3)
        engine.client.take_request_ids()


def read(tx: Connection, app_id: str) -> Setup:
    """Return the setup of an app."""
    app = tx.execute(sa.select(jobs.apps).where(jobs.apps.c.id == app_id)).one()
    tenant = tenants.required(tx, app.company_id)
    return Setup(
        app=app,
        speed=tenant.clock_speed,
        pace=tenant.pace,
        mappings={
            "User": mappings.from_json(app.user_mapping),
            "Group": mappings.from_json(app.group_mapping),
        },
        is_running=jobs.is_running(tx, app_id),
    )
