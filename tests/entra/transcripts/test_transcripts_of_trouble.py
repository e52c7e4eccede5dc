"""A target in trouble over one object: Entra's code is logged, and the others go on."""

import pytest

from tests.entra.transcripts.script import Exchange, created, query
from tests.harness.targets import answer

SCIM = "SystemForCrossDomainIdentityManagement"


def endless(connection, over):
    """Stream without end, as long as anybody listens."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while not over.is_set():
        connection.sendall(b"10000\r\n" + b" " * 0x10000 + b"\r\n")


def hang_up(connection, over):
    """Close the connection instead of answering."""


TROUBLE = [
    (answer(200, b"<h1>Welcome"), f"{SCIM}ServiceIncompatible"),
    (answer(200, b'{"totalResults": "many"}'), f"{SCIM}ServiceIncompatible"),
    (answer(302, Location="http://10.0.0.1/"), f"{SCIM}ServiceIncompatible"),
    (answer(500), "InternalServerError"),
    (endless, f"{SCIM}ServiceIncompatible"),
    (hang_up, "WebExceptionProtocolError"),
]


@pytest.mark.parametrize(("given", "code"), TROUBLE)
def test_one_object_in_trouble_does_not_stop_the_others(world, play, ada, given, code):
    script = play()
    script.app.assign(users=(ada, world.user("bob"), world.user("cid")))
    asked = Exchange(query("ada").line, given)

    script.cycle(asked, *created("bob", "u-2"), *created("cid", "u-3"))

    failed, *others = script.app.entries()
    assert (failed.label, failed.status, failed.error_code) == (
        "Ada",
        "failure",
        code,
    )
    assert failed.recommendation
    assert [entry.status for entry in others] == ["success"] * 2


def test_an_endpoint_that_is_not_there_is_never_taken_for_absence(play, ada):
    script = play()
    script.app.assign(users=(ada,))

    script.cycle(Exchange(query("ada").line, answer(404)))

    assert script.app.status.state == "Quarantine"
