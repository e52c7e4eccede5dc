"""Builds `disk.c`, which makes a disk fail or forget for the service alone."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from tests.faults.stores import NotHereError

SOURCE = Path(__file__).with_name("disk.c")


def environment(
    folder: Path, live: Path, *, shadow: Path | None = None, broken: Path | None = None
) -> dict[str, str]:
    """Return what puts the shim, built in `folder`, under whatever is below `live`."""
    found = {"LD_PRELOAD": str(_built(folder)), "FAULTS_LIVE": str(live)}
    if shadow:
        found["FAULTS_SHADOW"] = str(shadow)
    if broken:
        found["FAULTS_BROKEN"] = str(broken)
    return found


def _built(folder: Path) -> Path:
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        raise NotHereError("there is no C compiler (Debian: apt-get install gcc)")
    library = folder / "disk.so"
    command = [compiler, "-shared", "-fPIC", "-O1"]
    subprocess.run([*command, "-o", library, SOURCE, "-ldl"], check=True)
    return library
