"""What a server costs the machine, read from /proc, and which machine that is."""

from __future__ import annotations

import importlib.metadata
import os
import platform
from collections.abc import Iterator
from pathlib import Path

from envoy_console.models.engine import sqlite_version

TICKS = os.sysconf("SC_CLK_TCK")
PROC = Path("/proc")


def cpu_seconds(*roots: int) -> float:
    """Return the CPU time that `roots` and all below them have used so far.

    Children that ended are in the account of the parent that reaped them.
    """
    tree = set(_tree(set(roots)))
    return sum(sum(map(int, _stat(pid)[11:15])) for pid in tree) / TICKS


def largest_mib(*roots: int) -> float:
    """Return the resident memory of the largest process among `roots` and below."""
    statm = (PROC / str(pid) / "statm" for pid in _tree(set(roots)))
    pages = max(int(file.read_text().split()[1]) for file in statm)
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def description() -> str:
    """Return what this machine is, in a line."""
    cores = os.cpu_count()
    return f"{_processor()}, {cores} cores, {platform.system()} {platform.release()}"


def versions() -> str:
    """Return what the servers run on."""
    names = ("flask", "sqlalchemy", "gunicorn")
    found = [f"{name} {importlib.metadata.version(name)}" for name in names]
    sqlite = ".".join(map(str, sqlite_version()))
    return ", ".join(
        [f"Python {platform.python_version()}", *found, f"SQLite {sqlite}"]
    )


def _processor() -> str:
    lines = (PROC / "cpuinfo").read_text().splitlines()
    names = (line.partition(":")[2] for line in lines if line.startswith("model name"))
    return next(names, platform.machine()).strip()


def _tree(pids: set[int]) -> Iterator[int]:
    """Yield `pids` and everything that descends from them."""
    parents = {int(entry.name): _parent(entry) for entry in PROC.glob("[0-9]*")}
    while pids:
        yield from pids
        pids = {pid for pid, parent in parents.items() if parent in pids}


def _parent(entry: Path) -> int:
    try:
        return int(_stat(int(entry.name))[1])
    except FileNotFoundError:  # it ended while we looked
        return 0


def _stat(pid: int) -> list[str]:
    """Return the fields of /proc/PID/stat after the name, which may hold spaces."""
    return (PROC / str(pid) / "stat").read_text().rpartition(") ")[2].split()
