"""The parts know each other only as the contracts in pyproject.toml allow."""

import ast
import subprocess
import sys
from pathlib import Path

from envoy_console import scim

OWN = "envoy_console.scim"


def imported(module):
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module


def is_allowed(name):
    return name.partition(".")[0] in sys.stdlib_module_names or name.startswith(OWN)


def test_imports_keep_the_contracts():
    # in a process of its own: the linter switches off the loggers of ours
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([linter, "--no-cache"], capture_output=True, text=True)

    assert done.returncode == 0, done.stdout


def test_the_scim_core_needs_nothing_but_the_standard_library():
    modules = Path(scim.__file__).parent.rglob("*.py")
    strangers = {n for module in modules for n in imported(module) if not is_allowed(n)}

    assert strangers == set()
