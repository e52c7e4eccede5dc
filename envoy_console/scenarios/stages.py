"""The stages of a lesson, in their order: what an administrator does, without pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.engine import Connection

from envoy_console import config
from envoy_console.directory import accounts, faults, integrations, locations, tokens
from envoy_console.directory.actors import Actor
from envoy_console.entra import (
    applications,
    assignments,
    commands,
    groups,
    provisioning_settings,
    story,
    tenants,
    users,
)
from envoy_console.entra.provisioning_settings import Credentials

OFFICES = ("Contoso Lisbon", "Contoso Toronto")
APP = "Envoy"
TEAMS = ("Front Desk Team", "Engineering", "Lisbon Office")
PEOPLE = ("helena.marsh", "dana.reyes", "sofia.almeida")

# Four people fail, one short of quarantine: each is tried twice, the fifth gets through.
REFUSALS, RETRY_AFTER = 9, 2


@dataclass(slots=True)
class Site:
    """A company on its way, and what earlier stages leave for later ones."""

    actor: Actor
    name: str
    app: Any = None
    token: str = ""

    @property
    def company_id(self) -> str:
        return self.actor.company_id


Stage = Callable[[Connection, Site], None]


def settle(tx: Connection, site: Site) -> None:
    """The first day: the offices and the Entra tenant of the sample company."""
    for office in OFFICES:
        locations.add(tx, site.actor, office)
    story.plant(tx, site.company_id, name=site.name)


def install(tx: Connection, site: Site) -> None:
    """Step 2: the integration is installed and saved, and has its token."""
    installer = replace(site.actor, account_id=_installer(tx, site.actor))
    integration_id = integrations.install(tx, installer)
    integrations.mark_saved(tx, installer, integration_id, integrations.ALL_USERS)
    site.token = tokens.issue(tx, installer, integration_id)


def add_app(tx: Connection, site: Site) -> None:
    """Step 3: Envoy is there as an enterprise application."""
    app_id = applications.create(
        tx, site.company_id, "envoy", APP, actor=site.actor.label
    )
    site.app = applications.required(tx, site.company_id, app_id)


def assign(tx: Connection, site: Site) -> None:
    """Step 4: three groups and three people are assigned."""
    domain = tenants.required(tx, site.company_id).domain
    people = users.named(tx, site.company_id, [f"{name}@{domain}" for name in PEOPLE])
    teams = groups.page(tx, site.company_id).rows
    assignments.assign(
        tx,
        site.app,
        user_ids=list(people.values()),
        group_ids=[team.id for team in teams if team.display_name in TEAMS],
        role="User",
        actor=site.actor.label,
    )


def offer_credentials(tx: Connection, site: Site) -> None:
    """The first half of step 5: the credentials are to be saved, once accepted, and
    failures are mailed to the outbox.
    """
    mailed = {"notification_email": _mailbox(tx, site), "notifies": True}
    provisioning_settings.save(tx, site.app, mailed, actor=site.actor.label)
    provisioning_settings.begin_test(
        tx,
        site.app,
        Credentials(config.current().scim_url, site.token),
        actor=site.actor.label,
        saves=True,
    )


def refuse_tokens(tx: Connection, site: Site) -> None:
    """The endpoint answers as if the token had been revoked."""
    faults.switch_on(
        tx,
        site.actor,
        kind=faults.Kind.UNAUTHORIZED,
        writes_only=False,
        seconds=1,
        minutes=faults.MINUTES_AT_MOST,
        requests=None,
    )


def slow_down(tx: Connection, site: Site) -> None:
    """The endpoint asks for patience, a few times."""
    faults.switch_on(
        tx,
        site.actor,
        kind=faults.Kind.THROTTLED,
        writes_only=True,
        seconds=RETRY_AFTER,
        minutes=faults.MINUTES_AT_MOST,
        requests=REFUSALS,
    )


def start(tx: Connection, site: Site) -> None:
    """The second half of step 5: provisioning is on, and a cycle is due."""
    commands.start(tx, site.app, actor=site.actor.label)


def _mailbox(tx: Connection, site: Site) -> str:
    return f"it@{tenants.required(tx, site.company_id).domain}"


def _installer(tx: Connection, actor: Actor) -> str:
    """Return the global admin for whom the token acts: the actor, if of this company."""
    chiefs = accounts.global_admins(tx, actor.company_id)
    return actor.account_id if actor.account_id in chiefs else chiefs[0]
