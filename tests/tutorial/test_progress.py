"""How far companies are, in a constant number of queries."""

from envoy_console.models.transactions import read
from envoy_console.tutorial.progress import progress_of
from envoy_console.tutorial.steps import STEPS
from tests import builders


def test_a_company_begins_with_the_first_step(app, company):
    with app.app_context(), read() as tx:
        found = progress_of(tx, [company.id])[company.id]

    assert found.done == frozenset()
    assert found.current is STEPS[0]
    assert found.count == 0


def test_thirty_companies_take_as_many_queries_as_one(app, query_budget):
    ids = [builders.found_company(app).id for _ in range(30)]

    with query_budget(2), app.app_context(), read() as tx:
        found = progress_of(tx, ids)

    assert set(found) == set(ids)


def test_what_one_company_does_is_nothing_to_another(app, done, company, token):
    other = builders.found_company(app)

    assert done() == {"2.1", "2.2", "2.3"}
    assert done(of=other) == set()
