"""`python -m tests.fuzzing.guided TARGET SECONDS`: one target, in a process of its own.

libFuzzer ends the process, so whatever is found is told at once, a line of JSON each on
standard output; what libFuzzer says goes to standard error. Found is a fault once, by its
kind and place, and fuzzing goes on. With `FUZZ_MUTANT` the first one ends it.
"""

from __future__ import annotations

import json
import os
import random
import sys
import tempfile
import time
import traceback
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["envoy_console"]):
    from tests.fuzzing.targets import TARGETS

from tests.fuzzing.mutants import MUTANTS
from tests.fuzzing.target import Target

SLOW = 2.0  # seconds of CPU
HUNG = 20  # seconds until libFuzzer gives up a run


class SlowError(Exception):
    """An input cost more than it may."""


class Watched:
    """Tries inputs, and tells each kind of fault once."""

    def __init__(self, target: Target, *, only_one: bool) -> None:
        self._check, self._only_one = target.check, only_one
        self._known: set[tuple[str, str]] = set()

    def __call__(self, data: bytes) -> None:
        began = time.process_time()
        try:
            self._check(data)
            if (took := time.process_time() - began) > SLOW:
                raise SlowError(f"{took:.1f} seconds of CPU")
        except Exception as error:
            self._tell(error, data)

    def _tell(self, error: Exception, data: bytes) -> None:
        place = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(place.filename).name}:{place.lineno} in {place.name}"
        kind = type(error).__name__
        if (kind, where) in self._known:
            return
        self._known.add((kind, where))
        told = {"kind": kind, "where": where, "said": str(error)[:200]}
        print(json.dumps({**told, "input": repr(data[:2000])}), flush=True)
        if self._only_one:
            os._exit(0)


def main(name: str, seconds: int) -> None:
    """Fuzz one target for so many seconds."""
    target, mutant = TARGETS[name], os.environ.get("FUZZ_MUTANT")
    if mutant:
        MUTANTS[mutant].plant(setattr)
    with tempfile.TemporaryDirectory(prefix="envoy-fuzz-") as folder:
        options = _options(target, Path(folder), seconds)
        watched = Watched(target, only_one=bool(mutant))
        atheris.Setup(options, watched, custom_mutator=_mutator(target))
        atheris.Fuzz()


def _options(target: Target, folder: Path, seconds: int) -> list[str]:
    """Write down seeds and words as libFuzzer wants them; return its arguments."""
    corpus, words = folder / "corpus", folder / "words"
    corpus.mkdir()
    for number, seed in enumerate(target.seeds):
        (corpus / str(number)).write_bytes(seed)
    lines = ("".join(f"\\x{byte:02x}" for byte in w.encode()) for w in target.words)
    words.write_text("".join(f'"{line}"\n' for line in lines))
    return [
        sys.argv[0],
        str(corpus),
        f"-dict={words}",
        f"-max_len={target.longest}",
        "-len_control=0",
        f"-max_total_time={seconds}",
        f"-timeout={HUNG}",
        f"-artifact_prefix={folder}/",
        "-rss_limit_mb=1024",
        "-print_final_stats=1",
        "-verbosity=1",
    ]


def _mutator(target: Target):  # type: ignore[no-untyped-def]
    """Return what changes an input: libFuzzer alone, or in turns with the target's own."""
    if target.bend is None:
        return None

    def changed(data: bytes, longest: int, seed: int) -> bytes:
        dice = random.Random(seed)
        if dice.random() < 0.5:
            try:
                return target.bend(data, dice)[:longest]
            except ValueError:  # no JSON any more
                pass
        return bytes(atheris.Mutate(data, longest))

    return changed


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
