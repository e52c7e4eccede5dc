"""What is counted or forgotten once, however many workers there are."""

from concurrent.futures import ThreadPoolExecutor

import httpx2
import pytest

from envoy_console.directory import throttle, tokens
from envoy_console.models.transactions import write
from tests import builders
from tests.harness import gunicorn
from tests.harness.pages import Page

WORKERS = "4"


@pytest.fixture
def shared(databases, tmp_path):
    with databases.lent_app(tmp_path) as app:
        yield app


@pytest.fixture
def served(shared):
    """The URL of a server of four workers."""
    url = shared.config["SQLALCHEMY_DATABASE_URI"]
    variables = gunicorn.environment(url, WEB_CONCURRENCY=WORKERS)
    with gunicorn.running(variables) as process:
        yield gunicorn.address(process)


def at_once(count, work):
    with ThreadPoolExecutor(16) as threads:
        return list(threads.map(work, range(count)))


def test_guesses_through_four_workers_share_one_count(shared, served):
    company = builders.found_company(shared)
    with httpx2.Client(base_url=served) as client:
        form = Page(client.get("/sign-in").text).form("main form")
        cookie = client.cookies["session"]

    def guess(number):
        with httpx2.Client(base_url=served, cookies={"session": cookie}) as one:
            fields = {"email": company.email, "password": f"wrong {number}"}
            return one.post("/sign-in", data={**form.fields, **fields}).status_code

    statuses = at_once(60, guess)

    assert set(statuses) <= {422, 429, 503}
    # each pause is twice as long as the one before, and lets one more in
    assert statuses.count(422) <= throttle.FREE_PER_ACCOUNT + 5
    assert statuses.count(429) > 40


def test_a_revoked_token_opens_none_of_the_four(shared, served):
    company = builders.found_company(shared)
    headers = {"Authorization": f"Bearer {builders.issue_token(shared, company)}"}

    def ask(_):
        answer = httpx2.get(f"{served}/scim/v2/Users", headers=headers)
        return answer.status_code

    assert at_once(40, ask) == [200] * 40
    with shared.app_context():
        write(
            lambda tx: [
                tokens.revoke(tx, company.admin, t.id)
                for t in tokens.of_company(tx, company.id)
            ]
        )
    assert at_once(80, ask) == [401] * 80
