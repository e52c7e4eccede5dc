"""What an expression is made of, once it is read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Literal:
    """A string in quotes, or a number."""

    value: str | int


@dataclass(frozen=True, slots=True)
class Attribute:
    """A source attribute in brackets."""

    name: str


@dataclass(frozen=True, slots=True)
class Missing:
    """An argument that was left empty."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """The condition of an IIF or a CBool."""

    left: Node
    operator: str
    right: Node


@dataclass(frozen=True, slots=True)
class Call:
    """A function with its arguments."""

    name: str
    arguments: tuple[Node, ...]


Node = Literal | Attribute | Missing | Comparison | Call


def nodes(node: Node) -> Iterator[Node]:
    """Go through a node and everything below it."""
    yield node
    match node:
        case Call(_, arguments):
            for argument in arguments:
                yield from nodes(argument)
        case Comparison(left, _, right):
            yield from nodes(left)
            yield from nodes(right)


def attributes_of(node: Node) -> frozenset[str]:
    """Return the names in brackets."""
    return frozenset(each.name for each in nodes(node) if isinstance(each, Attribute))
