"""What somebody takes along is written down in the log of admins of the company."""

from __future__ import annotations

from envoy_console.directory import audit
from envoy_console.models.transactions import write
from envoy_console.web.identity import acting


def note_download(what: str, form: str) -> None:
    """Write down that whoever is signed in downloads `what` in this form, such as CSV."""
    actor = acting()
    write(lambda tx: audit.record(tx, actor, f"downloaded {what} as", form.upper()))
