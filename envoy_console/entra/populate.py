"""Make-believe people by the thousand, the same ones for the same number."""

from __future__ import annotations

import random
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from envoy_console.entra import tenants, users
from envoy_console.models.base import new_id, now

GIVEN = (
    *(
        "Ada",
        "Bruno",
        "Chloé",
        "Daniel",
        "Elsa",
        "Farid",
        "Greta",
        "Hugo",
        "Ivy",
        "Jamal",
    ),
    *("Kira", "Leo", "Mina", "Nils", "Olga", "Paul", "Quinn", "Rosa", "Stefan", "Tara"),
)
SURNAMES = (
    *("Abbott", "Bauer", "Costa", "Dietrich", "Ekström", "Flores", "Gupta", "Hansen"),
    *("Ishikawa", "Jansen", "Kowalski", "Larsen", "Moreau", "Nguyen", "Ortiz", "Park"),
)
JOBS = (
    *(
        ("Engineer", "Engineering"),
        ("Analyst", "Finance"),
        ("Account Executive", "Sales"),
    ),
    *(("Receptionist", "Workplace"), ("Technician", "Operations")),
)
BATCH = 1_000


def add(tx: Connection, company_id: str, number: int) -> None:
    """Add `number` users to the tenant, with names that nobody has yet."""
    domain = tenants.required(tx, company_id).domain
    change = tenants.next_change(tx, company_id)
    first = users.count(tx, company_id)
    for begin in range(first, first + number, BATCH):
        end = min(begin + BATCH, first + number)
        rows = [_row(company_id, domain, change, each) for each in range(begin, end)]
        tx.execute(sa.insert(users.users), rows)


def _row(company_id: str, domain: str, change: int, number: int) -> dict[str, Any]:
    chosen = random.Random(number)  # noqa: S311  # the same people every time
    given, surname = chosen.choice(GIVEN), chosen.choice(SURNAMES)
    title, department = chosen.choice(JOBS)
    nickname = f"user{number:06d}"
    upn = f"{nickname}@{domain}"
    values = {
        "userPrincipalName": upn,
        "displayName": f"{given} {surname}",
        "givenName": given,
        "surname": surname,
        "mail": upn,
        "mailNickname": nickname,
        "jobTitle": title,
        "department": department,
        "employeeId": str(100_000 + number),
        "employeeType": "Employee",
        "preferredLanguage": "en-US",
        "usageLocation": "US",
    }
    return {
        **users.columns(values),
        "id": new_id(),
        "company_id": company_id,
        "created_at": now(),
        "change": change,
    }
