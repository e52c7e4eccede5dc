"""Whether a source object is to be provisioned, and what that rests on (spec §3.5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from envoy_console.entra import scoping
from envoy_console.entra.mappings import ObjectMapping
from envoy_console.entra.objects import SourceObject, Value
from envoy_console.entra.source import Read


def judge(
    read: Read, mapping: ObjectMapping, scope: str
) -> tuple[SourceObject, dict[str, Value]]:
    """Return the object with `IsSoftDeleted` told, and the facts as its entry shows them.

    Raises ScopingError when a filter cannot be evaluated.
    """
    evaluation = scoping.evaluate(mapping.filters, read.object)
    is_in_scope = scope == "all" or read.is_assigned
    facts: dict[str, Value] = {
        "Active in the source system": read.is_active,
        "Assigned to the application": read.is_assigned,
        "Scope sync all": scope == "all",
        "User has the required role": read.is_assigned,
        "Scoping filter evaluation passed": evaluation.passed,
        "ScopeEvaluationResult": _json(evaluation.results),
    }
    if read.object.kind == "Group":
        del facts["User has the required role"]
    is_deleted = not (is_in_scope and read.is_active and evaluation.passed)
    attributes = {**read.object.attributes, "IsSoftDeleted": is_deleted}
    return replace(read.object, attributes=attributes), facts


def reasons(facts: Mapping[str, Value]) -> dict[str, Value]:
    """Return the facts in the words of a skipped entry."""
    return {
        "IsActive": facts["Active in the source system"],
        "Assigned to the application": facts["Assigned to the application"],
        "IsInProvisioningScope": facts["Scoping filter evaluation passed"],
    }


def _json(results: Mapping[str, bool]) -> str:
    pairs = ",".join(
        f'"{name}":{str(value).lower()}' for name, value in results.items()
    )
    return f"{{{pairs}}}"
