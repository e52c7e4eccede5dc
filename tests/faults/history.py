"""What was acknowledged: the side of the story that the writers can vouch for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass, field

# What a resource holds. A user: (title, department). A group: the ids of its members.
# None: it is not there.
State = Hashable


@dataclass
class Resource:
    """A user or group that one writer alone changes, and what it was told about it.

    After a write without an answer nobody touches it again, so that it can be judged
    as the fault left it.
    """

    kind: str
    name: str
    id: str = ""
    acknowledged: list[State] = field(default_factory=lambda: [None])
    unanswered: list[State] = field(default_factory=list)
    doubtful: bool = False  # false if a 503 said each time that nothing was changed

    @property
    def state(self) -> State:
        """What it holds according to the last acknowledgement."""
        return self.acknowledged[-1]


@dataclass
class History:
    """All that the writers and readers of a run were told."""

    resources: list[Resource] = field(default_factory=list)
    writes: Counter[int | str] = field(default_factory=Counter)
    reads: Counter[int | str] = field(default_factory=Counter)
    converged: int = 0  # sent again after a cut, and found to be there already
    denied: int = 0  # 503 said that nothing was changed, and it was
    slowest_refusal: float = 0.0  # seconds until a 503
    complaints: list[str] = field(default_factory=list)

    @property
    def acknowledgements(self) -> int:
        """How many writes were acknowledged."""
        return sum(len(resource.acknowledged) - 1 for resource in self.resources)


def unlike(counts: Counter[int | str], *allowed: int | str) -> int:
    """Return how many answers are none of the `allowed` ones."""
    return sum(n for answer, n in counts.items() if answer not in allowed)
