"""A log entry as Provision on demand tells it: four steps, and what was modified and why
(spec §3.5).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from envoy_console.entra import expressions, provisioning_log
from envoy_console.entra.expressions import ExpressionError
from envoy_console.entra.mappings import (
    AttributeMapping,
    MappingType,
    ObjectMapping,
)

TITLES = {
    "import": "Import {kind}",
    "scoping": "Determine if {kind} is in scope",
    "matching": "Match {kind} between source and target system",
    "export": "Perform action",
}


@dataclass(frozen=True, slots=True)
class Stage:
    """One of the four steps, with the steps of the entry that belong to it."""

    title: str
    steps: list[Mapping[str, Any]]

    @property
    def status(self) -> str:
        """How it ended; empty when it was not reached."""
        found = [str(step["status"]) for step in self.steps]
        worst = [status for status in found if status != "success"]
        return (worst or found or [""])[0]


@dataclass(frozen=True, slots=True)
class Explained:
    """A target attribute that was changed, and where its value comes from."""

    target: str
    source: str
    expression: str
    old: str
    new: str


def of(entry: Any) -> list[Stage]:
    """Return the four steps of an entry, in order."""
    kind = entry.kind.lower()
    return [
        Stage(title.format(kind=kind), [s for s in entry.steps if s["type"] == type_])
        for type_, title in TITLES.items()
    ]


def explain(entry: Any, mapping: ObjectMapping) -> list[Explained]:
    """Return what was modified, beside the mapping and the source values it rests on."""
    rows = {row.target: row for row in mapping.attributes}
    source = provisioning_log.source_attributes(entry)
    return [
        Explained(
            target=change["displayName"],
            source=_source(rows.get(change["displayName"]), source),
            expression=_expression(rows.get(change["displayName"])),
            old=change["oldValue"],
            new=change["newValue"],
        )
        for change in entry.modified
    ]


def _expression(row: AttributeMapping | None) -> str:
    """Return a mapping as an expression: of a direct one, the attribute in brackets."""
    if row is None or row.type is MappingType.NONE:
        return ""
    if row.type is MappingType.DIRECT:
        return f"[{row.source}]"
    if row.type is MappingType.CONSTANT:
        return f'"{row.source}"'
    return row.source


def _source(row: AttributeMapping | None, source: Mapping[str, str]) -> str:
    if row is None:
        return ""
    if row.type is MappingType.DIRECT:
        return source.get(row.source, "")
    if row.type is MappingType.EXPRESSION:
        names = sorted(_attributes(row.source))
        return "\n".join(f"{name}: {source.get(name, '')}" for name in names)
    return ""


def _attributes(text: str) -> frozenset[str]:
    try:
        return expressions.parse(text).attributes
    except ExpressionError:
        return frozenset()
