"""Found the companies of a class, each with a student's account and an Entra tenant.

Every company is a transaction of its own: the server goes on serving while a class of
sixty is made, and a lost connection leaves whole companies behind.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from envoy_console.classroom import passphrases
from envoy_console.directory import companies
from envoy_console.directory.actors import Actor
from envoy_console.directory.errors import RuleError
from envoy_console.entra import tenants, user_values
from envoy_console.models import Account, Company
from envoy_console.models.base import table
from envoy_console.models.transactions import read, write
from envoy_console.scenarios import stages
from envoy_console.scenarios.stages import Site
from envoy_console.scim.folding import fold

MOST = 60
LONGEST_TITLE, LONGEST_NAME = 40, 50
DASH = "\u2013"

rows = table(Company)
accounts = table(Account)


class ClassError(RuleError):
    """A class cannot be made so."""


@dataclass(frozen=True, slots=True)
class Seat:
    """A company to be founded: its name, its student, and the address to sign in with."""

    company: str
    student: str
    email: str


@dataclass(frozen=True, slots=True)
class Card:
    """What a student needs to sign in. The password is kept nowhere but on the card."""

    company: str
    student: str
    email: str
    password: str


def numbered(tx: Connection, title: str, count: int) -> list[Seat]:
    """Return seats such as “Class A” and 01, 02, …, going on after those that there are."""
    title = _checked(title, LONGEST_TITLE, "The class")
    if not 1 <= count <= MOST:
        raise ClassError(f"A class has 1 to {MOST} companies.")
    taken = _taken(tx, title)
    numbers = (
        n for n in range(1, 10_000) if fold(_named(title, f"{n:02d}")) not in taken
    )
    students = [f"Student {next(numbers):02d}" for _ in range(count)]
    return _seats(tx, title, {_named(title, s.partition(" ")[2]): s for s in students})


def listed(tx: Connection, title: str, names: str) -> list[Seat]:
    """Return a seat for each of the `names`, one a line."""
    title = _checked(title, LONGEST_TITLE, "The class")
    lines = (" ".join(line.split()) for line in names.splitlines())
    students = [
        _checked(line, LONGEST_NAME, f"“{line[:20]}”") for line in lines if line
    ]
    if not 1 <= len(students) <= MOST:
        raise ClassError(f"Paste 1 to {MOST} names, one a line.")
    _unless_repeated(students)
    wanted = {_named(title, student): student for student in students}
    there = _taken(tx, title)
    for company in wanted:
        if fold(company) in there:
            raise ClassError(f"There already is a company named {company}.")
    return _seats(tx, title, wanted)


def found(class_of: str, seats: list[Seat]) -> Iterator[Card]:
    """Found the companies, and hand out their cards one by one; may raise RuleError."""
    for seat in seats:
        yield _handed_out(class_of, seat)


def seats_for(title: str, count: int | None, names: str) -> list[Seat]:
    """Return the seats that were asked for: of the `names`, or so many numbered ones."""
    with read() as tx:
        if names.strip():
            return listed(tx, title, names)
        if count is None:
            raise ClassError(
                "Say how many companies, or paste the names of the students."
            )
        return numbered(tx, title, count)


def _handed_out(class_of: str, seat: Seat) -> Card:
    card = Card(seat.company, seat.student, seat.email, passphrases.generate())
    write(lambda tx: _found(tx, class_of, card))
    return card


def _found(tx: Connection, class_of: str, card: Card) -> None:
    created = companies.create(
        tx,
        name=card.company,
        email=card.email,
        admin_name=card.student,
        password=card.password,
        # students take breaks: the tutorial's token is there when they come back
        always_reveals=True,
        class_of=class_of,
    )
    actor = Actor(created.company_id, "Classroom", "local")
    stages.settle(tx, Site(actor, card.company))


def _seats(tx: Connection, title: str, students: dict[str, str]) -> list[Seat]:
    domain = tenants.domain_for(title)
    ending = accounts.c.email_key.endswith(f"@{domain}", autoescape=True)
    taken = set(tx.execute(sa.select(accounts.c.email_key).where(ending)).scalars())
    seats = []
    for number, (company, student) in enumerate(students.items(), 1):
        email = _free_address(student, number, domain, taken)
        taken.add(email)
        seats.append(Seat(company, student, email))
    return seats


def _free_address(student: str, number: int, domain: str, taken: set[str]) -> str:
    spelt = re.sub(r"[^a-z0-9]+", "-", user_values.nickname(student)).strip("-")
    base = spelt or f"student-{number:02d}"
    names = (base if n == 1 else f"{base}-{n}" for n in range(1, 10_000))
    return next(email for name in names if (email := f"{name}@{domain}") not in taken)


def _taken(tx: Connection, title: str) -> set[str]:
    mine = rows.c.name_key.startswith(fold(_named(title, "")), autoescape=True)
    return set(tx.execute(sa.select(rows.c.name_key).where(mine)).scalars())


def _named(title: str, rest: str) -> str:
    return f"{title} {DASH} {rest}"


def _checked(text: str, longest: int, what: str) -> str:
    text = " ".join(text.split())
    if not 1 <= len(text) <= longest or not text.isprintable():
        raise ClassError(f"{what} needs a name of 1 to {longest} visible characters.")
    return text


def _unless_repeated(students: list[str]) -> None:
    seen: set[str] = set()
    for student in students:
        if fold(student) in seen:
            raise ClassError(f"{student} is there twice. Tell the two apart.")
        seen.add(fold(student))
