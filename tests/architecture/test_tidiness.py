"""What is unfinished, or true of one machine only, does not belong in the tree."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
BUILT = {"vendor", "__pycache__", "node_modules"}
OURS = ("envoy_console", "templates", "static", "tests", "docs", "bench", ".ci")
TEXT = {".py", ".html", ".css", ".js", ".mjs", ".json", ".md", ".toml", ".txt", ""}

UNWANTED = {
    "unfinished work": re.compile(r"\b(TODO|FIXME|XXX|WIP)\b"),
    "a path of one machine": re.compile(r"/(root|work|home/[a-z]+)/"),
    "a conflict": re.compile(r"^(<{7}|>{7}) ", re.MULTILINE),
}


def files():
    yield from (f for f in ROOT.iterdir() if f.is_file() and f.suffix in TEXT)
    for folder in OURS:
        for file in (ROOT / folder).rglob("*"):
            if file.is_file() and file.suffix in TEXT and not BUILT & set(file.parts):
                yield file


def test_nothing_unfinished_is_left_lying_about():
    found = [
        f"{file.relative_to(ROOT)}: {what}"
        for file in files()
        if file != Path(__file__)
        for what, pattern in UNWANTED.items()
        if pattern.search(file.read_text())
    ]

    assert found == []


def test_every_module_is_named_by_another():
    modules = [
        file
        for file in (ROOT / "envoy_console").rglob("*.py")
        if file.parent.name != "versions" and file.stem not in {"__init__", "env"}
    ]
    words = {
        file: set(re.findall(r"\w+", file.read_text()))
        for file in (*modules, *(ROOT / "envoy_console").rglob("__init__.py"))
    }
    words[None] = set(re.findall(r"\w+", (ROOT / "gunicorn.conf.py").read_text()))

    idle = [
        str(file.relative_to(ROOT))
        for file in modules
        if not any(file.stem in words[other] for other in words if other != file)
    ]

    assert idle == []
