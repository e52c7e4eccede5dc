"""The managers whom a file of employees names: who is here already, or comes with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from sqlalchemy.engine import Connection

from envoy_console.directory import addressing, circles
from envoy_console.directory.people_plan import Kind, Line
from envoy_console.scim.folding import fold


def follow(tx: Connection, company_id: str, lines: Sequence[Line]) -> None:
    """Find the managers, here or in the file; who has one that is nobody is wrong."""
    led = _led(lines)
    here = addressing.addressed(tx, company_id, led)
    for key, followers in led.items():
        for line in followers:
            _take_manager(line, key, here.get(key, ()))
    _refuse_circles(tx, company_id, lines)
    led = _led(lines)  # who is wrong by now leads nobody, and follows nobody
    coming = {line.row.key: line for line in lines if line.kind is Kind.ADD}
    nobody = [key for key in led if key not in here and key not in coming]
    while nobody:
        for line in led.pop(nobody.pop(), ()):
            line.put_aside(Kind.WRONG, "No employee has the manager's email address.")
            if coming.pop(line.row.key, None):  # who names them has no manager either
                nobody.append(line.row.key)
    for key in led.keys() - here.keys():
        for line in led[key]:
            line.manager_id = coming[key].employee_id


def _refuse_circles(tx: Connection, company_id: str, lines: Sequence[Line]) -> None:
    """Put aside who would come to report to themselves; an old circle may stay."""
    coming = {r.row.key: r.employee_id for r in lines if r.kind is Kind.ADD}
    given = {}
    for line in lines:
        if line.is_due and "manager" in line.row.values:
            newcomer = coming.get(fold(line.row.values["manager"]), "")
            given[line.employee_id] = line.manager_id or newcomer
    closed = circles.closed(tx, company_id, given)
    for line in lines:
        is_new = line.old is None or line.manager_id != line.old.manager_id
        if line.is_due and is_new and line.employee_id in closed:
            line.put_aside(Kind.WRONG, circles.REFUSED)


def _led(lines: Iterable[Line]) -> dict[str, list[Line]]:
    """Return by the folded address of a manager the lines that are to have them."""
    led: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        if line.is_due and line.row.values.get("manager"):
            led[fold(line.row.values["manager"])].append(line)
    return led


def _take_manager(line: Line, key: str, here: Collection[str]) -> None:
    """Give a line the manager who is here already; one who cannot be is wrong."""
    manager_id = addressing.only(here, line.old.manager_id if line.old else None)
    if line.row.key == key or manager_id == line.employee_id:
        line.put_aside(Kind.WRONG, "Nobody can be their own manager.")
    elif here and manager_id is None:
        line.put_aside(
            Kind.WRONG, f"{len(here)} employees have the manager's email address."
        )
    else:
        line.manager_id = manager_id or ""
