"""The blueprint that the view modules hang their pages on: all of it is for operators."""

from __future__ import annotations

from flask import Blueprint, abort, current_app, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.engine import Connection
from werkzeug.exceptions import NotFound

from envoy_console.classroom import roster
from envoy_console.classroom.roster import Student, UnknownStudentError
from envoy_console.directory.actors import Actor, visitor
from envoy_console.models.transactions import read
from envoy_console.web.access import READING, Permission, may
from envoy_console.web.identity import me, source

bp = Blueprint("classroom", __name__, url_prefix="/classroom")


@bp.before_request
def _for_operators() -> None:
    """Refuse the pages; what changes something says itself which permission it takes."""
    if request.method in READING and current_user.is_authenticated:
        may(Permission.RUN_CLASSROOM) or abort(403)


@bp.errorhandler(UnknownStudentError)
def show_not_found(_error: UnknownStudentError) -> ResponseReturnValue:
    """Answer with the page for what is not there."""
    return current_app.handle_http_exception(NotFound())


def everybody() -> list[Student]:
    """Return the operator's class."""
    with read() as tx:
        return roster.of_class(tx, me().company_id)


def required_student(company_id: str) -> Student:
    """Return a company of the operator's class, or answer with “not found”."""
    with read() as tx:
        return roster.required(tx, me().company_id, company_id)


def helping(tx: Connection, company_id: str) -> Actor:
    """Return the operator as the author of a change in a company of their class."""
    student = roster.required(tx, me().company_id, company_id)
    return Actor(student.id, visitor(me().name), source())
