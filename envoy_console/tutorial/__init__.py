"""The guided tutorial: 31 steps that the server watches being done, in both consoles.

`steps` says what there is to do, `evidence` what shows that it was done. `progress` asks
the tables, `marks` keeps what only events tell: `visits` sees them at the pages, `wire`
at the SCIM endpoint. `bar` and `pages` show it.
"""

from __future__ import annotations

from flask import Flask

from envoy_console.directory import exchange_log
from envoy_console.tutorial import bar, pages, visits, wire


def init_app(app: Flask) -> None:
    """Add the tutorial's pages, its bar for the layouts, and its watchers."""
    app.register_blueprint(pages.bp)
    bar.init_app(app)
    visits.init_app(app)
    exchange_log.watch(app, wire.note)
