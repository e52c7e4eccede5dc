"""What a function of the language is, and how a module declares its own.

The signature that people read is the one that counts arguments: `name?` may be left
empty or out, `name…` repeats, and a signature that ends in `key…, value…` repeats both.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

Run = Callable[..., Any]


class Later(Protocol):
    """An argument that a lazy function evaluates when it wants to, or never."""

    @property
    def has_sources(self) -> bool:
        """Whether every attribute that it names has a value."""

    def __call__(self) -> Any: ...


@dataclass(frozen=True, slots=True)
class Parameter:
    """One name of a signature."""

    name: str
    is_optional: bool
    repeats: bool


@dataclass(frozen=True, slots=True)
class Function:
    """A function, with what a reader of the Expression builder wants to know.

    `run` gets its arguments by position, None for one that was left empty or out; where
    it is lazy, they are Laters.
    """

    signature: str
    description: str
    example: str
    run: Run
    is_lazy: bool
    name: str
    parameters: tuple[Parameter, ...]

    @property
    def fixed(self) -> int:
        """How many arguments there are beside those that repeat."""
        return sum(not each.repeats for each in self.parameters)

    @property
    def fewest(self) -> int:
        """How many arguments must be there: all up to the last that is not optional."""
        needed = [
            i for i, each in enumerate(self.parameters, 1) if not each.is_optional
        ]
        return max(needed, default=0)

    @property
    def step(self) -> int:
        """How many parameters repeat together."""
        return len(self.parameters) - self.fixed

    def takes(self, number: int) -> bool:
        if number < self.fewest:
            return False
        if not self.step:
            return number <= len(self.parameters)
        return (number - self.fewest) % self.step == 0

    def parameter(self, index: int) -> Parameter:
        """Return the parameter that an argument fills."""
        if index < self.fixed:
            return self.parameters[index]
        return self.parameters[self.fixed + (index - self.fixed) % self.step]

    @property
    def arity(self) -> str:
        """How many arguments it takes, in words."""
        most = len(self.parameters)
        if self.step:
            pairs = ", in pairs" if self.step > 1 else ""
            return f"{_arguments(self.fewest)} or more{pairs}"
        if self.fewest == most:
            return _arguments(most)
        return f"{self.fewest} to {_arguments(most)}"


@dataclass(slots=True)
class Functions:
    """The functions of one module."""

    all: list[Function] = field(default_factory=list)

    def add(
        self, signature: str, description: str, example: str, *, lazy: bool = False
    ) -> Callable[[Run], Run]:
        """Declare the Python function that follows."""
        name, _, parameters = signature.removesuffix(")").partition("(")
        named = tuple(_parameter(each) for each in parameters.split(", ") if each)

        def declare(run: Run) -> Run:
            self.all.append(
                Function(signature, description, example, run, lazy, name, named)
            )
            return run

        return declare


def _parameter(text: str) -> Parameter:
    return Parameter(text.rstrip("?…"), text.endswith("?"), text.endswith("…"))


def _arguments(number: int) -> str:
    if not number:
        return "no arguments"
    return "1 argument" if number == 1 else f"{number} arguments"
