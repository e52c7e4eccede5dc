"""The first run: a demo company with one global admin and three offices, and its Entra
tenant with 46 people in it.

Its employee directory starts empty, because filling it is what the tutorial is about.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from envoy_console.directory import accounts, companies, passwords
from envoy_console.directory.actors import Actor
from envoy_console.models import Company
from envoy_console.scenarios import stages
from envoy_console.scenarios.stages import Site

COMPANY = "Contoso"
ADMIN = ("dana.reyes@contoso.example", "Dana Reyes")


@dataclass(frozen=True, slots=True)
class DemoSignIn:
    """What `make run` prints once; the password is stored nowhere in the clear."""

    email: str
    password: str


def plant(tx: Connection) -> DemoSignIn | None:
    """Found the demo company on a server that has none; None when it has."""
    if tx.execute(sa.select(Company.id).limit(1)).first() is not None:
        return None
    email, name = ADMIN
    password = passwords.generate()
    created = companies.create(
        tx,
        name=COMPANY,
        email=email,
        admin_name=name,
        password=password,
        always_reveals=True,
    )
    stages.settle(tx, Site(Actor.command_line(created.company_id), COMPANY))
    accounts.appoint(tx, email)
    return DemoSignIn(email, password)
