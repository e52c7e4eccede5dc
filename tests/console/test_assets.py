"""What the pages load is pinned, listed and there."""

import json
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = [
    "/",
    "/integrations",
    "/integrations/enabled",
    "/employees",
    "/groups",
    "/activity/requests",
    "/activity/changes",
    "/activity/admins",
    "/settings/company",
    "/settings/admins",
    "/settings/account",
    "/confirm",
]


def listed():
    return (ROOT / "static/icons.txt").read_text().split()


def test_the_list_of_icons_is_sorted_and_each_is_used():
    sources = [
        *ROOT.glob("templates/**/*.html"),
        *ROOT.glob("envoy_console/**/*.py"),
        *ROOT.glob("static/js/*.js"),
    ]
    text = "\n".join(source.read_text() for source in sources)
    unused = [
        name for name in listed() if f'"{name}"' not in text and f"#{name}" not in text
    ]

    assert listed() == sorted(set(listed()))
    assert unused == []


def test_every_icon_on_a_page_is_in_the_sprite(console, installed):
    pages = [installed, *map(console.get, PAGES)]
    shown = {use["href"].partition("#")[2] for p in pages for use in p.select("use")}

    assert shown
    assert shown <= set(listed())


def test_the_lock_file_names_no_machine_and_pins_every_package():
    lock = json.loads((ROOT / "package-lock.json").read_text())
    packages = [p for name, p in lock["packages"].items() if name]

    assert packages
    assert all(package["integrity"].startswith("sha512-") for package in packages)
    assert {p["resolved"].split("/")[2] for p in packages if "resolved" in p} <= {
        "registry.npmjs.org"
    }
