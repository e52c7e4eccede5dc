"""Ask PyPI whether anything is known against the installed packages.

Exits 1 when something is. Where the service cannot be asked it says so as loudly as it
can and exits 0, for nobody can mend that; with AUDIT=required it exits 1 then, too.
docs/advisories.md is what was read by hand, and when.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

UNASKED = """
******************************************************************************
  THE PACKAGES WERE NOT AUDITED. {why}
  This is no pass. Run `make audit` where pypi.org can be reached; until then
  docs/advisories.md says what was read by hand, and when.
******************************************************************************
"""


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        # --strict: a package that cannot be looked up is a failure, not a note
        command = ["-m", "pip_audit", "--strict", "--local", "--progress-spinner=off"]
        asked = subprocess.run(
            [sys.executable, *command, "--format=json", f"--output={report}"],
            capture_output=True,
            text=True,
            timeout=300,
        )
        if not report.exists() or not report.read_text().strip():
            said = (asked.stderr.strip().splitlines() or ["It said nothing."])[-1]
            print(UNASKED.format(why=said[:200]), file=sys.stderr)
            return 1 if os.environ.get("AUDIT") == "required" else 0
        packages = json.loads(report.read_text())["dependencies"]
    return told(packages)


def told(packages: list[dict[str, object]]) -> int:
    """Print what is known; return how to exit."""
    bad = [package for package in packages if package.get("vulns")]
    for package in bad:
        for known in package["vulns"]:  # type: ignore[attr-defined]
            fixed = ", ".join(known["fix_versions"]) or "none yet"
            print(
                f"{package['name']} {package['version']}: {known['id']}, fixed in {fixed}"
            )
    print(f"{len(packages)} packages audited, {len(bad)} of them with known faults.")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
