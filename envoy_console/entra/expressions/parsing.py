"""Read an expression: attributes in brackets, strings in quotes, functions with arguments
that may be empty. Whatever is wrong is told with what was expected, and where.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass

from envoy_console.entra.expressions import replacing
from envoy_console.entra.expressions.catalogue import FUNCTIONS
from envoy_console.entra.expressions.errors import ExpressionError
from envoy_console.entra.expressions.evaluation import Expression
from envoy_console.entra.expressions.syntax import (
    Attribute,
    Call,
    Comparison,
    Literal,
    Missing,
    Node,
)
from envoy_console.entra.expressions.texts import COMPARE_TYPES
from envoy_console.entra.patterns import PatternError, compile_pattern

LONGEST = 10_000
DEEPEST = 40
VALUES = 'a function, an [attribute], a "string" or a number'

TOKEN = re.compile(
    r"""\s*(?:
        (?P<attribute>\[[^\[\]"]*\])
      | (?P<string>"(?:[^"\\]|\\.)*+")
      | (?P<number>(?:&[Hh][0-9A-Fa-f]{1,15}+|-?[0-9]{1,19}+)(?![\w.]))
      | (?P<name>[A-Za-z][A-Za-z0-9]*)
      | (?P<operator><>|>=|<=|=|<|>)
      | (?P<mark>[(),])
      | (?P<end>\Z)
    )""",
    re.VERBOSE | re.DOTALL,
)
# the argument of Replace that is a regular expression
PATTERN = ("Replace", 2)
# any other backslash stands for itself, so that "\d" is what it looks like
ESCAPE = re.compile(r'\\([\\"])')


@dataclass(frozen=True, slots=True)
class Token:
    kind: str
    text: str
    position: int

    def __str__(self) -> str:
        shown = self.text if len(self.text) <= 30 else f"{self.text[:30]}…"
        return f"“{shown}”" if shown else "the end"


def parse(text: str) -> Expression:
    """Return the expression that `text` writes; raises ExpressionError."""
    if len(text) > LONGEST:
        raise ExpressionError(
            f"An expression may have {LONGEST:,} characters; this has {len(text):,}.",
            LONGEST,
        )
    if not text.strip():
        raise ExpressionError("Expected an expression, such as ToLower([mail]).", 0)
    reader = _Reader(_tokens(text))
    node = reader.value(0)
    reader.expect_end()
    return Expression(text, node)


def _tokens(text: str) -> list[Token]:
    found: list[Token] = []
    position = 0
    while not found or found[-1].kind != "end":
        match = TOKEN.match(text, position)
        if match is None:
            raise _unreadable(text, position)
        kind = str(match.lastgroup)
        found.append(Token(kind, match[kind], match.start(kind)))
        position = match.end()
    return found


def _unreadable(text: str, position: int) -> ExpressionError:
    position = len(text) - len(text[position:].lstrip())
    character = text[position]
    if character == '"':
        return ExpressionError('Expected " at the end of this string.', position)
    if character == "[":
        return ExpressionError("Expected ] at the end of this attribute.", position)
    if character in "-&" or character.isdecimal():
        return ExpressionError(
            "Expected a whole number of at most 19 digits, such as 10, -10 or &HF7.",
            position,
        )
    return ExpressionError(f"Expected {VALUES}, found “{character}”.", position)


class _Reader:
    """Goes through the tokens once, from left to right."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.index = 0

    @property
    def token(self) -> Token:
        return self.tokens[self.index]

    def take(self) -> Token:
        token = self.token
        self.index += 1
        return token

    def expect_end(self) -> None:
        if self.token.kind == "operator":
            raise self.misplaced_comparison()
        if self.token.kind != "end":
            raise self.unexpected("the end of the expression")

    def value(self, depth: int) -> Node:
        match self.token.kind:
            case "attribute":
                return self.attribute()
            case "string":
                return Literal(ESCAPE.sub(r"\1", self.take().text[1:-1]))
            case "number":
                return Literal(_number(self.take().text))
            case "name" if self.token.text in COMPARE_TYPES:
                return Literal(self.take().text)
            case "name":
                return self.call(depth)
        raise self.unexpected(VALUES)

    def attribute(self) -> Attribute:
        name = self.token.text[1:-1].strip()
        if not name:
            raise ExpressionError(
                "Expected the name of an attribute between the brackets.",
                self.token.position,
            )
        self.take()
        return Attribute(name)

    def call(self, depth: int) -> Call:
        name = self.take()
        if depth >= DEEPEST:
            raise ExpressionError(
                f"Expected functions nested at most {DEEPEST} deep.", name.position
            )
        if self.token.text != "(":
            raise ExpressionError(
                f"Expected ( after {name}. An attribute stands in brackets, a string in "
                "quotes.",
                self.token.position,
            )
        _check_name(name)
        self.take()
        arguments = self.arguments(name, depth + 1)
        _check_arguments(name, arguments)
        return Call(name.text, arguments)

    def arguments(self, name: Token, depth: int) -> tuple[Node, ...]:
        found: list[Node] = []
        if self.token.text == ")":
            self.take()
            return ()
        while True:
            found.append(self.argument(name, len(found), depth))
            if self.token.text not in (",", ")"):
                raise self.unexpected(f", or ) in {name.text}")
            if self.take().text == ")":
                return tuple(found)

    def argument(self, name: Token, index: int, depth: int) -> Node:
        if self.token.text in (",", ")"):
            _check_omission(name, index, self.token)
            return Missing()
        start = self.token
        value = self.value(depth)
        _check_pattern(name, index, start)
        if self.token.kind != "operator":
            return value
        if index or name.text not in ("IIF", "CBool"):
            raise self.misplaced_comparison()
        operator = self.take().text
        return Comparison(value, operator, self.value(depth))

    def unexpected(self, expected: str) -> ExpressionError:
        hint = ""
        if self.token.text.upper() in ("AND", "OR"):
            hint = " There is no AND and no OR: put another IIF into this one."
        return ExpressionError(
            f"Expected {expected}, found {self.token}.{hint}", self.token.position
        )

    def misplaced_comparison(self) -> ExpressionError:
        return ExpressionError(
            f"Expected no {self.token} here: only the condition of IIF or CBool compares.",
            self.token.position,
        )


def _number(text: str) -> int:
    return int(text[2:], 16) if text[0] == "&" else int(text)


def _check_name(name: Token) -> None:
    if name.text in FUNCTIONS:
        return
    if name.text == "SelectUniqueValue":
        raise ExpressionError(
            "Expected another function: SelectUniqueValue works for on-premises Active "
            "Directory only.",
            name.position,
        )
    known = {each.lower(): each for each in FUNCTIONS}
    nearest = difflib.get_close_matches(name.text[:60].lower(), known, 1, cutoff=0)
    raise ExpressionError(
        f"There is no function {name}. Expected a name such as {known[nearest[0]]}; "
        "names are case-sensitive.",
        name.position,
    )


def _check_arguments(name: Token, arguments: tuple[Node, ...]) -> None:
    function = FUNCTIONS[name.text]
    if not function.takes(len(arguments)):
        raise ExpressionError(
            f"Expected {function.arity} for {name.text}, found {len(arguments)}: "
            f"{function.signature}.",
            name.position,
        )
    given = {i for i, each in enumerate(arguments) if not isinstance(each, Missing)}
    if name.text == "Replace" and not replacing.is_complete(given):
        raise ExpressionError(f"Expected {replacing.NEEDS}.", name.position)


def _check_omission(name: Token, index: int, end: Token) -> None:
    function = FUNCTIONS[name.text]
    if index >= function.fixed and not function.step:
        return
    parameter = function.parameter(index)
    if not parameter.is_optional:
        raise ExpressionError(
            f"Expected a {parameter.name} here: {function.signature}.", end.position
        )


def _check_pattern(name: Token, index: int, value: Token) -> None:
    """Refuse a regular expression that would fail for every object."""
    if value.kind != "string" or (name.text, index) != PATTERN:
        return
    try:
        compile_pattern(ESCAPE.sub(r"\1", value.text[1:-1]))
    except PatternError as error:
        raise ExpressionError(
            f"Expected another regexPattern. {error}",
            value.position + 1 + _written(value.text[1:-1], error.position),
        ) from error


def _written(string: str, position: int) -> int:
    """Return where a character of a string's value stands in what was written."""
    for escape in ESCAPE.finditer(string):
        if escape.start() >= position:
            break
        position += 1
    return position
