"""Several companies behind one service, each provisioned by an Entra of its own."""

from __future__ import annotations

import contextlib
import itertools
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

from bench import people
from tests import builders
from tests.faults.service import Site, serving_found
from tests.faults.stores import opened
from tests.faults.wire import Wire
from tests.harness import serving
from tests.harness.databases import upgrade
from tests.messages import CORE_GROUP, patch
from tests.messages import replace as replaced

KEPT = 50  # users of a company that stay


@dataclass
class Told:
    """What a company's Entra was answered; latencies are seconds."""

    statuses: Counter[str] = field(default_factory=Counter)
    latencies: list[float] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def p99(self) -> float:
        """Return what 99 of 100 answers took at most."""
        ranked = sorted(self.latencies)
        return ranked[int(len(ranked) * 0.99)] if ranked else 0.0


class Entra:
    """Provisions one company, `pause` seconds between requests, from person `first` on."""

    def __init__(self, wire: Wire, pause: float, first: int) -> None:
        self.told, self.stopping = Told(), threading.Event()
        self._wire, self._pause, self._numbers = wire, pause, itertools.count(first)
        self._users: list[tuple[str, str]] = []
        self._group = ""

    def run(self) -> None:
        """Go on until told to stop."""
        try:
            for number in self._numbers:
                for deed in (self._match, self._create, self._change, self._regroup):
                    if self.stopping.is_set():
                        return
                    deed(number)
        except Exception as error:
            self.told.complaints.append(f"Entra fell over: {error!r}")

    def _match(self, number: int) -> None:
        condition = quote(f'userName eq "{people.user_name(number)}"')
        self._ask("200", "GET", f"/Users?filter={condition}")

    def _create(self, number: int) -> None:
        made = self._ask("201", "POST", "/Users", people.user(number))
        self._users.append((made["id"], people.user_name(number)))
        if len(self._users) > KEPT:
            self._ask("204", "DELETE", f"/Users/{self._users.pop(0)[0]}")

    def _change(self, number: int) -> None:
        user_id, name = self._users[number % len(self._users)]
        body = patch(replaced("title", f"Clerk {number}"))
        self._ask("200 204", "PATCH", f"/Users/{user_id}", body)
        found = self._ask("200", "GET", f"/Users/{user_id}")
        if found.get("userName") != name or found.get("title") != f"Clerk {number}":
            self.told.complaints.append(f"{name} is somebody else: {found}")

    def _regroup(self, number: int) -> None:
        if not self._group:
            name = f"Everybody from {number} on"
            body = {"schemas": [CORE_GROUP], "displayName": name}
            self._group = self._ask("201", "POST", "/Groups", body)["id"]
        member = [{"value": self._users[number % len(self._users)][0]}]
        for op in ("add", "remove"):
            body = patch({"op": op, "path": "members", "value": member})
            self._ask("200 204", "PATCH", f"/Groups/{self._group}", body)

    def _ask(self, wanted: str, method: str, path: str, body: Any = None) -> Any:
        self.stopping.wait(self._pause)
        began = time.perf_counter()
        answer = self._wire.ask(method, path, body)
        self.told.latencies.append(time.perf_counter() - began)
        self.told.statuses[str(answer.status)] += 1
        if str(answer.status) not in wanted.split():
            self.told.complaints.append(f"{method} {path} answered {answer.status}")
        return answer.json if answer.body else {}


@contextlib.contextmanager
def site(
    kind: str, count: int, mutant: str = "", **more: str
) -> Iterator[tuple[Site, list[Wire]]]:
    """Serve `count` empty companies; yield the service, and a wire to each company."""
    with (
        tempfile.TemporaryDirectory(prefix="envoy-faults-") as folder,
        opened(kind, Path(folder)) as store,
    ):
        tokens = _found(store.url, Path(folder), count)
        with serving_found(store, Path(folder), tokens[0], mutant, **more) as made:
            yield made, [replace(made.wire, token=token) for token in tokens]


@contextlib.contextmanager
def provisioned(
    wires: list[Wire], pause: float, first: int = 0
) -> Iterator[list[Told]]:
    """Provision every company meanwhile; yield what each is told."""
    entras = [Entra(wire, pause, first) for wire in wires]
    with _threads([entra.run for entra in entras]):
        try:
            yield [entra.told for entra in entras]
        finally:
            for entra in entras:
                entra.stopping.set()


@contextlib.contextmanager
def _threads(work: list[Callable[[], None]]) -> Iterator[None]:
    threads = [threading.Thread(target=each) for each in work]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        for thread in threads:
            thread.join()


def _found(url: str, folder: Path, count: int) -> list[str]:
    app = serving.make_app(folder, url)
    upgrade(app)
    made = [builders.found_company(app) for _ in range(count)]
    tokens = [builders.issue_token(app, company) for company in made]
    serving.disconnect(app)
    return tokens
