"""Where Entra's traffic departs from the RFCs, and by which name we forgive it.

The engine judges by RFC 7643 and 7644 alone. At the points where they would
refuse a message that Entra is known to send, it asks the dialect. A strict
dialect answers no, and the refusal stands; a tolerant one answers yes and
remembers the name of the quirk, so that the wire log can show it.

Each quirk is explained in `quirks.py`, with the JSON that provoked it.
"""

from envoy_console.scim.errors import InvalidSyntaxError, ScimError
from envoy_console.scim.quirks import QUIRKS, Quirk

__all__ = ["QUIRKS", "Dialect", "Quirk"]


class Dialect:
    """How one request is to be read, and what had to be forgiven while reading it."""

    __slots__ = ("additive_members", "quirks", "strict")

    def __init__(self, *, strict: bool = False, additive_members: bool = False) -> None:
        self.strict = strict
        self.additive_members = additive_members and not strict
        self.quirks: list[str] = []

    def note(self, name: str) -> None:
        """Remember that a quirk was met; only the first time counts."""
        if name not in self.quirks:
            self.quirks.append(QUIRKS[name].name)

    def allows(self, name: str) -> bool:
        """Whether this departure is forgiven; if so, it is noted."""
        if self.strict:
            return False
        self.note(name)
        return True

    def pass_over(self, name: str, refusal: ScimError | None = None) -> None:
        """Ignore something unknown, or refuse it when strict."""
        if not self.allows("unknown_attributes_ignored"):
            raise refusal or InvalidSyntaxError(
                f"There is no attribute “{name[:128]}”."
            )
