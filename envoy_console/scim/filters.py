"""Reading filters (RFC 7644 §3.4.2.2), for queries and inside PATCH paths.

    filter = term *( ("and" / "or") term )            and binds tighter than or
    term   = "(" filter ")" / "not" "(" filter ")" / comparison
           / attribute "[" filter "]" [ ".sub" comparison ]

The lexer is one linear pass. Length, number of tokens and nesting are bounded
before the parser, which descends recursively, sees the first token.
"""

import re
from collections.abc import Sequence

from envoy_console.scim.attribute_paths import AttributePath, find_attribute
from envoy_console.scim.comparisons import compare, presence
from envoy_console.scim.dialects import Dialect
from envoy_console.scim.errors import (
    InvalidFilterError,
    InvalidPathError,
    UnknownAttributeError,
)
from envoy_console.scim.folding import fold
from envoy_console.scim.literals import Literal, constant, is_constant, plain, quoted
from envoy_console.scim.matching import matches
from envoy_console.scim.nodes import (
    And,
    Comparison,
    Node,
    Not,
    Operator,
    Or,
    Presence,
    ValuePath,
)
from envoy_console.scim.schemas import ResourceType

__all__ = [
    "And",
    "Comparison",
    "Node",
    "Not",
    "Operator",
    "Or",
    "Presence",
    "ValuePath",
    "fold",
    "matches",
    "parse_filter",
]

MAX_LENGTH = 2_048
MAX_TOKENS = 128
MAX_NESTING = 16

_SIMPLE = re.compile(r'([\w.:$-]++) [eE][qQ] "([^"\\\x00-\x1f\ud800-\udfff]*+)"')
_TOKEN = re.compile(
    r'[()\[\]]|"[^"\\]*+(?:\\.[^"\\]*+)*+"|".*+|[^\s()\[\]"]++', re.DOTALL
)


def parse_filter(
    text: str,
    resource_type: ResourceType,
    dialect: Dialect | None = None,
    *,
    others: Sequence[ResourceType] = (),
) -> Node:
    """The tree of a filter; InvalidFilterError says what is wrong with it.

    Where a list holds `others` too, the filter may name their attributes, which a
    resource of this type has no value of (RFC 7644 §3.4.2.1).
    """
    dialect = dialect or Dialect()
    simple = _SIMPLE.fullmatch(text) if len(text) <= MAX_LENGTH else None
    if simple is not None:  # nearly every request that Entra makes
        path = _attribute(simple[1], (resource_type, *others), dialect)
        return compare(path, Operator.EQ, simple[2], dialect)
    parser = FilterParser(tokens(text), resource_type, dialect, others)
    node = parser.filter()
    parser.expect_end()
    return node


def tokens(text: str) -> list[str]:
    """Brackets, quoted strings and words, within bounds."""
    if len(text) > MAX_LENGTH:
        raise InvalidFilterError(
            f"A filter may be at most {MAX_LENGTH} characters long."
        )
    found = _TOKEN.findall(text)
    if len(found) > MAX_TOKENS:
        raise InvalidFilterError(f"A filter may have at most {MAX_TOKENS} terms.")
    depth = 0
    for token in found:
        if token in ("(", "["):
            depth += 1
        elif token in (")", "]"):
            depth -= 1
        if depth > MAX_NESTING:
            raise InvalidFilterError(
                f"A filter may be nested at most {MAX_NESTING} levels deep."
            )
    return found


def _attribute(
    text: str, resource_types: Sequence[ResourceType], dialect: Dialect
) -> AttributePath:
    """The attribute of the first of the types that has it."""
    for resource_type in resource_types:
        try:
            return find_attribute(text, resource_type, dialect)
        except UnknownAttributeError:
            continue
        except InvalidPathError as error:
            raise InvalidFilterError(error.detail) from None
    names = " or ".join(resource_type.name for resource_type in resource_types)
    raise InvalidFilterError(f"A {names} has no attribute “{text[:128]}”.")


class FilterParser:
    """One pass over the tokens, one method per rule of the grammar."""

    __slots__ = ("_dialect", "_parent", "_position", "_resource_types", "_tokens")

    def __init__(
        self,
        found: list[str],
        resource_type: ResourceType,
        dialect: Dialect,
        others: Sequence[ResourceType] = (),
    ) -> None:
        self._tokens = found
        self._position = 0
        self._resource_types = (resource_type, *others)
        self._dialect = dialect
        self._parent: AttributePath | None = None

    def filter(self) -> Node:
        node = self._conjunction()
        while self._take_keyword("or"):
            node = Or(node, self._conjunction())
        return node

    def value_filter(self, parent: AttributePath) -> Node:
        """The filter between the brackets that follow a multi-valued attribute."""
        if self._parent or parent.sub_attribute or not parent.attribute.multi_valued:
            raise InvalidFilterError(
                f"“{parent}” cannot be followed by […]; "
                "only an attribute with several values can."
            )
        self._expect("[")
        self._parent = parent
        node = self.filter()
        self._parent = None
        self._expect("]")
        return node

    def sub_attribute(self, parent: AttributePath) -> AttributePath | None:
        """The `.sub` that may follow the closing bracket."""
        token = self.peek()
        if not token.startswith("."):
            return None
        self._position += 1
        return self._sub_path(parent, token[1:])

    def peek(self) -> str:
        if self._position < len(self._tokens):
            return self._tokens[self._position]
        return ""

    def expect_end(self) -> None:
        if self.peek():
            raise InvalidFilterError(
                f"Expected “and”, “or” or the end of the filter, not {self._found()}."
            )

    def _conjunction(self) -> Node:
        node = self._term()
        while self._take_keyword("and"):
            node = And(node, self._term())
        return node

    def _term(self) -> Node:
        if self.peek() == "(":
            return self._group()
        if self._next_is_negation():
            self._position += 1
            return Not(self._group())
        path = self._path()
        if self.peek() == "[":
            return self._value_path(path)
        return self._comparison(path)

    def _group(self) -> Node:
        self._expect("(")
        node = self.filter()
        self._expect(")")
        return node

    def _value_path(self, path: AttributePath) -> Node:
        node = self.value_filter(path)
        sub_path = self.sub_attribute(path)
        if sub_path is not None:
            # Not in the grammar, but Entra matches by emails[type eq "work"].value.
            node = And(node, self._comparison(sub_path))
        return ValuePath(path, node)

    def _comparison(self, path: AttributePath) -> Node:
        name = self._take().lower()
        if name == "pr":
            return presence(path)
        try:
            operator = Operator(name)
        except ValueError:
            self._position -= 1
            raise InvalidFilterError(
                f"Expected an operator after “{path}” "
                f"(eq, ne, co, sw, ew, gt, ge, lt, le or pr), not {self._found()}."
            ) from None
        return compare(path, operator, self._literal(path), self._dialect)

    def _path(self) -> AttributePath:
        token = self.peek()
        if not token or token[0] in '()[]"':
            raise InvalidFilterError(f"Expected an attribute, not {self._found()}.")
        self._position += 1
        if self._parent is not None:
            return self._sub_path(self._parent, token)
        return _attribute(token, self._resource_types, self._dialect)

    def _sub_path(self, parent: AttributePath, name: str) -> AttributePath:
        sub = parent.attribute.sub(name)
        if sub is None:
            raise InvalidFilterError(f"“{parent}” has no sub-attribute “{name[:128]}”.")
        return AttributePath(parent.schema_urn, parent.attribute, sub)

    def _literal(self, path: AttributePath) -> Literal:
        token = self.peek()
        if not token or token in ("(", ")", "[", "]"):
            raise InvalidFilterError(
                f"Expected a value to compare “{path}” with, not {self._found()}."
            )
        self._position += 1
        if token[0] == '"':
            return quoted(token)
        if is_constant(token):
            return constant(token)
        if not self._dialect.allows("unquoted_filter_value"):
            raise InvalidFilterError(
                f"The text to compare “{path}” with must be in double quotes."
            )
        return plain(token)

    def _next_is_negation(self) -> bool:
        if self.peek().lower() != "not":
            return False
        return self._tokens[self._position + 1 : self._position + 2] == ["("]

    def _take(self) -> str:
        token = self.peek()
        self._position += 1
        return token

    def _take_keyword(self, keyword: str) -> bool:
        if self.peek().lower() != keyword:
            return False
        self._position += 1
        return True

    def _expect(self, bracket: str) -> None:
        if self.peek() != bracket:
            raise InvalidFilterError(f"Expected “{bracket}”, not {self._found()}.")
        self._position += 1

    def _found(self) -> str:
        token = self.peek()
        return f"“{token[:64]}”" if token else "the end of the filter"
