"""What the service provider knows about an attribute (RFC 7643 §2.2 and §7)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum


class Names(dict[str, "Attribute"]):
    """Attributes by their name, whatever its case (RFC 7643 §2.1); None by another."""

    def __init__(self, attributes: Iterable["Attribute"]) -> None:
        for attribute in attributes:
            self[attribute.name] = self[attribute.name.lower()] = attribute

    def __missing__(self, name: str) -> "Attribute | None":
        return self.get(name.lower())


class Mutability(StrEnum):
    READ_ONLY = "readOnly"
    READ_WRITE = "readWrite"
    IMMUTABLE = "immutable"
    WRITE_ONLY = "writeOnly"


class Returned(StrEnum):
    ALWAYS = "always"
    NEVER = "never"
    DEFAULT = "default"
    REQUEST = "request"


class Uniqueness(StrEnum):
    NONE = "none"
    SERVER = "server"
    GLOBAL = "global"


@dataclass(frozen=True, slots=True, eq=False)
class Attribute:
    """One attribute with its characteristics; there is one object per attribute.

    Three characteristics are our own: `max_length` of a text, `max_values` of a
    multi-valued attribute, and `identifier` for text that people recognise one
    another by and that may therefore hold nothing invisible.
    """

    name: str
    type: str = "string"
    multi_valued: bool = False
    required: bool = False
    case_exact: bool = False
    mutability: Mutability = Mutability.READ_WRITE
    returned: Returned = Returned.DEFAULT
    uniqueness: Uniqueness = Uniqueness.NONE
    canonical_values: tuple[str, ...] = ()
    reference_types: tuple[str, ...] = ()
    sub_attributes: tuple["Attribute", ...] = ()
    description: str = ""
    max_length: int = 1024
    max_values: int = 100
    identifier: bool = False
    full_name: str = field(init=False, repr=False, default="")
    required_subs: tuple["Attribute", ...] = field(init=False, repr=False, default=())
    is_complex: bool = field(init=False, repr=False)
    is_read_only: bool = field(init=False, repr=False)
    is_secret: bool = field(init=False, repr=False)
    # the sub-attribute of a name, whatever its case, or None
    sub: Callable[[str], "Attribute | None"] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        settle = object.__setattr__
        settle(self, "full_name", self.name)
        settle(self, "is_complex", self.type == "complex")
        settle(self, "is_read_only", self.mutability is Mutability.READ_ONLY)
        settle(self, "is_secret", self.returned is Returned.NEVER)
        settle(self, "sub", Names(self.sub_attributes).__getitem__)
        settle(
            self, "required_subs", tuple(s for s in self.sub_attributes if s.required)
        )
        for sub in self.sub_attributes:
            settle(sub, "full_name", f"{self.name}.{sub.name}")
