"""Gunicorn's workers count into files of their own, which `/metrics` adds up.

The library names such a file by the process, and a worker lives for some 20,000
requests only: there would soon be hundreds. So a file belongs to a slot instead, and a
new worker goes on counting in the slot that an old one has left.
"""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
from typing import Any

from prometheus_client import multiprocess, values

FOLDER = "PROMETHEUS_MULTIPROC_DIR"


def make_folder(parent: str | None) -> None:
    """Have a folder for the files of this master.

    When it reads its settings again, the folder is there; a master that is to take its
    place has inherited the environment, but needs one of its own.
    """
    prefix = f"envoy-metrics-{os.getpid()}-"
    if prefix not in os.environ.get(FOLDER, ""):
        os.environ[FOLDER] = tempfile.mkdtemp(prefix=prefix, dir=parent)


def choose(server: Any, worker: Any) -> None:
    """In gunicorn's master, before it forks: the lowest slot that nobody has."""
    taken = {sibling.slot for sibling in server.WORKERS.values()}
    worker.slot = next(slot for slot in itertools.count() if slot not in taken)


def take(_server: Any, worker: Any) -> None:
    """In the worker, before it loads the app: count into the files of its slot."""
    ours = values.MultiProcessValue(lambda: worker.slot)  # type: ignore[no-untyped-call]
    values.ValueClass = ours


def leave(_server: Any, worker: Any) -> None:
    """In the master, when a worker has ended: its counts stay, its gauges do not."""
    multiprocess.mark_process_dead(worker.slot)  # type: ignore[no-untyped-call]


def remove_folder(_server: Any) -> None:
    """In the master, at its end."""
    shutil.rmtree(os.environ[FOLDER], ignore_errors=True)
