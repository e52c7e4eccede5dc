"""Find tokens and keys in what git tracks, before somebody else does.

`python .ci/find_secrets.py [FILE …]` prints the place of each without the secret itself,
and exits 1 if there is any. A token of ours is known by its check digits, so those that
tests and texts make up are none.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from envoy_console.directory import token_text  # noqa: E402

KINDS = {
    "a private key": re.compile(rb"-----BEGIN [A-Z ]*PRIVATE KEY-----\s+[\w+/]"),
    "an AWS key": re.compile(rb"\bAKIA[0-9A-Z]{16}\b"),
    "a GitHub token": re.compile(rb"\bgh[pousr]_[0-9A-Za-z]{36}\b"),
    "a JSON Web Token": re.compile(rb"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}"),
    "a password in a URL": re.compile(
        rb"://[^\s:/@]+:(?!password@)[^\s@/{}<$*]{6,}@(?!localhost|127\.|[\w.-]*\bexample\b)[\w.-]+"
    ),
}
# what may stand there, and why
EXEMPT = {
    ("tests/operations/test_logs.py", "a password in a URL"): "made up, to be redacted",
}
OURS = re.compile(rb"\besim_[0-9A-Za-z]+")


def finds(content: bytes) -> list[tuple[int, str]]:
    """Return the line and the kind of each secret in `content`."""
    found = [
        (m.start(), kind) for kind, p in KINDS.items() for m in p.finditer(content)
    ]
    found += [
        (m.start(), "a token of the SCIM endpoint")
        for m in OURS.finditer(content)
        if token_text.looks_valid(m[0].decode())
    ]
    return sorted((content.count(b"\n", 0, start) + 1, kind) for start, kind in found)


def tracked() -> list[str]:
    """Return the files that git knows."""
    listed = subprocess.check_output(["git", "ls-files", "-z"], cwd=ROOT)
    return [str(ROOT / name) for name in listed.decode().split("\0") if name]


def main(names: list[str]) -> int:
    files = [file for file in map(Path, names or tracked()) if file.is_file()]
    lines = [
        f"{file}:{line}: {kind}"
        for file in files
        for line, kind in finds(file.read_bytes())
        if (os.path.relpath(file, ROOT), kind) not in EXEMPT
    ]
    print("\n".join(lines) or f"No secret in {len(files):,} files.")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
