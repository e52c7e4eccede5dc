"""The documentation keeps up with the product."""

import re
from pathlib import Path

import click
import pytest

ROOT = Path(__file__).parents[2]
SCIM = ROOT / "docs" / "scim.md"
THREATS = ROOT / "docs" / "threat-model.md"
# rows of the threat model, such as T-1, L-14 and C28
REQUIREMENT = re.compile(r"^\| (?:[TLIX]-\d+|C\d+[^|:]*) \|")

ENVIRONMENT = re.compile(
    r"""(?:\benv(?:\.get\(|, )|os\.environ(?:\.get\(|\[))"([A-Z_]+)\""""
)
TEST_NAME = re.compile(r"\btest_\w+")


def prose():
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    return "\n".join(page.read_text() for page in pages)


def settings():
    """Every environment variable that the product reads."""
    sources = [ROOT / "gunicorn.conf.py", *(ROOT / "envoy_console").rglob("*.py")]
    return {name for file in sources for name in ENVIRONMENT.findall(file.read_text())}


def commands(app):
    """Our own commands, as `company create`."""
    for name in app.cli.list_commands(None):
        command = app.cli.get_command(None, name)
        ours = (command.callback or command).__module__.startswith("envoy_console")
        if isinstance(command, click.Group):
            subcommands = command.commands.values()
            yield from (
                f"{name} {sub.name}"
                for sub in subcommands
                if sub.callback.__module__.startswith("envoy_console")
            )
        elif ours:
            yield name


def supported():
    """The lines of docs/scim.md that say that something is supported."""
    return [line for line in SCIM.read_text().splitlines() if "✅" in line]


def test_the_settings_are_found():
    assert settings() >= {"SECRET_KEY", "DATABASE_URL", "PORT", "WEB_CONCURRENCY"}


def test_every_setting_is_documented():
    documented = (ROOT / "docs" / "configuration.md").read_text()

    assert {name for name in settings() if f"`{name}`" not in documented} == set()


def test_every_command_is_documented(app):
    found = set(commands(app))

    assert "company create" in found
    assert {name for name in found if f"flask --app app {name}" not in prose()} == set()


def test_every_scim_address_is_documented(app):
    rules = {rule.rule for rule in app.url_map.iter_rules()}
    paths = {re.sub(r"<.*?(\w+)>", r"{\1}", r) for r in rules if r.startswith("/scim/")}
    resources = {path.removeprefix("/scim/v2").partition("/{")[0] for path in paths}

    assert {path for path in resources if f"`{path}" not in SCIM.read_text()} == set()


@pytest.mark.parametrize("what", ["README.md", "docs/configuration.md", "docs/scim.md"])
def test_the_documentation_is_there(what):
    assert (ROOT / what).is_file()


def known_tests():
    files = (ROOT / "tests").rglob("test_*.py")
    return {
        name for f in files for name in re.findall(r"def (test_\w+)", f.read_text())
    }


def test_whatever_is_called_supported_is_tested():
    tests = known_tests()
    unproven = [
        line for line in supported() if not set(TEST_NAME.findall(line)) & tests
    ]
    unknown = {name for line in supported() for name in TEST_NAME.findall(line)} - tests

    assert supported()
    assert unproven == []
    assert unknown == set()


def test_the_threat_model_names_only_tests_that_there_are():
    named = set(TEST_NAME.findall(THREATS.read_text()))

    assert len(named) > 100
    assert named - known_tests() == set()


def test_every_requirement_of_the_threat_model_is_proven_or_called_open():
    rows = [r for r in THREATS.read_text().splitlines() if REQUIREMENT.match(r)]
    silent = [
        row
        for row in rows
        if not TEST_NAME.search(row)
        and "*open*" not in row
        and "there is no" not in row
    ]

    assert len(rows) > 60
    assert silent == []
