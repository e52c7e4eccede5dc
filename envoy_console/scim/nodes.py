"""The tree a filter is parsed into (RFC 7644 §3.4.2.2)."""

from dataclasses import dataclass
from enum import StrEnum

from envoy_console.scim.attribute_paths import AttributePath


class Operator(StrEnum):
    EQ = "eq"
    NE = "ne"
    CO = "co"
    SW = "sw"
    EW = "ew"
    GT = "gt"
    GE = "ge"
    LT = "lt"
    LE = "le"


@dataclass(frozen=True, slots=True)
class Comparison:
    path: AttributePath
    operator: Operator
    value: str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Presence:
    path: AttributePath


@dataclass(frozen=True, slots=True)
class And:
    left: "Node"
    right: "Node"


@dataclass(frozen=True, slots=True)
class Or:
    left: "Node"
    right: "Node"


@dataclass(frozen=True, slots=True)
class Not:
    node: "Node"


@dataclass(frozen=True, slots=True)
class ValuePath:
    """Some element of a multi-valued attribute matches the filter as a whole."""

    path: AttributePath
    filter: "Node"


Node = Comparison | Presence | And | Or | Not | ValuePath
