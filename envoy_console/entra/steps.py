"""The steps of a provisioning log entry, in the words of Entra's (spec §3.6)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from envoy_console.entra.provisioning_log import Step

SOURCE = "Microsoft Entra ID"
SUCCESS, FAILURE, SKIPPED = "success", "failure", "skipped"
DONE = {
    "create": ("EntryExportAdd", "created"),
    "update": ("EntryExportUpdate", "updated"),
    "disable": ("EntryExportUpdateSoftDelete", "disabled"),
    "delete": ("EntryExportDelete", "deleted"),
}

# what to do about an object that was skipped
ADVICE = {
    "RedundantExport": "There is nothing to do: both sides agree.",
    "NotEffectivelyEntitled": (
        "To have it provisioned, assign it on Users and groups, let it sign in, and let "
        "it pass the scoping filters. The details of the skipped step say what failed."
    ),
    "MissingValues": (
        f"Give the attribute a value in {SOURCE}, or give its mapping a default or an "
        "expression that always has one."
    ),
    "ActionNotEnabled": (
        "Tick the action among the Target Object Actions of the mapping, if it is wanted."
    ),
    "SkipOutOfScopeDeletions": (
        "To have such accounts disabled, choose Disable in the Simulator section of Edit "
        "provisioning."
    ),
    "StagedDelete": (
        "If the deletions are wanted, choose Allow deletes on the provisioning overview. "
        "If not, undo their cause and choose Restart provisioning."
    ),
}


def imported(kind: str, label: str, change: str, details: Mapping[str, Any]) -> Step:
    """An object was read from the source; `change` is Add, Update or Delete."""
    return Step(
        f"EntryImport{change}",
        "import",
        SUCCESS,
        f"Received {kind} '{label}' change of type ({change}) from {SOURCE}",
        {name: text(value) for name, value in details.items()},
    )


def scoped(kind: str, details: Mapping[str, Any]) -> Step:
    """Each scoping filter was evaluated."""
    return Step(
        "EntrySynchronizationScoping",
        "scoping",
        SUCCESS,
        f"Determine if {kind} in scope by evaluating against each scoping filter",
        {name: text(value) for name, value in details.items()},
    )


def matched(target: str, label: str, details: Mapping[str, Any]) -> Step:
    """The object was found at the target."""
    return Step(
        "EntryImport",
        "matching",
        SUCCESS,
        f"Retrieved  '{label}' from {target}",
        {name: text(value) for name, value in details.items()},
    )


def will_create(kind: str, label: str, target: str) -> Step:
    """Nothing matched, so it will be created."""
    return Step(
        "EntrySynchronizationAdd",
        "matching",
        SUCCESS,
        f"{kind} '{label}' will be created in {target} ({kind} is active and assigned "
        f"in {SOURCE}, but no matching {kind} was found in {target})",
        {},
    )


def will_update(kind: str, label: str, target: str) -> Step:
    """It matched and differs."""
    return Step(
        "EntrySynchronizationUpdate",
        "matching",
        SUCCESS,
        f"{kind} '{label}' will be updated in {target}",
        {},
    )


def exported(kind: str, label: str, target: str, action: str) -> Step:
    """The target took the change."""
    name, deed = DONE[action]
    return Step(name, "export", SUCCESS, f"{kind} '{label}' was {deed} in {target}", {})


def failed(
    kind: str, label: str, target: str, action: str, message: str, code: str
) -> Step:
    """The target refused, or did not answer in a way that can be understood."""
    name, _ = DONE.get(action, ("EntryImport", ""))
    deed = action if action in DONE else "match"
    return Step(
        name,
        "export" if action in DONE else "matching",
        FAILURE,
        f"Failed to {deed} {kind} '{label}' in {target}; Error: {message}",
        {"ErrorCode": code},
    )


def redundant(kind: str, label: str) -> Step:
    """Both sides agree already."""
    return _skip(
        f"The state of the {kind.lower()} in both the source and target systems already "
        f"match. No change to the {kind} '{label}' currently needs to be made.",
        "RedundantExport",
        label,
    )


def not_entitled(kind: str, label: str, facts: Mapping[str, Any]) -> Step:
    """It is not, or no longer, to be provisioned."""
    return _skip(
        f"The {kind} '{label}' will be skipped due to the following reasons: "
        + " ".join(f"{name}: {text(value)}." for name, value in facts.items()),
        "NotEffectivelyEntitled",
        label,
        facts,
    )


def lacking(kind: str, label: str, attribute: str) -> Step:
    """A value that the target cannot do without is missing."""
    return _skip(
        f"The {kind} '{label}' will be skipped because the value of the property "
        f"{attribute} is missing or invalid. Give it a value in {SOURCE}, or change its "
        "mapping.",
        "MissingValues",
        label,
    )


def not_allowed(kind: str, label: str, action: str) -> Step:
    """The mapping does not let this action happen to target objects."""
    return _skip(
        f"The {kind} '{label}' will be skipped: {action} is not among the target object "
        "actions of its mapping.",
        "ActionNotEnabled",
        label,
    )


def left_alone(kind: str, label: str) -> Step:
    """It left the scope, which changes nothing at the target by the app's settings."""
    return _skip(
        f"The {kind} '{label}' is out of scope and will be skipped: such accounts are "
        "not disabled, by the settings of this application.",
        "SkipOutOfScopeDeletions",
        label,
    )


def staged(kind: str, label: str) -> Step:
    """Too many deletions: this one waits for Allow deletes."""
    return Step(
        "EntryExportDelete",
        "export",
        SKIPPED,
        f"The deletion of {kind} '{label}' was staged: more deletions than the threshold "
        "of Prevent accidental deletion.",
        {"SkipReason": "StagedDelete"},
    )


def text(value: Any) -> str:
    """Return a value as Entra writes it in details."""
    if isinstance(value, list):
        return ", ".join(text(item) for item in value)
    return "" if value is None else str(value)


def _skip(
    description: str, reason: str, label: str, facts: Mapping[str, Any] | None = None
) -> Step:
    details = {name: text(value) for name, value in (facts or {}).items()}
    return Step(
        "EntrySynchronizationSkip",
        "export",
        SKIPPED,
        description,
        {"SkipReason": reason, "ReportableIdentifier": label, **details},
    )
