"""Writes that wait for the same turn share a commit, and nothing else."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from flask import g
from sqlalchemy.exc import OperationalError

from envoy_console.extensions import db
from envoy_console.models import Company, transactions
from envoy_console.models.base import table
from envoy_console.models.engine import sqlite
from envoy_console.models.together import UnknownOutcomeError
from envoy_console.models.transactions import read, write, writer
from tests import builders

companies = table(Company)


class Crowd:
    """Threads that write at the same time, since the turn is away when they come."""

    def __init__(self, app):
        self.app = app
        self.company = builders.found_company(app)
        self.commits = 0
        with app.app_context():
            self.turns = writer().get_execution_options()["turns"]
            self.together = writer().get_execution_options()["together"]
            sa.event.listen(db.engine, "commit", self._count)

    def _count(self, _connection):
        self.commits += 1

    def write(self, *works):
        """Return what came of each work: its result, or what it raised."""
        with ThreadPoolExecutor(len(works)) as threads, self.turns.taken(1):
            coming = []
            for place, work in enumerate(works):
                coming.append(threads.submit(self._outcome, work))
                self._until(lambda place=place: self._there() > place)
        return [each.result() for each in coming]

    def _there(self):
        return len(self.together._waiting) + self.together._is_led

    def _until(self, is_so):
        deadline = time.monotonic() + 5
        while not is_so():
            assert time.monotonic() < deadline
            time.sleep(0.001)

    def _outcome(self, work):
        with self.app.app_context():
            g.thread = threading.get_ident()
            try:
                return write(work)
            except Exception as error:
                return error

    def rename(self, name):
        """The work of giving the company a name; returns the name before."""

        def work(tx):
            before = tx.execute(sa.select(companies.c.name)).scalar_one()
            tx.execute(companies.update().values(name=name))
            return before

        return work

    def name(self):
        with self.app.app_context(), read() as tx:
            return tx.execute(sa.select(companies.c.name)).scalar_one()


@pytest.fixture
def crowd(databases, tmp_path):
    if databases.kind != "sqlite":
        pytest.skip("PostgreSQL has many writers")
    with databases.lent_app(tmp_path) as app:
        yield Crowd(app)


def failing(_tx):
    raise ValueError("this work failed")


def test_those_who_wait_for_the_turn_are_carried_out_in_order_with_one_commit(crowd):
    names = [f"Company {number}" for number in range(5)]
    first = crowd.name()

    outcomes = crowd.write(*map(crowd.rename, names))

    assert outcomes == [first, *names[:-1]]
    assert crowd.name() == names[-1]
    assert crowd.commits == 1


def test_more_than_a_few_share_several_commits(crowd):
    names = [f"Company {number}" for number in range(20)]

    outcomes = crowd.write(*map(crowd.rename, names))

    assert outcomes[1:] == names[:-1]
    assert crowd.commits == 3


@pytest.mark.parametrize("place", [0, 1, 2])
def test_who_fails_undoes_nothing_of_the_others(crowd, place):
    def half(tx):
        crowd.rename("half done")(tx)
        failing(tx)

    works = [crowd.rename("one"), crowd.rename("two")]
    outcomes = crowd.write(*works[:place], half, *works[place:])

    assert isinstance(outcomes.pop(place), ValueError)
    assert outcomes[1] == "one"
    assert crowd.name() == "two"
    assert crowd.commits == 1


def test_a_transaction_that_has_become_old_takes_nobody_else_along(crowd):
    def slow(tx):
        time.sleep(0.06)
        return crowd.rename("slow")(tx)

    outcomes = crowd.write(slow, crowd.rename("quick"), crowd.rename("quicker"))

    assert outcomes[1:] == ["slow", "quick"]
    assert crowd.commits == 2


def test_a_database_that_cannot_be_written_is_found_out_by_whoever_comes_along(
    crowd, monkeypatch
):
    anew = []
    monkeypatch.setattr(transactions, "_connect_anew", anew.append)

    def refused(_tx):
        cause = sqlite.OperationalError("attempt to write a readonly database")
        raise OperationalError("UPDATE", None, cause)

    before = crowd.name()

    outcomes = crowd.write(crowd.rename("one"), refused, crowd.rename("two"))

    assert [type(error) for error in outcomes[:2]] == [OperationalError] * 2
    assert outcomes[2] == before
    assert len(anew) == 1


def test_each_work_sees_what_belongs_to_its_own_request(crowd):
    def work(_tx):
        return g.thread, threading.get_ident()

    outcomes = crowd.write(work, work, work)

    assert len({own for own, _ in outcomes}) == 3
    assert len({where for _, where in outcomes}) == 1


def test_a_commit_that_fails_is_nobodys_success(crowd):
    def refuse(_connection):
        raise OperationalError("COMMIT", None, OSError("the disk is gone"))

    with crowd.app.app_context():
        sa.event.listen(db.engine, "commit", refuse)
    before = crowd.name()

    outcomes = crowd.write(crowd.rename("one"), failing, crowd.rename("two"))

    assert [type(error) for error in outcomes] == [UnknownOutcomeError] * 3
    assert len({id(error) for error in outcomes}) == 3
    assert crowd.name() == before


def test_a_transaction_that_the_database_gave_up_is_nobodys_success(crowd):
    def give_up(tx):
        tx.connection.driver_connection.execute("ROLLBACK")
        failing(tx)

    before = crowd.name()

    outcomes = crowd.write(crowd.rename("one"), give_up, crowd.rename("two"))

    assert [type(error) for error in outcomes[:2]] == [OperationalError] * 2
    assert outcomes[2] == before
    assert crowd.name() == "two"


def test_nobody_is_told_of_success_when_the_leader_is_told_to_end(crowd):
    def ends(_tx):
        raise SystemExit

    before = crowd.name()
    with ThreadPoolExecutor(2) as threads:
        with crowd.turns.taken(1):
            leading = threads.submit(crowd.together.write, crowd.rename("one"), 5)
            crowd._until(lambda: crowd._there() == 1)
            behind = threads.submit(crowd.together.write, ends, 5)
            crowd._until(lambda: crowd._there() == 2)
        assert isinstance(leading.exception(), SystemExit)
        assert isinstance(behind.exception(), UnknownOutcomeError)

    assert crowd.name() == before
    assert not crowd.together._is_led


def test_who_has_waited_too_long_is_not_carried_out_later(crowd):
    with ThreadPoolExecutor(1) as threads, crowd.turns.taken(1):
        leading = threads.submit(crowd.together.write, crowd.rename("one"), 5)
        crowd._until(lambda: crowd._there() == 1)
        with pytest.raises(OperationalError, match="others of this process"):
            crowd.together.write(crowd.rename("two"), 0.05)

    leading.result()
    assert crowd.name() == "one"


def test_who_cannot_lead_in_time_leaves_the_lead_to_the_next_one(crowd):
    with ThreadPoolExecutor(2) as threads:
        with crowd.turns.taken(1):
            hasty = threads.submit(crowd.together.write, crowd.rename("one"), 0.3)
            crowd._until(lambda: crowd._there() == 1)
            patient = threads.submit(crowd.together.write, crowd.rename("two"), 5)
            assert isinstance(hasty.exception(), OperationalError)
        patient.result()

    assert crowd.name() == "two"
    assert not crowd.together._is_led
