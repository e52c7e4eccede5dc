"""The requirement before all others: Test Connection must succeed."""

from __future__ import annotations

import uuid

from envoy_console.entra.endpoint_check.probe import Probe
from envoy_console.entra.endpoint_check.requirements import Chapter, FailedError
from envoy_console.entra.target_errors import TargetError

CONNECTION = Chapter("Connection")

ADVICE = (
    "Check the address and the token first. A query that finds nothing is answered by "
    "200 and an empty ListResponse, never by 404."
)


@CONNECTION.asks(
    "Test Connection",
    reference="Entra: Test Connection",
    expected="A query for a user whose name is a random GUID is answered by 200 and an empty ListResponse.",
    advice=ADVICE,
)
def answers_the_probe(probe: Probe) -> None:
    try:
        found = probe.equal("Users", "userName", str(uuid.uuid4()))
    except TargetError as error:
        raise FailedError(error.message) from error
    if found:
        raise FailedError(
            f"{len(found)} users were found for a name that nobody can have: the filter "
            "is ignored."
        )
