"""The scenarios on offer: what each gives, and which stages lead there."""

from __future__ import annotations

from dataclasses import dataclass

from envoy_console.directory.errors import RuleError
from envoy_console.scenarios.stages import (
    RETRY_AFTER,
    Stage,
    add_app,
    assign,
    install,
    offer_credentials,
    refuse_tokens,
    slow_down,
    start,
)


class UnknownScenarioError(RuleError):
    """There is no scenario of that name."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """What somebody gets, where in the tutorial they begin, and the stages to it.

    `then` follows accepted credentials.
    """

    key: str
    title: str
    begins: str
    gives: str
    stages: tuple[Stage, ...] = ()
    then: tuple[Stage, ...] = ()

    @property
    def needs_worker(self) -> bool:
        return offer_credentials in self.stages

    @property
    def reached(self) -> str:
        """Where the tutorial stands until the worker is ready: nothing of step 5 is done."""
        return "5.1" if self.needs_worker else self.begins

    def begun_by(self, name: str) -> tuple[str, str]:
        """Return what to tell whoever brought the company `name` here, and its tone."""
        if self.needs_worker:
            return f"{name} begins at “{self.title}” once the worker is ready.", "info"
        return f"{name} begins at “{self.title}”.", "ok"


READY: tuple[Stage, ...] = (install, add_app, assign)
HALFWAY: tuple[Stage, ...] = (*READY, offer_credentials)

SCENARIOS = {
    scenario.key: scenario
    for scenario in (
        Scenario(
            "fresh",
            "Fresh",
            "1.1",
            "The first day: no integration and an empty directory. The Entra tenant has "
            "the sample people and no application. Begin with step 1.",
        ),
        Scenario(
            "ready",
            "Ready to connect",
            "5.1",
            "The integration is installed and saved, Envoy is an application in Entra, "
            "and three groups and three people are assigned. Begin with step 5.",
            READY,
        ),
        Scenario(
            "halfway",
            "Halfway through step 5",
            "5.9",
            "Tenant URL and Secret Token are tested and saved. The mappings are there "
            "to be reviewed; provisioning is not started.",
            HALFWAY,
        ),
        Scenario(
            "provisioned",
            "After the initial cycle",
            "6.1",
            "Provisioning is on and has brought everybody assigned to the directory. "
            "Change somebody in Entra, and watch the next cycle.",
            HALFWAY,
            (start,),
        ),
        Scenario(
            "quarantined",
            "Quarantined",
            "6.3",
            "The endpoint answers 401 to everything, so the job is in quarantine. "
            "Switch the fault card off and restart provisioning to heal it.",
            HALFWAY,
            (refuse_tokens, start),
        ),
        Scenario(
            "rate_limited",
            "Rate limited",
            "6.1",
            f"The initial cycle meets 429 with Retry-After: {RETRY_AFTER}. Four people "
            "fail and are tried again in the next cycle; the others arrive.",
            HALFWAY,
            (slow_down, start),
        ),
    )
}


def named(key: str) -> Scenario:
    """Return the scenario called `key`."""
    if key not in SCENARIOS:
        known = ", ".join(SCENARIOS)
        raise UnknownScenarioError(f"There is no scenario {key}. There are: {known}.")
    return SCENARIOS[key]
