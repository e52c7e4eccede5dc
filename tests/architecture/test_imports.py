"""The parts know each other only as the contracts in pyproject.toml allow."""

import ast
import sys
from pathlib import Path

from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

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
    assert lint_imports(no_cache=True) == EXIT_STATUS_SUCCESS


def test_the_scim_core_needs_nothing_but_the_standard_library():
    modules = Path(scim.__file__).parent.rglob("*.py")
    strangers = {n for module in modules for n in imported(module) if not is_allowed(n)}

    assert strangers == set()
