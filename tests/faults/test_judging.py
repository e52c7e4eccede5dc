"""The judge of all this is judged first: each kind of damage is noticed."""

import pytest
import sqlalchemy as sa

from tests.faults import judging
from tests.faults.history import History, Resource
from tests.faults.service import found
from tests.harness import serving
from tests.messages import ENTERPRISE

TITLES = ("Title 0", "Department 0")
ABSENT = None


@pytest.fixture
def url(databases):
    with databases.empty() as url:
        yield url


@pytest.fixture
def ann(url, tmp_path):
    """A user in a database that nobody writes to any more."""
    token = found(url, tmp_path)
    app = serving.make_app(tmp_path, url)
    with app.test_client() as client:
        answer = client.post(
            "/scim/v2/Users",
            json={
                "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", ENTERPRISE],
                "userName": "ann@contoso.example",
                "title": TITLES[0],
                ENTERPRISE: {"department": TITLES[1]},
            },
            headers={"Authorization": f"Bearer {token}"},
        )
    assert answer.status_code == 201
    serving.disconnect(app)
    return Resource("User", "ann@contoso.example", acknowledged=[ABSENT, TITLES])


@pytest.fixture
def damage(url):
    """damage("DELETE …") -> done behind the product's back."""

    def run(statement):
        engine = sa.create_engine(url)
        with engine.begin() as tx:
            tx.exec_driver_sql(statement)
        engine.dispose()

    return run


def judged(url, *resources):
    return judging.judge(url, History(resources=[*resources]))


def test_what_is_there_as_acknowledged_is_well(url, ann):
    verdict = judged(url, ann)

    assert (verdict.acknowledged, verdict.lost, verdict.half) == (1, 0, 0)
    assert verdict.complaints == []


def test_an_acknowledged_user_who_is_gone_is_lost(url, ann, damage):
    damage("DELETE FROM employees")

    assert judged(url, ann).lost == 1


def test_an_acknowledged_deletion_that_did_not_last_is_lost(url, ann):
    ann.acknowledged.append(ABSENT)

    assert judged(url, ann).lost == 1


def test_half_of_a_change_is_noticed(url, ann, damage):
    damage("UPDATE employees SET title = 'Title 1'")

    assert judged(url, ann).half


@pytest.mark.usefixtures("ann")
def test_a_user_without_a_history_is_half(url, damage):
    damage("DELETE FROM directory_events")

    assert judged(url).half == 1


def test_an_unanswered_change_may_be_there_or_not(url, ann):
    done = Resource("User", ann.name, unanswered=[TITLES], doubtful=True)
    left = Resource("User", "bob@contoso.example", unanswered=[TITLES], doubtful=True)
    verdict = judged(url, done, left)

    assert (verdict.unanswered, verdict.stored, verdict.denied) == (2, 1, 0)
    assert (verdict.lost, verdict.half) == (0, 0)


def test_a_change_that_503_denied_must_not_be_there(url, ann):
    denied = Resource("User", ann.name, unanswered=[TITLES])

    assert judged(url, denied).denied == 1
