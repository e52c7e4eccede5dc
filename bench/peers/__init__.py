"""Other SCIM servers, started by the bench and filled over HTTP.

Each keeps everything in the memory of one process; ours keeps it on disk. What is
not installed is left out, and the bench says so.
"""

from __future__ import annotations

import contextlib
import json
import random
import shutil
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench import client, people, servers
from bench.operations import Group, Site
from bench.servers import Server, UnavailableError

FOLDER = Path(__file__).resolve().parent
SCIMMY = FOLDER / "scimmy"
VENV = servers.ROOT / ".venv-bench"
TOKEN = "a-token-for-measurements"  # noqa: S105

# as in gunicorn.conf.py, with one worker, which holds the data
GUNICORN = (
    "--worker-class=gthread",
    "--threads=4",
    "--workers=1",
    "--keep-alive=65",
    "--access-logfile=-",
)


@dataclass(frozen=True, slots=True)
class Peer:
    """Somebody else's server: how to start it, and what must be there for that."""

    name: str
    base: str
    command: tuple[str, ...]
    folder: Path
    needs: Path


def _scimmy(variety: str) -> Peer:
    command = ("node", "server.mjs", variety)
    needs = SCIMMY / "node_modules" / "scimmy"
    return Peer(f"SCIMMY, {variety}", "/scim/v2", command, SCIMMY, needs)


def _python(name: str, base: str) -> Peer:
    app = f"{name.replace('-', '_')}_app:app"
    command = (str(VENV / "bin" / "python"), "-m", "gunicorn", *GUNICORN, app)
    needs = VENV / "bin" / "gunicorn"
    return Peer(name, base, command, FOLDER, needs)


ALL = (
    _scimmy("scanning"),
    _scimmy("indexed"),
    _python("scim2-flask", "/scim/v2"),
    _python("scim2-server", "/v2"),
)


@contextlib.contextmanager
def serving(
    peer: Peer, size: int, group_sizes: list[int]
) -> Iterator[tuple[Server, Site]]:
    """Serve a directory of `size` users; UnavailableError if it is not installed."""
    for needed in (peer.needs, peer.command[0]):
        if shutil.which(needed) is None and not Path(needed).exists():
            raise UnavailableError(f"{needed} is missing")
    port = servers.free_port()
    command = list(peer.command)
    if "gunicorn" in command:
        command += ["-b", f"127.0.0.1:{port}"]
    environment = {"PORT": str(port), "TOKEN": TOKEN}
    with servers.serving(peer.name, command, environment, folder=peer.folder) as server:
        yield server, _fill(server, Site(peer.base, TOKEN, [], []), size, group_sizes)


def _fill(server: Server, site: Site, size: int, group_sizes: list[int]) -> Site:
    users = (people.user(number) for number in range(size))
    site.user_ids += _create(server, site, "/Users", users)
    for count in [count for count in group_sizes if count < size]:
        chosen = random.Random(count).sample(site.user_ids, size)  # noqa: S311
        body = people.group(f"Group of {count}", chosen[:count])
        [group_id] = _create(server, site, "/Groups", iter([body]))
        site.groups.append(
            Group(group_id, body["displayName"], count, deque(chosen[count:]))
        )
    return site


def _create(
    server: Server, site: Site, path: str, bodies: Iterator[people.Document]
) -> list[str]:
    requests = (site.request("POST", path, body) for body in bodies)
    outcome = client.run(server.address, requests, keep=True)
    if set(outcome.statuses) != {201}:
        raise UnavailableError(
            f"{server.name} refused {path}: {outcome.bodies[-1][:500]!r}"
        )
    return [json.loads(body)["id"] for body in outcome.bodies]
