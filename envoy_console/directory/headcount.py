"""How many there are: what every page of the console shows in its menu."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from envoy_console.directory import totals
from envoy_console.models import Employee, Group, SingleSignOn
from envoy_console.models.base import table

employees = table(Employee)
groups = table(Group)
single_sign_on = table(SingleSignOn)


def of(tx: Connection, company_id: str) -> dict[str, int]:
    """Return how many employees, active employees and groups the company has, and
    whether SAML is installed: all that the menu shows, in two queries.
    """
    everybody = totals.of(tx, employees, company_id)
    inactive = sa.select(sa.func.count()).where(
        employees.c.company_id == company_id, ~employees.c.active
    )
    group_count = sa.select(sa.func.count()).where(groups.c.company_id == company_id)
    has_saml = sa.exists().where(single_sign_on.c.company_id == company_id)
    others = tx.execute(
        sa.select(
            inactive.scalar_subquery().label("inactive"),
            group_count.scalar_subquery().label("groups"),
            has_saml.label("saml"),
        )
    ).one()
    return {
        "employees": everybody,
        # what happens between the two queries is seen on the next page
        "active": max(everybody - others.inactive, 0),
        "groups": others.groups,
        "saml": int(others.saml),
    }
