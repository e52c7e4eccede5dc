"""Expression builder: what an expression makes of a user, or where it is wrong."""

from __future__ import annotations

from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue

from envoy_console.entra import tryouts
from envoy_console.entra.expressions import (
    FUNCTIONS,
    EvaluationError,
    ExpressionError,
)
from envoy_console.entra.pages.apps import required_app
from envoy_console.entra.pages.blueprint import bp
from envoy_console.entra.pages.carets import caret
from envoy_console.entra.pages.mapping_forms import ExpressionForm
from envoy_console.entra.scoping import ScopingError
from envoy_console.entra.tryouts import UnknownUserError
from envoy_console.models.transactions import read
from envoy_console.web.access import Permission, requires

EXAMPLE = 'Join(" ", [givenName], [surname])'


@bp.get("/apps/<app_id>/expression-builder")
def expression_builder(app_id: str) -> ResponseReturnValue:
    """Show the field for an expression, beside the functions that there are."""
    app = required_app(app_id)
    with read() as tx:
        people = tryouts.offered(tx, app.company_id)
    first = people[0].user_principal_name if people else ""
    return _page(app, ExpressionForm(None, expression=EXAMPLE, user=first))


@bp.post("/apps/<app_id>/expression-builder")
@requires(Permission.ADMINISTER_ENTRA)
def evaluate_expression(app_id: str) -> ResponseReturnValue:
    """Show what the expression makes of the user, or what is wrong and where."""
    app, form = required_app(app_id), ExpressionForm()
    if not form.validate_on_submit():
        return _page(app, form), 422
    text = form.expression.data
    try:
        with read() as tx:
            result, given = tryouts.values(tx, app, text, form.user.data)
    except ExpressionError as error:
        form.expression.errors = [str(error)]
        return _page(app, form, pointer=caret(text, error.position)), 422
    except (EvaluationError, ScopingError) as error:
        form.expression.errors = [str(error)]
        return _page(app, form), 422
    except UnknownUserError as error:
        form.user.errors = [str(error)]
        return _page(app, form), 422
    return _page(app, form, outcome=(result, given))


def _page(app: Any, form: ExpressionForm, **values: Any) -> str:
    with read() as tx:
        people = tryouts.offered(tx, app.company_id)
    return render_template(
        "entra/expression_builder.html",
        app=app,
        form=form,
        people=people,
        functions=sorted(FUNCTIONS.values(), key=lambda each: each.name.lower()),
        **{"pointer": None, "outcome": None, **values},
    )
