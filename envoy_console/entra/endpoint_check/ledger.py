"""What a check has made at an endpoint, written down before it is made.

A worker may be killed at any moment. Whoever finds the ledger then knows what to
remove: by its id, or, where no answer came, by a name that nothing else can have.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import quote

PREFIX = "endpoint-check-"
NAMES = ("userName", "displayName")  # by which a resource without an id can be found

Keep = Callable[[list[dict[str, Any]]], None]


def fresh_name() -> str:
    """Return a name that shows what it is for, and that nothing else has."""
    return f"{PREFIX}{uuid.uuid4()}"


@dataclass(slots=True, eq=False)
class Creation:
    """A resource that was asked for; without an id as long as no answer tells it."""

    path: str
    attribute: str
    name: str
    id: str | None = None

    @property
    def address(self) -> str:
        return f"{self.path}/{quote(self.id or '', safe='')}"

    @property
    def shown(self) -> str:
        return f"{self.path}: {self.name or self.id}"


class Ledger:
    """The creations that are not removed yet; `keep` is told of every change."""

    def __init__(
        self, keep: Keep = lambda _: None, entries: Iterable[dict[str, Any]] = ()
    ) -> None:
        self._keep = keep
        self.creations = [Creation(**entry) for entry in entries]

    def about_to(self, path: str, document: dict[str, Any]) -> Creation:
        """Write down that a resource is about to be asked for."""
        found = [name for name in NAMES if _is_ours(document.get(name))]
        attribute = found[0] if found else ""
        creation = Creation(path, attribute, document.get(attribute, ""))
        if creation.name:
            self.creations.append(creation)
            self._tell()
        return creation

    def made(self, creation: Creation, identifier: str) -> None:
        """Write down the id that it was given."""
        creation.id = identifier
        if creation not in self.creations:
            self.creations.append(creation)
        self._tell()

    def drop(self, creation: Creation) -> None:
        """Strike out what was not made, or is removed."""
        if creation in self.creations:
            self.creations.remove(creation)
            self._tell()

    def gone(self, address: str) -> None:
        """Strike out what a check itself has removed."""
        for creation in [each for each in self.creations if each.address == address]:
            self.drop(creation)

    def _tell(self) -> None:
        self._keep([asdict(creation) for creation in self.creations])


def _is_ours(name: Any) -> bool:
    return isinstance(name, str) and name.startswith(PREFIX)
