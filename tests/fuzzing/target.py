"""What is fuzzed: one parser, and all that may be said of any input to it."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass

from tests.faults import hostile

LONGEST = 4096


@dataclass(frozen=True)
class Target:
    """A parser.

    `check` returns for an input that was read, or refused by the documented error, and
    raises for any other. `seeds` is what the fuzzer begins with, `words` what it may put
    in at once. `bend`, where there is one, makes another input out of one.
    """

    check: Callable[[bytes], None]
    seeds: tuple[bytes, ...]
    words: tuple[str, ...] = ()
    longest: int = LONGEST
    bend: Callable[[bytes, random.Random], bytes] | None = None


def as_text(data: bytes) -> str:
    """Return any bytes as the text that a request may hold."""
    return data.decode("utf-8", "replace")


def bent_json(body: bytes, dice: random.Random) -> bytes:
    """Return a JSON document with something in it replaced, doubled, or nested."""
    return json.dumps(hostile.bent(json.loads(body), dice)).encode()
