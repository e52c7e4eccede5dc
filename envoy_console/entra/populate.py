"""Make-believe people by the thousand: the same ones for the same seed."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from itertools import count, islice
from typing import Any

from sqlalchemy.engine import Connection

from envoy_console.entra import audit, groups, tenants, user_values, users
from envoy_console.entra.errors import EntraError
from envoy_console.models.base import new_id

NAMES = (
    "Ada Bruno Chloé Daniel Elsa Farid Greta Hugo Ivy Jamal Kira Leo Mina Nils Olga Paul "
    "Quinn Rosa Stefan Tara Uma Vera Wanda Xavier Yara Zeno Åsa Björn Céline Dörte",
    "Abbott Bauer Costa Dietrich Ekström Flores Gupta Hansen Ishikawa Jansen Kowalski "
    "Larsen Moreau Nguyen Ortiz Park Quist Rossi Sørensen Tanaka Urban Vogel Weber Yaşar",
)
GIVEN, SURNAMES = (names.split() for names in NAMES)
JOBS = (
    ("Engineer", "Engineering"),
    ("Analyst", "Finance"),
    ("Account Executive", "Sales"),
    ("Receptionist", "Workplace"),
    ("Technician", "Operations"),
)
CITIES = (
    ("Seattle", "US", "en-US"),
    ("Lisboa", "PT", "pt-PT"),
    ("Toronto", "CA", "en-CA"),
)
MOST = 100_000
REPORTS = 8
BATCH = 1_000


def add(
    tx: Connection,
    company_id: str,
    number: int,
    *,
    teams: int = 0,
    seed: int = 0,
    actor: str = "Populate",
    tell: Callable[[int], None] = lambda done: None,
) -> None:
    """Add `number` users whom nobody is called like, and spread them over new groups;
    `tell` hears now and then how many there are.
    """
    if not 1 <= number <= MOST or not 0 <= teams <= number or seed < 0:
        raise EntraError(f"Ask for 1 to {MOST:,} users, and no more groups than users.")
    # waits for whoever is changing the tenant, so that free names stay free
    tenants.next_change(tx, company_id)
    people = _strangers(tx, company_id, seed)
    ids: list[str] = []
    while batch := list(islice(people, min(BATCH, number - len(ids)))):
        users.add_many(tx, company_id, dict(_managed(batch, ids)))
        tell(len(ids))
    first = groups.count(tx, company_id) + 1
    for team in range(teams):
        _add_team(tx, company_id, f"Team {first + team}", ids[team::teams], actor)
    audit.write_down(
        tx,
        company_id,
        actor=actor,
        category=audit.USERS,
        activity="Bulk create users",
        target=f"{number:,} users",
    )


def _strangers(tx: Connection, company_id: str, seed: int) -> Iterator[dict[str, Any]]:
    """Yield people without end, leaving out whose names are taken."""
    domain = tenants.required(tx, company_id).domain
    for first in count(0, BATCH):
        batch = [_person(domain, seed, first + number) for number in range(BATCH)]
        taken = users.named(
            tx, company_id, [person["userPrincipalName"] for person in batch]
        )
        yield from (
            person
            for person in batch
            if person["userPrincipalName"].casefold() not in taken
        )


def _managed(
    batch: list[dict[str, Any]], ids: list[str]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield people by objectId, eight of them under each manager; `ids` grows."""
    for person in batch:
        manager = ids[(len(ids) - 1) // REPORTS] if ids else ""
        ids.append(new_id())
        yield ids[-1], {**person, "manager": manager}


def _add_team(
    tx: Connection, company_id: str, name: str, user_ids: list[str], actor: str
) -> None:
    group_id = groups.create(tx, company_id, name, actor=actor)
    groups.add_newcomers(tx, company_id, group_id, user_ids)


def _person(domain: str, seed: int, number: int) -> dict[str, Any]:
    identity = seed * MOST + number
    chosen = random.Random(identity)  # noqa: S311  # the same every time
    given, surname = chosen.choice(GIVEN), chosen.choice(SURNAMES)
    title, department = chosen.choice(JOBS)
    city, country, language = chosen.choice(CITIES)
    nickname = f"{user_values.nickname(f'{given} {surname}')}{identity}"
    return {
        "userPrincipalName": f"{nickname}@{domain}",
        "displayName": f"{given} {surname}",
        "givenName": given,
        "surname": surname,
        "mail": f"{nickname}@{domain}",
        "mailNickname": nickname,
        "userType": "Member",
        "jobTitle": title,
        "department": department,
        "employeeId": str(100_000 + identity),
        "employeeType": "Employee",
        "city": city,
        "country": country,
        "usageLocation": country,
        "preferredLanguage": language,
    }
