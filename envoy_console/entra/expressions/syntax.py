"""What an expression is made of, once it is read."""

from __future__ import annotations

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
    """An empty argument."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """The condition of an IIF."""

    left: Node
    operator: str
    right: Node


@dataclass(frozen=True, slots=True)
class Call:
    """A function with its arguments."""

    name: str
    arguments: tuple[Node, ...]


Node = Literal | Attribute | Missing | Comparison | Call
