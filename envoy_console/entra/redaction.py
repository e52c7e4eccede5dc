"""What the provisioning logs must not show: values that a mapping wraps in `Redact()`
(entra-docs: "Reference for writing expressions for attribute mappings").
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from envoy_console.entra.mappings import ObjectMapping, expression_of
from envoy_console.entra.provisioning_log import Modified, Step

MARK = "[Redact]"


def of_steps(mapping: ObjectMapping, steps: Iterable[Step]) -> list[Step]:
    """Return the steps with the attributes hidden that `Redact()` reads or fills."""
    hidden = _sources(mapping) | {_outermost(path) for path in _targets(mapping)}
    return [
        replace(
            step,
            details={
                name: _shown(name, value, hidden)
                for name, value in step.details.items()
            },
        )
        for step in steps
    ]


def of_modified(mapping: ObjectMapping, modified: Iterable[Modified]) -> list[Modified]:
    """Return the modified properties with the values hidden that `Redact()` fills."""
    hidden = _targets(mapping)
    return [
        replace(each, old=each.old and MARK, new=each.new and MARK)
        if each.display_name in hidden
        else each
        for each in modified
    ]


def _sources(mapping: ObjectMapping) -> frozenset[str]:
    rows = [expression_of(row) for row in mapping.attributes]
    return frozenset().union(*(e.attributes for e in rows if e and e.is_redacted))


def _targets(mapping: ObjectMapping) -> frozenset[str]:
    rows = [(row.target, expression_of(row)) for row in mapping.attributes]
    return frozenset(target for target, e in rows if e and e.is_redacted)


def _outermost(path: str) -> str:
    """Return the member of the resource that a path leads into: an extension's is whole."""
    if path.startswith("urn:"):
        return path.rpartition(":")[0]
    return path.partition(".")[0].partition("[")[0]


def _shown(name: str, value: str, hidden: frozenset[str]) -> str:
    return MARK if value and name in hidden else value
