"""Expression builder: what an expression makes of a user, or where it is wrong."""

from __future__ import annotations

from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue

from envoy_console.entra import applications, expressions, source, tryouts
from envoy_console.entra.expressions import EvaluationError, ExpressionError
from envoy_console.entra.pages.apps import required_app
from envoy_console.entra.pages.blueprint import bp, tenant
from envoy_console.entra.pages.carets import Caret, caret
from envoy_console.entra.pages.mapping_forms import ExpressionForm
from envoy_console.models.transactions import read
from envoy_console.web.access import Permission, requires

EXAMPLE = 'Join(" ", [givenName], [surname])'


@bp.get("/apps/<app_id>/expression-builder")
def expression_builder(app_id: str) -> ResponseReturnValue:
    """Show the field for an expression, beside the functions that there are."""
    return _page(required_app(app_id), ExpressionForm(None, expression=EXAMPLE))
