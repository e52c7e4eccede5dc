"""Filters and paths as text again, so that what was read can be read once more."""

from __future__ import annotations

import json

from envoy_console.scim.nodes import And, Comparison, Node, Not, Or, Presence, ValuePath
from envoy_console.scim.paths import AttributePath, ExtensionPath, Path


def filter_text(node: Node, *, inside: bool = False) -> str:
    """Return a filter that reads as `node`; `inside` the brackets of a value path."""
    match node:
        case Comparison(path, operator, value):
            literal = json.dumps(value, ensure_ascii=False)
            return f"{_name(path, inside)} {operator} {literal}"
        case Presence(path):
            return f"{_name(path, inside)} pr"
        case Not(negated):
            return f"not ({filter_text(negated, inside=inside)})"
        case And(left, right):
            return f"{_part(left, Or, inside)} and {_part(right, And | Or, inside)}"
        case Or(left, right):
            left_text = filter_text(left, inside=inside)
            return f"{left_text} or {_part(right, Or, inside)}"
        case ValuePath(path, chosen):
            return f"{path}[{filter_text(chosen, inside=True)}]"


def path_text(path: Path | ExtensionPath) -> str:
    """Return a path that reads as `path`."""
    if isinstance(path, ExtensionPath):
        return path.urn
    target = path.attribute_path
    if path.filter is None:
        return str(target)
    parent = AttributePath(target.schema_urn, target.attribute)
    sub = f".{target.sub_attribute.name}" if target.sub_attribute else ""
    return f"{parent}[{filter_text(path.filter, inside=True)}]{sub}"


def _part(node: Node, weaker: object, inside: bool) -> str:
    text = filter_text(node, inside=inside)
    return f"({text})" if isinstance(node, weaker) else text  # type: ignore[arg-type]


def _name(path: AttributePath, inside: bool) -> str:
    return path.leaf.name if inside else str(path)
