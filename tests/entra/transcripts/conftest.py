"""An app and its target, which plays by a transcript in each of the two dialects."""

import pytest

from tests.entra.transcripts.script import Script, created, patch
from tests.harness.targets import answer, raw_target

FLAGS = {"legacy": "", "compliant": "?aadOptscim062020"}


@pytest.fixture(params=FLAGS)
def dialect(request):
    return request.param


@pytest.fixture
def play(world, dialect):
    """play() -> a script for Envoy in this dialect; play("custom-scim") for another app."""
    with raw_target(answer(500)) as target:
        yield lambda template="envoy": Script(
            world, target, flag=FLAGS[dialect], template=template
        )


@pytest.fixture
def said(dialect):
    """said(legacy=…, compliant=…) -> what is expected in this dialect."""
    return lambda **ways: ways[dialect]


@pytest.fixture
def ada(world):
    return world.user("ada")


@pytest.fixture
def with_ada(play, ada):
    """A script whose first cycle has created Ada as u-1."""
    script = play()
    script.app.assign(users=(ada,))
    script.cycle(*created("ada", "u-1"))
    return script


@pytest.fixture
def disabling(said):
    """Ada is disabled."""
    return patch(
        "Users/u-1",
        said(
            legacy={"op": "Replace", "path": "active", "value": "False"},
            compliant={"op": "replace", "path": "active", "value": False},
        ),
    )
