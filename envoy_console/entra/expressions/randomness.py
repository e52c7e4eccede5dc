"""Functions whose value is another one every time."""

from __future__ import annotations

import secrets
import string
import uuid
from typing import Any

from envoy_console.entra.expressions.errors import EvaluationError
from envoy_console.entra.expressions.functions import Functions
from envoy_console.entra.expressions.values import integer, text_of

functions = Functions()

LONGEST = 256
# in the order of RandomString's arguments, and how it calls them
KINDS = {
    "digits": string.digits,
    # the special characters that Windows allows in passwords
    "special characters": "~!@#$%^&*_-+=`|\\(){}[]:;\"'<>,.?/",
    "capital letters": string.ascii_uppercase,
    "lower case letters": string.ascii_lowercase,
}


@functions.add("Guid()", "A new random GUID.", "Guid()")
def guid() -> str:
    return str(uuid.uuid4())


@functions.add(
    "RandomString(length, minimumNumbers, minimumSpecialCharacters, minimumCapital, "
    "minimumLowerCase, charactersToAvoid?)",
    "A random text of up to 256 characters, with at least so many of each kind.",
    'RandomString(12, 2, 1, 2, 2, "0O1l")',
)
def random_string(length: Any, *rest: Any) -> str:
    *minima, avoided = rest
    number = integer(length, "The length of RandomString")
    wanted = [integer(each, "A minimum of RandomString") for each in minima]
    if not 0 < number <= LONGEST or min(wanted) < 0 or sum(wanted) > number:
        raise EvaluationError(
            f"RandomString makes 1 to {LONGEST} characters, no fewer than its minima "
            "ask for."
        )
    return _made(number, wanted, _allowed(text_of(avoided)))


def _allowed(avoided: str) -> dict[str, str]:
    return {
        kind: "".join(c for c in characters if c not in avoided)
        for kind, characters in KINDS.items()
    }


def _made(number: int, wanted: list[int], allowed: dict[str, str]) -> str:
    chosen: list[str] = []
    for least, (kind, characters) in zip(wanted, allowed.items(), strict=True):
        if least and not characters:
            raise EvaluationError(f"RandomString has no {kind} left to choose from.")
        chosen += [secrets.choice(characters) for _ in range(least)]
    everything = "".join(allowed.values())
    if not everything:
        raise EvaluationError("RandomString has no characters left to choose from.")
    chosen += [secrets.choice(everything) for _ in range(number - len(chosen))]
    secrets.SystemRandom().shuffle(chosen)
    return "".join(chosen)
