"""Choosing what a response shows: `attributes` and `excludedAttributes` (RFC 7644 §3.9).

A selection is a tree of canonical names; a name without branches stands for all that
is below it.

    attributes=userName,name.givenName   {"userName": {}, "name": {"givenName": {}}}
"""

from dataclasses import dataclass
from typing import Any

from envoy_console.scim.attribute_paths import parse_attribute_path
from envoy_console.scim.errors import InvalidPathError, InvalidValueError
from envoy_console.scim.schemas import ResourceType

Tree = dict[str, "Tree"]

ALWAYS = ("schemas", "id")


@dataclass(frozen=True, slots=True)
class Selection:
    """The attributes to show, or those to leave out."""

    tree: Tree
    excludes: bool

    def wants(self, name: str) -> bool:
        """Whether any part of the attribute is to be shown."""
        if self.excludes:
            return self.tree.get(name) != {}
        return name in self.tree

    def names(self, name: str, sub_name: str) -> bool:
        """Whether a sub-attribute is asked for by its own name."""
        return not self.excludes and sub_name in self.tree.get(name, {})


def parse_selection(
    attributes: str | None, excluded: str | None, resource_type: ResourceType
) -> Selection | None:
    """The selection that a query asks for; names that are unknown choose nothing."""
    if attributes and excluded:
        raise InvalidValueError(
            "attributes and excludedAttributes cannot be used together."
        )
    names = attributes or excluded
    if not names:
        return None
    tree: Tree = {}
    for name in names.split(","):
        _plant(tree, _branch(name.strip(), resource_type))
    for name in ALWAYS:
        if attributes:
            tree[name] = {}
        else:
            tree.pop(name, None)
    return Selection(tree, excludes=not attributes)


def select(resource: dict[str, Any], selection: Selection | None) -> dict[str, Any]:
    """The resource as the client asked to see it."""
    if selection is None:
        return resource
    shown = _without if selection.excludes else _only
    selected: dict[str, Any] = shown(resource, selection.tree)
    return selected


def _branch(name: str, resource_type: ResourceType) -> list[str]:
    """From the root to the attribute: [extension], attribute, [sub-attribute]."""
    extension = resource_type.extension(name)
    if extension is not None:
        return [extension.urn]
    try:
        path = parse_attribute_path(name, resource_type)
    except InvalidPathError:
        return []
    steps = (
        path.schema_urn,
        path.attribute.name,
        path.sub_attribute and path.sub_attribute.name,
    )
    return [step for step in steps if step]


def _plant(tree: Tree, branch: list[str]) -> None:
    """Add a branch; whoever asked for the whole already has its parts."""
    for depth, name in enumerate(branch, start=1):
        if depth == len(branch):
            tree[name] = {}
        elif tree.get(name) == {}:
            return
        else:
            tree = tree.setdefault(name, {})


def _only(value: Any, tree: Tree) -> Any:
    if not tree:
        return value
    if isinstance(value, list):
        return [_only(element, tree) for element in value]
    kept = {
        name: _only(part, tree[name]) for name, part in value.items() if name in tree
    }
    return {name: part for name, part in kept.items() if part not in ({}, [{}])}


def _without(value: Any, tree: Tree) -> Any:
    if isinstance(value, list):
        return [_without(element, tree) for element in value]
    return {
        name: _without(part, tree[name]) if tree.get(name) else part
        for name, part in value.items()
        if tree.get(name) != {}
    }
