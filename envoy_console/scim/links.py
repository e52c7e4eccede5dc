"""Changes to attributes that are links between resources, like the members of a group.

A group may have thousands of members. They are not loaded to be changed; the
operations are handed on in order, for the database to carry out.
"""

from dataclasses import dataclass
from typing import Any, Literal

from envoy_console.scim.changes import check_mutable, check_remove_by_value
from envoy_console.scim.dialects import Dialect
from envoy_console.scim.elements import as_element, as_list
from envoy_console.scim.errors import MutabilityError
from envoy_console.scim.nodes import Comparison, Node, Operator, Or
from envoy_console.scim.paths import AttributePath, Path
from envoy_console.scim.values import read_values

# databases bind only so many values in one statement
MAX_JOINED = 10_000

Verb = Literal["add", "remove", "replace"]


@dataclass(frozen=True, slots=True)
class LinkOperation:
    """Add, remove or replace links by the ids they point to.

    A remove with neither values nor filter removes them all.
    """

    op: Verb
    attribute: str
    values: tuple[str, ...] = ()
    filter: Node | None = None


def link_operation(
    op: Verb, path: Path, value: Any, dialect: Dialect
) -> LinkOperation | None:
    """What an operation means for the links; None if it changes nothing."""
    target = path.attribute_path
    check_mutable(target)
    if path.filter is not None or target.sub_attribute is not None:
        return _chosen_links(op, path)
    if op == "remove":
        return _removed_links(target, value, dialect)
    ids = _ids(target, value, dialect)
    name = target.attribute.name
    if op == "replace" and dialect.additive_members:
        dialect.note("replace_members_is_additive")
        op = "add"
    return LinkOperation(op, name, ids) if ids or op == "replace" else None


def join(links: list[LinkOperation], following: LinkOperation) -> None:
    """Append, making one of two neighbours that add, or remove, some values each."""
    last = links[-1] if links else None
    if last is not None and _can_join(last, following):
        ids = dict.fromkeys((*last.values, *following.values))
        links[-1] = LinkOperation(last.op, last.attribute, tuple(ids))
    else:
        links.append(following)


def _can_join(last: LinkOperation, following: LinkOperation) -> bool:
    if (last.op, last.attribute) != (following.op, following.attribute):
        return False
    if last.op == "replace" or not (last.values and following.values):
        return False
    return len(last.values) + len(following.values) <= MAX_JOINED


def _chosen_links(op: Verb, path: Path) -> LinkOperation:
    target = path.attribute_path
    if op != "remove" or target.sub_attribute is not None or path.filter is None:
        raise MutabilityError(
            f"A value of “{target.attribute.name}” cannot be changed; "
            "remove it and add another."
        )
    ids = _ids_compared(path.filter)
    name = target.attribute.name
    if ids is not None:
        return LinkOperation("remove", name, tuple(dict.fromkeys(ids)))
    return LinkOperation("remove", name, filter=path.filter)


def _removed_links(
    target: AttributePath, value: Any, dialect: Dialect
) -> LinkOperation | None:
    name = target.attribute.name
    if value is None:
        return LinkOperation("remove", name)
    check_remove_by_value(dialect)
    ids = _ids(target, [as_element(element) for element in as_list(value)], dialect)
    return LinkOperation("remove", name, ids) if ids else None


def _ids(target: AttributePath, value: Any, dialect: Dialect) -> tuple[str, ...]:
    elements = read_values(target.attribute, as_list(value), dialect) or ()
    return tuple(dict.fromkeys(element["value"] for element in elements))


def _ids_compared(node: Node) -> list[str] | None:
    """The ids in `value eq "a" or value eq "b"`; None for any other filter."""
    match node:
        case Comparison(path, Operator.EQ, str(value)) if path.leaf.name == "value":
            return [value]
        case Or(left, right):
            one, other = _ids_compared(left), _ids_compared(right)
            return None if one is None or other is None else one + other
    return None
