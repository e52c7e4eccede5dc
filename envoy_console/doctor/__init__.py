"""`flask --app app doctor`: is everything as it must be, and if not, what to do.

What `/readyz` looks at comes first; then what a server needs that it can start without.
Settings that cannot be understood have stopped the start before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from envoy_console import health
from envoy_console.config import Config
from envoy_console.doctor import settings as of_settings
from envoy_console.doctor import surroundings

Look = Callable[[Config], list[str]]


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, and what is wrong with it: sentences that say what to do."""

    subject: str
    problems: list[str]


# these need a database that answers
WITH_DATABASE: dict[str, Look] = {
    "Clock": surroundings.clock,
    "Worker": surroundings.worker,
    "Sealed values": surroundings.sealed,
}
ALWAYS: dict[str, Look] = {
    "Secrets": of_settings.secrets,
    "Files": of_settings.files,
    "Address": of_settings.address,
    "Hosts of the simulator": surroundings.hosts,
    "Mail server": surroundings.mail_server,
}


def examine(settings: Config) -> Iterator[Finding]:
    """Yield what was found, subject by subject; some wait for a network."""
    seen = health.examined()
    for subject, problems in seen.items():
        yield Finding(subject, problems)
    is_usable = not (seen["Database"] or seen["Tables"])
    for subject, look in {**(WITH_DATABASE if is_usable else {}), **ALWAYS}.items():
        yield Finding(subject, look(settings))
