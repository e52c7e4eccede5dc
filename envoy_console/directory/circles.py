"""Nobody may come to report to themselves, over however many managers.

An identity provider may send such a circle, and it is kept as it is sent; what people
enter by hand, or import, is refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from envoy_console.directory.batches import batches
from envoy_console.models import Employee
from envoy_console.models.base import table

employees = table(Employee)

REFUSED = "With this manager they would report to themselves in the end."

HIGHEST = 50  # levels that are looked at above somebody


def closed(tx: Connection, company_id: str, given: Mapping[str, str]) -> set[str]:
    """Return who would report to themselves if they were `given` these managers.

    Keys and values are ids; the value of somebody who loses their manager is empty.
    """
    above = _with_everybody_above(tx, company_id, given)
    return {one for one in given if one in _chain(above, one)}


def _with_everybody_above(
    tx: Connection, company_id: str, given: Mapping[str, str]
) -> dict[str, str]:
    above = dict(given)
    for _level in range(HIGHEST):
        unknown = sorted({each for each in above.values() if each} - above.keys())
        if not unknown:
            break
        for some in batches(unknown):
            above |= dict.fromkeys(some, "") | _managers(tx, company_id, some)
    return above


def _managers(tx: Connection, company_id: str, ids: Sequence[str]) -> dict[str, str]:
    query = sa.select(employees.c.id, employees.c.manager_id).where(
        employees.c.company_id == company_id, employees.c.id.in_(ids)
    )
    return {row.id: row.manager_id or "" for row in tx.execute(query)}


def _chain(above: Mapping[str, str], one: str) -> set[str]:
    """Return those above somebody, as far as they are known or meet again."""
    met: set[str] = set()
    while (one := above.get(one, "")) and one not in met:
        met.add(one)
    return met
