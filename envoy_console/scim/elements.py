"""Changing the values of a multi-valued attribute (RFC 7644 §3.5.2.1 to §3.5.2.3)."""

from typing import Any

from envoy_console.scim.attributes import Attribute
from envoy_console.scim.dialects import Dialect
from envoy_console.scim.errors import NoTargetError
from envoy_console.scim.matching import matches
from envoy_console.scim.nodes import And, Comparison, Node, Operator
from envoy_console.scim.paths import AttributePath, Path
from envoy_console.scim.values import (
    demote,
    identity,
    merged,
    read_one,
    read_parts,
    read_values,
    too_many,
)

Element = dict[str, Any]


def change_elements(
    elements: list[Element], op: str, path: Path, value: Any, dialect: Dialect
) -> list[Element] | None:
    """The values after the operation; None when none is left."""
    target = path.attribute_path
    if path.filter is None and target.sub_attribute is None:
        return _change_all(target.attribute, elements, op, value, dialect)
    chosen = [
        path.filter is None or matches(path.filter, element) for element in elements
    ]
    if any(chosen):
        return _change_chosen(target, elements, chosen, op, value, dialect)
    if op == "remove" and path.filter is None:
        return elements or None
    if op != "remove" and _can_be_created(path, dialect):
        created = _created(path, value, dialect)
        return _added(target.attribute, elements, created)
    raise NoTargetError(f"No value of “{target.attribute.name}” matches the path.")


def as_list(value: Any) -> list[Any]:
    """An operation may name one value without the list around it."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _change_all(
    attribute: Attribute,
    elements: list[Element],
    op: str,
    value: Any,
    dialect: Dialect,
) -> list[Element] | None:
    if op == "remove":
        return None if value is None else _without(attribute, elements, value, dialect)
    given = read_values(attribute, as_list(value), dialect) or []
    if op == "replace":
        return given or None
    return _added(attribute, elements, given)


def _added(
    attribute: Attribute, elements: list[Element], given: list[Element]
) -> list[Element] | None:
    """The values and the new ones among those given; a new primary ousts the old."""
    present = {identity(attribute, element) for element in elements}
    new = [e for e in given if identity(attribute, e) not in present]
    if any(element.get("primary") for element in new):
        elements = demote(elements)
    if len(elements) + len(new) > attribute.max_values:
        raise too_many(attribute)
    return [*elements, *new] or None


def _without(
    attribute: Attribute, elements: list[Element], listed: Any, dialect: Dialect
) -> list[Element] | None:
    """The values that agree with none of those listed; empty entries agree with none."""
    values = as_list(listed)
    if len(values) > attribute.max_values:
        raise too_many(attribute)
    entries = [
        entry.items()
        for value in values
        if (entry := read_one(attribute, as_element(value), dialect))
    ]
    kept = [e for e in elements if not any(entry <= e.items() for entry in entries)]
    return kept or None


def as_element(value: Any) -> Any:
    """A bare text stands for a value with nothing but that."""
    return {"value": value} if isinstance(value, str) else value


def _change_chosen(
    target: AttributePath,
    elements: list[Element],
    chosen: list[bool],
    op: str,
    value: Any,
    dialect: Dialect,
) -> list[Element] | None:
    if target.sub_attribute is not None:
        part = None if op == "remove" else read_one(target.leaf, value, dialect)
        parts = [(target.sub_attribute, part)]
    elif op == "add" and isinstance(value, dict):
        parts = read_parts(target.attribute, value, dialect)
    else:
        given = None if op == "remove" else read_one(target.attribute, value, dialect)
        return _replaced(elements, chosen, given)
    changed = [
        merged(element, parts) if is_chosen else element
        for element, is_chosen in zip(elements, chosen, strict=True)
    ]
    if any(sub.name == "primary" and part for sub, part in parts):
        changed = _with_primary(changed, chosen.index(True))
    return [element for element in changed if element] or None


def _replaced(
    elements: list[Element], chosen: list[bool], given: Element | None
) -> list[Element] | None:
    """The values with one in the place of those chosen, or none."""
    first = chosen.index(True)
    kept = [element for element, gone in zip(elements, chosen, strict=True) if not gone]
    if given is None:
        return kept or None
    if given.get("primary"):
        kept = demote(kept)
    return [*kept[:first], given, *kept[first:]]


def _with_primary(elements: list[Element | None], first: int) -> list[Element | None]:
    """Only one value is primary (RFC 7643 §2.4): the first that was made so."""
    return [
        element if element is None or index == first else demote([element])[0]
        for index, element in enumerate(elements)
    ]


def _can_be_created(path: Path, dialect: Dialect) -> bool:
    if path.filter is None or equalities(path.filter) is None:
        return False
    return dialect.allows("add_to_missing_value_path")


def _created(path: Path, value: Any, dialect: Dialect) -> list[Element]:
    """A value that the path would have matched, like {"type": "work", "value": …}."""
    target = path.attribute_path
    given = read_one(target.leaf, value, dialect)
    if given is None or path.filter is None:
        return []
    if target.sub_attribute is not None:
        given = {target.sub_attribute.name: given}
    wanted = read_one(target.attribute, equalities(path.filter), dialect) or {}
    return [{**wanted, **given}]


def equalities(node: Node) -> Element | None:
    """What a value must consist of to match, if the filter says just that."""
    match node:
        case Comparison(path, Operator.EQ, value):
            return {path.leaf.name: value}
        case And(left, right):
            one, other = equalities(left), equalities(right)
            return None if one is None or other is None else one | other
    return None
