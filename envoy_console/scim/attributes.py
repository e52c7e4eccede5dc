"""What the service provider knows about an attribute (RFC 7643 §2.2 and §7)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum


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
    _subs: dict[str, "Attribute"] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        settle = object.__setattr__
        settle(self, "full_name", self.name)
        settle(self, "_subs", by_name(self.sub_attributes))
        settle(
            self, "required_subs", tuple(s for s in self.sub_attributes if s.required)
        )
        for sub in self.sub_attributes:
            settle(sub, "full_name", f"{self.name}.{sub.name}")

    def sub(self, name: str) -> "Attribute | None":
        """The sub-attribute of that name, whatever its case (RFC 7643 §2.1)."""
        return self._subs.get(name) or self._subs.get(name.lower())

    @property
    def is_complex(self) -> bool:
        return self.type == "complex"

    @property
    def is_read_only(self) -> bool:
        return self.mutability is Mutability.READ_ONLY

    @property
    def is_secret(self) -> bool:
        return self.returned is Returned.NEVER


def by_name(attributes: Iterable[Attribute]) -> dict[str, Attribute]:
    """An index that answers to the canonical spelling and to lower case."""
    index: dict[str, Attribute] = {}
    for attribute in attributes:
        index[attribute.name] = index[attribute.name.lower()] = attribute
    return index
