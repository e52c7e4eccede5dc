"""What is asked of an endpoint, and how a check says what it found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # whoever reads findings does not send requests
    from envoy_console.entra.endpoint_check.probe import Probe
    from envoy_console.entra.endpoint_check.wire import Exchange

PASSED, FAILED, SKIPPED = "passed", "failed", "skipped"

Look = Callable[["Probe"], None]


class FailedError(Exception):
    """The endpoint does otherwise; the text says what came."""


class SkippedError(Exception):
    """This could not be looked at; the text says why."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """Something that an endpoint must do, and what to do where it does not."""

    chapter: str
    title: str
    reference: str
    expected: str
    advice: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What came of one requirement."""

    requirement: Requirement
    status: str
    found: str
    exchanges: list[Exchange]


@dataclass
class Chapter:
    """Requirements that belong together, each with the check that looks at it."""

    name: str
    checks: list[tuple[Requirement, Look]] = field(default_factory=list)

    def asks(
        self, title: str, *, reference: str, expected: str, advice: str
    ) -> Callable[[Look], Look]:
        """Add the decorated check to the chapter."""

        def add(look: Look) -> Look:
            asked = Requirement(self.name, title, reference, expected, advice)
            self.checks.append((asked, look))
            return look

        return add
