"""The quirks of Entra's requests: what each is, what it looks like, and who says so."""

from __future__ import annotations

import json

from flask import render_template
from flask.typing import ResponseReturnValue

from envoy_console.console.blueprint import bp
from envoy_console.scim.dialects import QUIRKS


@bp.get("/wire/quirks")
def quirks() -> ResponseReturnValue:
    """Explain every quirk; the address may name one, as #boolean_strings."""
    return render_template(
        "console/quirks.html",
        quirks=QUIRKS.values(),
        is_json={name: _is_json(quirk.example) for name, quirk in QUIRKS.items()},
    )


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
