"""Read an expression: attributes in brackets, strings in quotes, functions with
arguments that may be empty. Everything that is wrong has a position.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass

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

LONGEST = 10_000
DEEPEST = 40

TOKEN = re.compile(
    r"""\s*(?:
        (?P<attribute>\[[^\[\]"]*\])
      | (?P<string>"(?:[^"\\]|\\.)*")
      | (?P<number>-?[0-9]{1,18})(?![\w.])
      | (?P<name>[A-Za-z][A-Za-z0-9]*)
      | (?P<operator><>|>=|<=|=|<|>)
      | (?P<mark>[(),])
      | (?P<end>$)
    )""",
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Token:
    kind: str
    text: str
    position: int


def parse(text: str) -> Expression:
    """Return the expression that `text` writes; raises ExpressionError."""
    if len(text) > LONGEST:
        raise ExpressionError(
            f"An expression may have {LONGEST:,} characters; this has {len(text):,}.",
            LONGEST,
        )
    if not text.strip():
        raise ExpressionError("Type an expression, such as ToLower([mail]).", 0)
    reader = _Reader(_tokens(text))
    node = reader.expression(0)
    reader.expect_end()
    return Expression(text, node)


def _tokens(text: str) -> list[Token]:
    found, position = [], 0
    while True:
        match = TOKEN.match(text, position)
        if match is None or match.lastgroup is None:
            raise _unreadable(text, position)
        start = match.start(match.lastgroup)
        found.append(Token(match.lastgroup, match[match.lastgroup], start))
        if match.lastgroup == "end":
            return found
        position = match.end()


def _unreadable(text: str, position: int) -> ExpressionError:
    position += len(text[position:]) - len(text[position:].lstrip())
    character = text[position]
    if character == '"':
        return ExpressionError('This string has no closing ".', position)
    if character == "[":
        return ExpressionError("This attribute has no closing ].", position)
    return ExpressionError(
        f"“{character}” cannot stand here. Expected a function, an [attribute], a "
        '"string" or a number.',
        position,
    )


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
        if self.token.kind == "end":
            return
        if self.token.kind == "operator":
            raise ExpressionError(
                "A comparison can only be the first argument of IIF.",
                self.token.position,
            )
        raise ExpressionError(
            f"Nothing may follow the expression, but “{self.token.text}” does.",
            self.token.position,
        )

    def expression(self, depth: int) -> Node:
        token = self.take()
        if depth > DEEPEST:
            raise ExpressionError(
                f"Functions may be nested {DEEPEST} deep.", token.position
            )
        match token.kind:
            case "attribute":
                return self.attribute(token)
            case "string":
                return Literal(re.sub(r"\\(.)", r"\1", token.text[1:-1], flags=re.S))
            case "number":
                return Literal(int(token.text))
            case "name":
                return self.call(token, depth)
        what = f"“{token.text}”" if token.text else "the end"
        raise ExpressionError(
            f'Expected a function, an [attribute], a "string" or a number, found {what}.',
            token.position,
        )

    @staticmethod
    def attribute(token: Token) -> Attribute:
        name = token.text[1:-1].strip()
        if not name:
            raise ExpressionError(
                "Name an attribute between the brackets.", token.position
            )
        return Attribute(name)

    def call(self, name: Token, depth: int) -> Call:
        self.check_name(name)
        if self.token.text != "(":
            raise ExpressionError(f"Expected ( after {name.text}.", self.token.position)
        self.take()
        arguments = self.arguments(name.text, depth)
        function = FUNCTIONS[name.text]
        if not function.takes(len(arguments)):
            raise ExpressionError(
                f"{name.text} takes {function.arity}, not {len(arguments)}: "
                f"{function.signature}.",
                name.position,
            )
        return Call(name.text, arguments)

    @staticmethod
    def check_name(name: Token) -> None:
        if name.text in FUNCTIONS:
            return
        known = {each.lower(): each for each in FUNCTIONS}
        near = difflib.get_close_matches(name.text.lower(), known, 1)
        hint = f" Did you mean {known[near[0]]}?" if near else ""
        raise ExpressionError(f"There is no function {name.text}.{hint}", name.position)

    def arguments(self, name: str, depth: int) -> tuple[Node, ...]:
        found: list[Node] = []
        if self.token.text == ")":
            self.take()
            return ()
        while True:
            found.append(self.argument(name, len(found), depth))
            token = self.take()
            if token.text == ")":
                return tuple(found)
            if token.text != ",":
                what = f"“{token.text}”" if token.text else "the end"
                raise ExpressionError(
                    f"Expected , or ) in {name}, found {what}.", token.position
                )

    def argument(self, name: str, index: int, depth: int) -> Node:
        if self.token.text in (",", ")"):
            return Missing()
        value = self.expression(depth + 1)
        if self.token.kind != "operator":
            return value
        if name != "IIF" or index:
            raise ExpressionError(
                "A comparison can only be the first argument of IIF.",
                self.token.position,
            )
        operator = self.take().text
        return Comparison(value, operator, self.expression(depth + 1))
