"""The order in which the operations of a bulk request can be carried out.

It is the order of the request, save that a POST comes before whatever refers to it.
POSTs that refer to one another in a circle come together: they succeed or fail as
one, since each of them needs all the others.
"""

from collections.abc import Iterator, Sequence

from envoy_console.scim.bulk import Operation

Together = tuple[Operation, ...]


def in_order(operations: Sequence[Operation]) -> Iterator[Together]:
    """Yield the operations in order, those of a circle together."""
    walk = _Walk(_needed(operations))
    for operation in operations:
        for circle in walk.start(operation.number):
            yield tuple(operations[number] for number in circle)


def _needed(operations: Sequence[Operation]) -> list[list[int]]:
    """The POSTs that each of the operations refers to."""
    posts = {o.bulk_id: o.number for o in operations if o.method == "POST"}
    return [
        sorted(posts[bulk_id] for bulk_id in operation.refers_to if bulk_id in posts)
        for operation in operations
    ]


class _Walk:
    """Tarjan's algorithm for strongly connected components.

    It keeps a trail of its own instead of calling itself, for a chain of managers
    may be as long as the request.
    """

    def __init__(self, needed: Sequence[Sequence[int]]) -> None:
        self._needed = needed
        self._entered: dict[int, int] = {}
        self._lowest: dict[int, int] = {}
        self._waiting: dict[int, None] = {}
        self._trail: list[tuple[int, Iterator[int]]] = []

    def start(self, root: int) -> Iterator[list[int]]:
        """Yield what `root` needs and was not yielded before, then `root` itself."""
        if root not in self._entered:
            self._enter(root)
        while self._trail:
            number, others = self._trail[-1]
            other = next(others, None)
            if other is None:
                yield from self._leave()
            elif other not in self._entered:
                self._enter(other)
            elif other in self._waiting:
                self._reach(number, self._entered[other])

    def _enter(self, number: int) -> None:
        self._entered[number] = self._lowest[number] = len(self._entered)
        self._waiting[number] = None
        self._trail.append((number, iter(self._needed[number])))

    def _reach(self, number: int, entered: int) -> None:
        self._lowest[number] = min(self._lowest[number], entered)

    def _leave(self) -> Iterator[list[int]]:
        number, _ = self._trail.pop()
        if self._trail:
            self._reach(self._trail[-1][0], self._lowest[number])
        if self._lowest[number] == self._entered[number]:
            yield self._circle_of(number)

    def _circle_of(self, number: int) -> list[int]:
        """Take the operation and all that were entered after it and still wait."""
        circle = []
        while number in self._waiting:
            circle.append(self._waiting.popitem()[0])
        return sorted(circle)
