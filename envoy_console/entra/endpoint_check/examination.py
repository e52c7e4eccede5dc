"""One check from its first request to its last: step by step, and tidied up after each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from envoy_console.entra.endpoint_check import standard
from envoy_console.entra.endpoint_check.connection import CONNECTION
from envoy_console.entra.endpoint_check.course import OURS, USUAL_STEPS
from envoy_console.entra.endpoint_check.probe import Probe
from envoy_console.entra.endpoint_check.requirements import (
    FAILED,
    PASSED,
    SKIPPED,
    FailedError,
    Finding,
    Look,
    Requirement,
    SkippedError,
)
from envoy_console.entra.endpoint_check.wire import Exchange, GivenUpError, Wire
from envoy_console.entra.target_errors import TargetError

MOST_EXCHANGES = 8
UNCONNECTED = "Test Connection failed, so this was not looked at."


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a check has come, and what the last step found."""

    done: int
    planned: int
    stage: str
    findings: list[Finding]


def examine(wire: Wire) -> Iterator[Progress]:
    """Go through all requirements; what a step has made is removed with it."""
    ((asked, look),) = CONNECTION.checks
    yield Progress(0, USUAL_STEPS, asked.title, [])
    connection = _look(wire, asked, look)
    yield Progress(1, USUAL_STEPS, asked.title, [connection])
    if connection.status != PASSED:
        yield Progress(USUAL_STEPS, USUAL_STEPS, "", _unconnected())
        return
    yield from _ours(wire)
    yield from _standard(wire)


def _ours(wire: Wire) -> Iterator[Progress]:
    for number, (asked, look) in enumerate(OURS, start=2):
        finding = _look(wire, asked, look)
        stage = f"{asked.chapter}: {asked.title}"
        yield Progress(number, USUAL_STEPS, stage, [finding])


def _standard(wire: Wire) -> Iterator[Progress]:
    client = standard.StandardClient(wire)
    number = len(OURS) + 2
    found = _take(client, standard.first_step(), wire)
    steps = standard.further_steps(client)
    planned = number + len(steps)
    yield Progress(number, planned, "The standard: discovery", found)
    for done, step in enumerate(steps, start=number + 1):
        found = _take(client, step, wire)
        yield Progress(done, planned, f"{step.chapter}, {step.words}", found)


def _take(
    client: standard.StandardClient, step: standard.Step, wire: Wire
) -> list[Finding]:
    if reason := wire.surrender:
        return [standard.skipped(reason)] if step == standard.first_step() else []
    findings = list(standard.take(client, step, wire))
    wire.tidy()
    return [
        Finding(
            each.requirement,
            each.status,
            wire.presentable(each.found),
            _some(each.exchanges),
        )
        for each in findings
    ]


def _look(wire: Wire, asked: Requirement, look: Look) -> Finding:
    status, found = _verdict(Probe(wire), look)
    exchanges = _some(wire.take())
    wire.tidy()
    return Finding(asked, status, wire.presentable(found), exchanges)


def _verdict(probe: Probe, look: Look) -> tuple[str, str]:
    try:
        look(probe)
    except FailedError as error:
        return FAILED, str(error)
    except TargetError as error:
        return FAILED, error.message
    except (SkippedError, GivenUpError) as error:
        return SKIPPED, str(error)
    return PASSED, ""


def _some(exchanges: list[Exchange]) -> list[Exchange]:
    """Return the last exchanges, since there things went wrong."""
    return exchanges[-MOST_EXCHANGES:]


def _unconnected() -> list[Finding]:
    ours = [Finding(asked, SKIPPED, UNCONNECTED, []) for asked, _ in OURS]
    return [*ours, standard.skipped(UNCONNECTED)]
