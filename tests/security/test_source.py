"""What the source itself must not hold: secrets, careless comparisons, weak chance."""

import ast
import base64
import importlib.util
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from envoy_console.directory import token_text

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "envoy_console").rglob("*.py"))

SECRET_NAMES = re.compile(
    r"(^|_)(token|secret|digest|signature|password|csrf|mac|otp)(_|$|s$)", re.IGNORECASE
)
# chance that guards nothing: the wait before a write is tried again, and made-up people
NO_SECRET_CHANCE = {
    "envoy_console/models/transactions.py",
    "envoy_console/entra/populate.py",
}


def script(name):
    """A script of .ci, as a module."""
    spec = importlib.util.spec_from_file_location(name, ROOT / ".ci" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def careless(tree):
    """The lines where something secret is compared letter by letter.

    A column is compared by the database, which finds it by its index.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare) and isinstance(
            node.ops[0], ast.Eq | ast.NotEq
        ):
            sides = [node.left, *node.comparators]
            names = [_name(side) for side in sides]
            is_column = any(".c." in ast.unparse(side) for side in sides)
            is_constant = any(isinstance(side, ast.Constant) for side in sides)
            if (
                not is_column
                and not is_constant
                and any(map(SECRET_NAMES.search, names))
            ):
                yield node.lineno


def _name(node):
    if isinstance(node, ast.Call):
        node = node.func
    return getattr(node, "attr", None) or getattr(node, "id", "")


def test_nothing_secret_is_compared_letter_by_letter():
    found = [
        f"{file.relative_to(ROOT)}:{line}"
        for file in SOURCES
        for line in careless(ast.parse(file.read_text()))
    ]

    assert found == []


@pytest.mark.parametrize(
    "careless_line",
    ["token == given", "if row.digest != digest(sent): pass", "a.csrf_token == b"],
)
def test_a_careless_comparison_would_be_found(careless_line):
    assert list(careless(ast.parse(careless_line))) == [1]


def test_no_secret_is_left_to_weak_chance():
    weak = {
        str(file.relative_to(ROOT))
        for file in SOURCES
        if re.search(r"^\s*(import random|from random)\b", file.read_text(), re.M)
    }

    assert weak == NO_SECRET_CHANCE


def test_no_markup_is_made_by_hand():
    unsafe = re.compile(r"\bMarkup\(|\|\s*safe\b|autoescape\s+false|from markupsafe")
    files = [*SOURCES, *(ROOT / "templates").rglob("*.html")]

    assert [f.name for f in files if unsafe.search(f.read_text())] == []


def test_no_script_makes_markup_or_code_of_text():
    unsafe = re.compile(
        r"innerHTML|outerHTML\s*=|insertAdjacentHTML|document\.write|\beval\(|new Function"
    )
    scripts = (ROOT / "static" / "js").glob("*.js")

    # live.js puts parts of pages into the page, which the server rendered
    assert [f.name for f in scripts if unsafe.search(f.read_text())] == ["live.js"]


PLANTED = {
    "a token of the SCIM endpoint": token_text.generate(),
    "a private key": "-----BEGIN RSA " + "PRIVATE KEY-----\nMIIEow\n",
    "a GitHub token": "ghp_" + "a1B2" * 9,
    "an AWS key": "AKIA" + "ABCD1234" * 2,
    "a password in a URL": "postgresql://envoy:" + "hunter2hunter2@db.internal/envoy",
    "a JSON Web Token": ".".join(
        base64.urlsafe_b64encode(json.dumps({"alg": "RS256", "n": n}).encode())
        .decode()
        .rstrip("=")
        for n in (1, 2, 3)
    ),
}


@pytest.mark.parametrize("kind", PLANTED)
def test_a_planted_secret_is_found_and_not_repeated(tmp_path, kind):
    file = tmp_path / "notes.md"
    file.write_text(f"one\ntwo {PLANTED[kind]}\n")

    told = subprocess.run(
        [sys.executable, ROOT / ".ci" / "find_secrets.py", file],
        capture_output=True,
        text=True,
    )

    assert told.returncode == 1
    assert f"{file}:2: {kind}" in told.stdout
    assert PLANTED[kind] not in told.stdout


def test_nothing_is_exempt_that_is_not_there():
    script_ = script("find_secrets")
    found = {
        (name, kind)
        for name, _ in script_.EXEMPT
        for _, kind in script_.finds((ROOT / name).read_bytes())
    }

    assert set(script_.EXEMPT) <= found


def test_what_only_looks_like_a_token_is_none():
    finds = script("find_secrets").finds

    assert finds(b"esim_" + b"0" * 49 + b" esim_not-one-of-ours") == []


def test_a_package_with_a_known_fault_fails_the_audit(capsys):
    audit = script("audit_packages")
    fault = {"id": "PYSEC-2026-1", "fix_versions": ["2.0"]}
    sound = {"name": "flask", "version": "3.1.3", "vulns": []}

    assert audit.told([sound]) == 0
    assert audit.told([sound, {**sound, "vulns": [fault]}]) == 1
    assert "PYSEC-2026-1, fixed in 2.0" in capsys.readouterr().out


def test_an_audit_that_could_not_ask_does_not_look_like_a_pass(monkeypatch, capsys):
    audit = script("audit_packages")
    nothing = subprocess.CompletedProcess([], 1, "", "ERROR: no connection")
    monkeypatch.setattr(audit.subprocess, "run", lambda *_, **__: nothing)

    monkeypatch.delenv("AUDIT", raising=False)
    assert audit.main() == 0
    assert "WERE NOT AUDITED" in capsys.readouterr().err
    monkeypatch.setenv("AUDIT", "required")
    assert audit.main() == 1
