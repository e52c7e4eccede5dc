"""What a mapping may not be, in words for the person who saves it."""

from __future__ import annotations

from collections.abc import Iterable

from envoy_console.entra import attributes, expressions, scoping, target_paths
from envoy_console.entra.expressions import ExpressionError
from envoy_console.entra.mapping_rows import (
    REFERENCES,
    REQUIRED,
    AttributeMapping,
    MappingError,
    MappingType,
    ObjectMapping,
    matching,
)
from envoy_console.entra.objects import as_boolean
from envoy_console.entra.target_paths import TargetPathError

# what the target alone decides
READ_ONLY = frozenset(["id", "meta", "schemas"])
MANY = frozenset(["emails", "addresses", "phonenumbers"])
LONGEST_EXPRESSION = 10_000


def check(mapping: ObjectMapping) -> None:
    """Refuse a mapping that the service could not work with."""
    for row in mapping.attributes:
        check_row(row, mapping.kind)
    _check_targets(mapping.attributes)
    _check_matching(mapping)
    if mapping.kind == "User" and not mapping.enabled:
        raise MappingError("The mapping of users cannot be switched off.")
    for each in mapping.filters:
        scoping.check(each, mapping.kind)


def check_row(row: AttributeMapping, kind: str) -> None:
    """Refuse a row that makes no sense by itself."""
    _check_target(row)
    if row.type is not MappingType.NONE and not row.source.strip():
        raise MappingError(f"Say what flows to {row.target}: its {row.type} is empty.")
    match row.type:
        case MappingType.DIRECT:
            _check_attribute(row, row.source, kind)
        case MappingType.CONSTANT:
            _check_value(row, row.source)
        case MappingType.EXPRESSION:
            _check_expression(row, kind)
    if row.default:
        _check_value(row, row.default)
    _check_reference(row)


def _check_target(row: AttributeMapping) -> None:
    try:
        path = target_paths.parse(row.target)
    except TargetPathError as error:
        raise MappingError(str(error)) from error
    if not path.extension and path.name.lower() in READ_ONLY:
        raise MappingError(
            f"{row.target} is the target's own and cannot be a target attribute."
        )
    if path.name.lower() in MANY and not path.clauses:
        raise MappingError(
            f"{row.target} holds several values: say which, like "
            f'{path.name}[type eq "work"].value.'
        )
    if path.name.lower() == "name" and not path.extension and not path.sub:
        raise MappingError(f"{row.target} has parts: say which, like name.givenName.")


def _check_attribute(row: AttributeMapping, name: str, kind: str) -> None:
    if name not in attributes.OF_KIND[kind]:
        raise MappingError(
            f"{row.target}: a {kind.lower()} has no attribute “{name}”. Choose one from "
            "the list; names are case-sensitive."
        )


def _check_value(row: AttributeMapping, value: str) -> None:
    if target_paths.parse(row.target).is_boolean and as_boolean(value) is None:
        raise MappingError(f"{row.target} is True or False, not “{value}”.")


def _check_expression(row: AttributeMapping, kind: str) -> None:
    if len(row.source) > LONGEST_EXPRESSION:
        raise MappingError(
            f"{row.target}: an expression has at most {LONGEST_EXPRESSION:,} characters, "
            f"not {len(row.source):,}."
        )
    try:
        named = expressions.parse(row.source).attributes
    except ExpressionError as error:
        raise MappingError(
            f"{row.target}: the expression does not parse at character "
            f"{error.position + 1}: {error}"
        ) from error
    for name in sorted(named):
        _check_attribute(row, name, kind)
        if name in REFERENCES:
            raise MappingError(
                f"{row.target}: {name} names other objects and can only be mapped "
                "directly, not in an expression."
            )


def _check_reference(row: AttributeMapping) -> None:
    leaf = target_paths.parse(row.target).leaf
    if row.is_reference and leaf != row.source:
        raise MappingError(
            f"{row.source} names other objects: map it to the target's {row.source}, "
            f"not to {row.target}."
        )
    if leaf in REFERENCES and not row.is_reference:
        raise MappingError(
            f"{row.target} names other objects: map {leaf} to it directly."
        )
    if row.is_reference and row.is_matching:
        raise MappingError(f"{row.target} names other objects and cannot match any.")


def _check_targets(rows: Iterable[AttributeMapping]) -> None:
    keys: set[str] = set()
    shapes: dict[str, tuple[bool, bool]] = {}
    for row in rows:
        path = target_paths.parse(row.target)
        if path.key in keys:
            raise MappingError(
                f"{row.target} is mapped twice. Delete one of the two mappings."
            )
        keys.add(path.key)
        # `roles` beside `roles[…].value` would write one attribute in two ways
        shape = (bool(path.clauses), bool(path.sub))
        if shapes.setdefault(f"{path.extension}:{path.name}".lower(), shape) != shape:
            raise MappingError(
                f"{row.target} and another mapping write {path.name} in two ways. "
                "Delete one of the two mappings."
            )


def _check_matching(mapping: ObjectMapping) -> None:
    required = REQUIRED[mapping.kind]
    made = {r.target for r in mapping.attributes if r.type is not MappingType.NONE}
    if required not in made:
        raise MappingError(f"{required} must have a mapping: the target requires it.")
    rows = matching(mapping)
    if not rows:
        raise MappingError(
            f"Match objects using at least one attribute, such as {required}."
        )
    precedences = [row.matching_precedence or 0 for row in rows]
    if precedences[0] < 1 or len(set(precedences)) < len(rows):
        raise MappingError(
            "Give each matching attribute its own precedence: 1, 2, 3 and so on."
        )
    for row in rows:
        if row.type not in (MappingType.DIRECT, MappingType.EXPRESSION):
            raise MappingError(
                f"{row.target} cannot match objects: it is the same for all of them. "
                "Map an attribute to it."
            )
