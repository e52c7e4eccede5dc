"""Attribute mappings: what each target attribute is made of (spec §4.1).

A value that is missing in the source is never sent, because Entra cannot clear what the
target holds (spec §1.5).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from envoy_console.entra import expressions, target_paths
from envoy_console.entra.expressions import IGNORE, EvaluationError, Expression
from envoy_console.entra.mapping_checks import check, check_row
from envoy_console.entra.mapping_rows import (
    REQUIRED,
    Apply,
    AttributeMapping,
    MappingError,
    MappingType,
    ObjectMapping,
    from_json,
    matching,
    to_json,
)
from envoy_console.entra.objects import (
    SourceObject,
    Value,
    WholeList,
    as_text,
    is_empty,
)

__all__ = [
    "Apply",
    "AttributeMapping",
    "MappingError",
    "MappingType",
    "ObjectMapping",
    "check",
    "check_row",
    "from_json",
    "matching",
    "to_json",
]

GUEST_MARK = "#EXT#"
# removes the roles that are not assigned any more; its siblings only add
ASSERTIVE = "AssertiveAppRoleAssignmentsComplex"


def flow(
    mapping: ObjectMapping, source: SourceObject, *, creating: bool
) -> dict[str, Value]:
    """Return the values to be sent, by target attribute; references are left out.

    Defaults are for new objects only: an existing one keeps what it has. All rows share
    one second, so that slow expressions of one company do not hold up the others.
    """
    values: dict[str, Value] = {}
    until = expressions.soon()
    for row in mapping.attributes:
        if row.is_reference or (row.apply is Apply.CREATION and not creating):
            continue
        value = value_of(row, source, until=until)
        if value is IGNORE:
            continue
        if creating and is_empty(value):
            value = row.default
        if not is_empty(value):
            values[row.target] = target_paths.typed(row.target, value)
    return values


def fill(mapping: ObjectMapping, resource: Mapping[str, Any]) -> dict[str, Value]:
    """Return the defaults of rows of type None for what an existing object lacks."""
    return {
        row.target: target_paths.typed(row.target, row.default)
        for row in mapping.attributes
        if row.type is MappingType.NONE
        and row.apply is Apply.ALWAYS
        and row.default
        and is_empty(target_paths.read(resource, row.target))
    }


def value_of(
    row: AttributeMapping, source: SourceObject, *, until: float | None = None
) -> Value:
    """Return what a row makes of an object, without its default."""
    match row.type:
        case MappingType.DIRECT:
            return _visible(source).get(row.source)
        case MappingType.CONSTANT:
            return row.source
        case MappingType.EXPRESSION:
            return _evaluated(row, source, until)
        case MappingType.NONE:
            return None


def expression_of(row: AttributeMapping) -> Expression | None:
    """Return the expression of a row that has one."""
    return _parsed(row.source) if row.type is MappingType.EXPRESSION else None


def matching_values(
    mapping: ObjectMapping, source: SourceObject
) -> list[tuple[str, str]]:
    """Return what to ask the target for, in order: attribute and value."""
    asked = [(row.target, value_of(row, source)) for row in matching(mapping)]
    return [(target, as_text(value)) for target, value in asked if _is_told(value)]


def missing(mapping: ObjectMapping, source: SourceObject) -> str | None:
    """Return the target attribute without which an object has to be skipped, if any:
    the name that the target requires, or the first to match by when none has a value.
    """
    required = REQUIRED[mapping.kind]
    for row in mapping.attributes:
        if row.target == required and not _is_told(value_of(row, source)):
            return row.target
    return None if matching_values(mapping, source) else matching(mapping)[0].target


def references(mapping: ObjectMapping) -> list[AttributeMapping]:
    """Return the rows that name other objects: a user's manager, a group's members."""
    return [row for row in mapping.attributes if row.is_reference]


def reference(mapping: ObjectMapping, source: str) -> str | None:
    """Return the target attribute that a reference flows to; None when it is unmapped."""
    return next(
        (row.target for row in references(mapping) if row.source == source), None
    )


def is_required(mapping: ObjectMapping, row: AttributeMapping) -> bool:
    """Return whether a row cannot be deleted."""
    return row.is_matching or row.target == REQUIRED[mapping.kind]


def _is_told(value: Value) -> bool:
    return value is not IGNORE and not is_empty(value)


def _evaluated(
    row: AttributeMapping, source: SourceObject, until: float | None
) -> Value:
    try:
        value: Value = _parsed(row.source).evaluate(_visible(source), until=until)
    except EvaluationError as error:
        raise MappingError(
            f"The expression for {row.target} cannot be evaluated for "
            f"'{source.label}': {error}"
        ) from error
    if isinstance(value, list) and _parsed(row.source).calls(ASSERTIVE):
        return WholeList(value)
    return value


@lru_cache(maxsize=1024)
def _parsed(text: str) -> Expression:
    return expressions.parse(text)


def _visible(source: SourceObject) -> Mapping[str, Value]:
    """Return the attributes as mappings see them: a guest's userPrincipalName ends
    where #EXT# begins, and only its original has the rest (spec §3.1).
    """
    attributes = source.attributes
    original = as_text(attributes.get("userPrincipalName"))
    if not original:
        return attributes
    return {
        **attributes,
        "userPrincipalName": original.partition(GUEST_MARK)[0],
        "originalUserPrincipalName": original,
    }
