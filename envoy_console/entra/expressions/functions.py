"""What a function of the language is, and how a module declares its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

# a value that says: leave this target attribute alone
IGNORE = type("Ignore", (), {"__repr__": lambda _: "IGNORE"})()

Run = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Function:
    """A function: `most` is None where any number of arguments may follow."""

    signature: str
    description: str
    example: str
    fewest: int
    most: int | None
    run: Run
    is_lazy: bool = False

    @property
    def name(self) -> str:
        return self.signature.partition("(")[0]

    def takes(self, number: int) -> bool:
        return number >= self.fewest and (self.most is None or number <= self.most)

    @property
    def arity(self) -> str:
        """How many arguments it takes, in words."""
        if self.most is None:
            return f"at least {_arguments(self.fewest)}"
        if self.most == self.fewest:
            return _arguments(self.fewest)
        return f"{self.fewest} to {_arguments(self.most)}"


@dataclass(slots=True)
class Functions:
    """The functions of one module."""

    all: list[Function] = field(default_factory=list)

    def add(
        self,
        signature: str,
        description: str,
        example: str,
        *,
        takes: tuple[int, int | None],
        lazy: bool = False,
    ) -> Callable[[Run], Run]:
        """Declare the function that follows."""

        def declare(run: Run) -> Run:
            self.all.append(
                Function(signature, description, example, *takes, run, is_lazy=lazy)
            )
            return run

        return declare


def _arguments(number: int) -> str:
    if number == 0:
        return "no arguments"
    return "1 argument" if number == 1 else f"{number} arguments"
