"""Bad requests, a thousand of them."""

import random

from tests.faults import hostile


def test_bad_requests_are_refused_and_harm_nobody(database, found):
    [finding] = found(hostile.run, database, 1000)

    assert finding.broken == []


def test_a_run_can_be_repeated():
    first, second = (
        [hostile.bad_request(random.Random(number)) for number in range(50)]
        for _ in range(2)
    )

    assert first == second
