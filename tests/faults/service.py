"""The product under gunicorn, on one port for good, to be killed and started again."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bench import servers
from tests import builders
from tests.faults.stores import Store, opened
from tests.faults.wire import CutError, Wire
from tests.harness import gunicorn, serving
from tests.harness.databases import upgrade
from tests.messages import CORE_USER

BACK_WITHIN = 60.0  # seconds until a run gives up


class Service:
    """A gunicorn with two workers."""

    def __init__(
        self,
        folder: Path,
        url: str,
        mutant: str = "",
        **more: str,
    ) -> None:
        self.port = servers.free_port()
        self._folder = folder
        self._app = "tests.faults.mutants:app" if mutant else "tests.faults.served:app"
        self._command = servers.gunicorn(self._app)
        self.variables = gunicorn.environment(
            url,
            PORT=str(self.port),
            FAULTS_FOLDER=str(folder),
            FAULTS_MUTANT=mutant,
            **{"SCIM_RATE": "0", **more},  # as fast as they can
        )
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; the caller waits until it answers."""
        with (self._folder / "server.log").open("a") as log:
            self._process = subprocess.Popen(
                self._command,
                cwd=servers.ROOT,
                env={**os.environ, **self.variables},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    @contextlib.contextmanager
    def working(self) -> Iterator[None]:
        """Have the worker that provisions run beside it meanwhile."""
        with (
            (self._folder / "worker.log").open("w") as log,
            subprocess.Popen(
                [sys.executable, "-m", "flask", "--app", self._app, "worker"],
                cwd=servers.ROOT,
                env={**os.environ, **self.variables},
                stdout=log,
                stderr=log,
            ) as process,
        ):
            try:
                yield
            finally:
                process.kill()

    def kill_worker(self) -> None:
        """Kill one of its workers; gunicorn makes a new one."""
        if workers := self.workers():
            _kill(random.choice(workers))

    def kill_workers(self) -> None:
        """Kill all of its workers, but not the master."""
        for worker in self.workers():
            _kill(worker)

    def kill(self) -> None:
        """Kill the master and its workers at once."""
        process = self._running()
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def hang_up(self) -> None:
        """Ask for new workers, as `systemctl reload` does."""
        self._running().send_signal(signal.SIGHUP)

    def stop(self) -> None:
        """Stop it as systemd does."""
        process = self._running()
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(BACK_WITHIN)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def log(self) -> str:
        """Return what it said so far."""
        return (self._folder / "server.log").read_text()

    @property
    def pid(self) -> int:
        """The process of its master."""
        return self._running().pid

    def workers(self) -> list[int]:
        """Return the processes of its workers."""
        master = self._running().pid
        children = Path(f"/proc/{master}/task/{master}/children").read_text()
        return [int(pid) for pid in children.split()]

    def _running(self) -> subprocess.Popen[bytes]:
        assert self._process is not None
        return self._process


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


@dataclass(frozen=True)
class Site:
    """A service with a company in it, and the database below."""

    store: Store
    service: Service
    wire: Wire

    def seconds_until_it_answers(self) -> float:
        """Wait until the service reads from its database; return how long that took."""
        return self._seconds_until(self._reads)

    def seconds_until_it_writes(self) -> float:
        """Wait until the service takes a write; return how long that took."""
        return self._seconds_until(self._writes)

    def _seconds_until(self, succeeds: Callable[[], bool]) -> float:
        began = time.monotonic()
        while not succeeds():
            if time.monotonic() - began > BACK_WITHIN:
                raise TimeoutError(self.service.log()[-2000:])
            time.sleep(0.02)
        return time.monotonic() - began

    def _reads(self) -> bool:
        try:
            return self.wire.ask("GET", "/Users?count=1").status == 200
        except (CutError, ConnectionRefusedError):
            return False

    def _writes(self) -> bool:
        body = {"schemas": [CORE_USER], "userName": f"{uuid.uuid4()}@contoso.example"}
        try:
            return self.wire.ask("POST", "/Users", body).status == 201
        except (CutError, ConnectionRefusedError):
            return False


@contextlib.contextmanager
def site(kind: str, mutant: str = "", **more: str) -> Iterator[Site]:
    """Serve an empty company from a database of that kind."""
    with (
        tempfile.TemporaryDirectory(prefix="envoy-faults-") as folder,
        opened(kind, Path(folder)) as store,
        serving_from(store, Path(folder), mutant, **more) as made,
    ):
        yield made


@contextlib.contextmanager
def serving_from(
    store: Store,
    folder: Path,
    mutant: str = "",
    **more: str,
) -> Iterator[Site]:
    """As `site`, from a database that is there already but has no tables yet."""
    token = found(store.url, folder)
    with serving_found(store, folder, token, mutant, **more) as made:
        yield made


@contextlib.contextmanager
def serving_found(
    store: Store,
    folder: Path,
    token: str,
    mutant: str = "",
    **more: str,
) -> Iterator[Site]:
    """As `site`, from a database where the company of `token` has been founded."""
    service = Service(folder, store.url, mutant, **more)
    made = Site(store, service, Wire(service.port, token))
    service.start()
    try:
        made.seconds_until_it_answers()
        yield made
    finally:
        service.stop()


def found(url: str, folder: Path) -> str:
    """Make the tables and a company in the database at `url`; return its token."""
    app = serving.make_app(folder, url)
    upgrade(app)
    token = builders.issue_token(app, builders.found_company(app))
    serving.disconnect(app)
    return token
