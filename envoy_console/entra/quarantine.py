"""When a job is quarantined, when it is tried again, and what that is called.

Rules and figures: "Application provisioning in quarantine status" (spec §3.2). Real
thresholds cannot be reached in a class, so while the clock is sped up the job is
judged from a handful of failures on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

CREDENTIALS = "EncounteredQuarantineException"
PROPORTION = "EncounteredEscrowProportionThreshold"
BASE = "EncounteredBaseEscrowThreshold"
TOTAL = "EncounteredTotalEscrowThreshold"
TOO_MANY_DELETES = "TooManyDeletes"

LADDER = (timedelta(hours=6), timedelta(hours=12), timedelta(hours=24))
DISABLED_AFTER = timedelta(days=28)

# what to do about each, in the words of the pages
ADVICE = {
    CREDENTIALS: (
        "Open Edit provisioning, mend the Tenant URL or the Secret Token, press Test "
        "Connection and save. Then choose Restart provisioning, or wait for the next try. "
        "If the answer says that the fault card gave it, switch that off in the Envoy "
        "console instead."
    ),
    PROPORTION: (
        "Look at the failures in the provisioning logs and mend what most of them have in "
        "common. Then choose Restart provisioning, or wait for the next try."
    ),
    TOO_MANY_DELETES: (
        "Look at the entries called StagedDelete in the provisioning logs. If the deletions "
        "are wanted, choose Allow deletes. If not, undo their cause and choose Restart "
        "provisioning."
    ),
}
ADVICE[BASE] = ADVICE[TOTAL] = ADVICE[PROPORTION]


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From how many failures on a job is judged, and how many are too many."""

    judged_from: int
    proportion: float
    base: int
    total: int


REAL = Thresholds(judged_from=5_000, proportion=0.4, base=40_000, total=60_000)
TRAINING = Thresholds(judged_from=5, proportion=0.4, base=40_000, total=60_000)


def thresholds(speed: int) -> Thresholds:
    """Return the thresholds for a clock of this speed."""
    return REAL if speed == 1 else TRAINING


def reason(
    limits: Thresholds, *, failures: int, reference_failures: int, successes: int
) -> str | None:
    """Return why a cycle with these figures is quarantined, or None."""
    if failures + reference_failures > limits.total:
        return TOTAL
    if failures > limits.base:
        return BASE
    handled = failures + successes
    if failures >= limits.judged_from and failures > limits.proportion * handled:
        return PROPORTION
    return None


def retry_after(retries: int) -> timedelta:
    """Return how long a job rests that was tried `retries` times in quarantine."""
    return LADDER[min(retries, len(LADDER) - 1)]


def escrow_rest(attempts: int) -> timedelta:
    """Return how long an object rests that failed `attempts` times: one cycle, then
    twice as long each time, at most a day.
    """
    cycles: int = 2 ** min(attempts - 1, 10)
    return min(timedelta(minutes=40) * cycles, timedelta(hours=24))
