"""An operator with a class, and students of it."""

from __future__ import annotations

import pytest

from envoy_console.classroom import founding, roster
from envoy_console.models.transactions import read
from tests import builders
from tests.builders import Company


class Class:
    """The class of a company."""

    def __init__(self, app, owner, cards):
        self.app, self.owner, self.cards = app, owner, cards

    @property
    def students(self):
        with self.app.app_context(), read() as tx:
            return roster.of_class(tx, self.owner.id)

    def company(self, number=0):
        """A student's company, and how they sign in."""
        student, card = self.students[number], self.cards[number]
        return Company(
            student.id,
            student.company.account_id,
            student.name,
            card.email,
            card.password,
        )


@pytest.fixture
def found_class(app):
    """found_class(company, 3) -> the class that a company's operator has made."""

    def found(owner, count, title=None):
        title = title or f"Class {next(builders.numbers)}"
        with app.app_context():
            seats = founding.seats_for(title, count, "")
            return Class(app, owner, list(founding.found(owner.id, seats)))

    return found


@pytest.fixture
def operator(company, appoint, stranger):
    """The company's operator at the console."""
    appoint(company)
    stranger.sign_in(company)
    return stranger


@pytest.fixture
def students(company, found_class):
    """A class of three."""
    return found_class(company, 3)
