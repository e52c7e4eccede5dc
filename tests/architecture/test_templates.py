"""Templates: they compile, complain about unknown names, and hold no inline code."""

import re

from jinja2 import StrictUndefined

from envoy_console.web.access import UNATTENDED

INLINE = {
    "inline script": re.compile(r"<script(?![^>]*\bsrc=)", re.IGNORECASE),
    "inline style": re.compile(r"<style|\sstyle=", re.IGNORECASE),
    "inline handler": re.compile(r"<[a-z][^>]*\son[a-z]+=", re.IGNORECASE),
}


def test_every_template_compiles(app):
    templates = app.jinja_env.list_templates(extensions=["html"])

    assert templates
    for name in templates:
        app.jinja_env.get_template(name)


def test_an_unknown_name_is_an_error_not_a_blank(app):
    assert app.jinja_env.undefined is StrictUndefined


def test_no_template_holds_inline_code(app):
    sources = {
        name: app.jinja_env.loader.get_source(app.jinja_env, name)[0]
        for name in app.jinja_env.list_templates(extensions=["html"])
    }
    found = [
        f"{name}: {what}"
        for name, source in sources.items()
        for what, pattern in INLINE.items()
        if pattern.search(source)
    ]

    assert found == []


def test_what_asks_again_by_itself_says_that_nobody_is_there(app):
    asking = [
        (name, tag)
        for name in app.jinja_env.list_templates(extensions=["html"])
        for tag in re.findall(
            r'hx-trigger="load[^>]*',
            app.jinja_env.loader.get_source(app.jinja_env, name)[0],
        )
    ]

    assert asking
    assert [
        name for name, tag in asking if f'{{"{UNATTENDED}": "yes"}}' not in tag
    ] == []
