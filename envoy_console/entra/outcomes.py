"""What came of one object, on its way into the database."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from envoy_console.entra import steps
from envoy_console.entra.provisioning_log import Modified, Step
from envoy_console.entra.target_errors import TargetError

SUCCESS, FAILURE, SKIPPED = "success", "failure", "skipped"


@dataclass(slots=True)
class Outcome:
    """What was done about one object, step by step."""

    kind: str
    source_id: str
    label: str
    display_name: str
    action: str = "other"
    status: str = SKIPPED
    target_id: str | None = None
    steps: list[Step] = field(default_factory=list)
    modified: list[Modified] = field(default_factory=list)
    error: TargetError | None = None
    # columns of the link to be kept; `is_unlinked` drops it instead
    link: dict[str, Any] | None = None
    is_unlinked: bool = False
    # a deletion that is put off until all of them are counted
    is_deferred: bool = False
    # members (source id, target id) that a group was given, and those it lost
    added: list[tuple[str, str]] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    # there is more to do about this object in this phase
    is_partial: bool = False

    def fail(self, target_name: str, error: TargetError) -> None:
        """Note that the target refused what was about to be done, or did not answer."""
        self.status, self.error = FAILURE, error
        self.steps.append(
            steps.failed(
                self.kind,
                self.label,
                target_name,
                self.action,
                error.message,
                error.code,
            )
        )

    @property
    def is_silent(self) -> bool:
        """Nothing happened that belongs into the logs."""
        return not self.steps

    @property
    def is_deletion(self) -> bool:
        return self.status == SUCCESS and self.action in ("disable", "delete")
