"""Long lists of ids, in pieces that one statement may hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

AT_ONCE = 500


def batches(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield the ids in their order, up to `AT_ONCE` at a time."""
    return (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))
