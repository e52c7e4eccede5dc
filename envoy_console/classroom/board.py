"""The board: how far each student is, live, and what is done to all of them."""

from __future__ import annotations

from flask import flash, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.engine import Connection

from envoy_console.classroom import roster
from envoy_console.classroom.blueprint import bp, everybody, helping
from envoy_console.classroom.forms import ScenarioForm
from envoy_console.directory import audit, companies
from envoy_console.models.transactions import write
from envoy_console.scenarios import bringing
from envoy_console.scenarios.catalogue import SCENARIOS, Scenario
from envoy_console.tutorial.steps import STEPS
from envoy_console.web.access import Permission, fresh_sign_in, requires
from envoy_console.web.answers import see_other
from envoy_console.web.identity import acting, me
from envoy_console.web.wording import counted


@bp.get("/")
def board() -> ResponseReturnValue:
    """Show the class."""
    return render_template(
        "classroom/board.html",
        students=everybody(),
        steps=len(STEPS),
        form=ScenarioForm(None),
    )


@bp.get("/progress")
def progress() -> ResponseReturnValue:
    """Show only the rows, for a board that is being looked at."""
    return render_template(
        "classroom/_rows.html", students=everybody(), steps=len(STEPS)
    )


@bp.post("/reset")
@requires(Permission.RUN_CLASSROOM)
@fresh_sign_in(back_to="classroom.board", ask="reset-all")
def reset_all() -> ResponseReturnValue:
    """Bring every company of the class to a scenario."""
    form = ScenarioForm()
    if not form.validate_on_submit():
        flash(form.first_error(), "bad")
        return see_other(url_for(".board"))
    scenario, students = SCENARIOS[form.scenario.data], everybody()
    for student in students:
        bring(student.id, scenario)
    flash(f"{_number(students)} brought to: {scenario.title}.", "ok")
    return see_other(url_for(".board"))


@bp.post("/delete")
@requires(Permission.RUN_CLASSROOM)
@fresh_sign_in(back_to="classroom.board", ask="delete-all")
def delete_all() -> ResponseReturnValue:
    """Delete every company of the class."""
    students = everybody()
    for student in students:
        delete(student.id)
    flash(f"{_number(students)} deleted.", "ok")
    return see_other(url_for(".board"))


def bring(company_id: str, scenario: Scenario) -> None:
    """Bring a company of the class to a scenario."""
    write(lambda tx: bringing.bring(tx, helping(tx, company_id), scenario))
    bringing.ring(company_id, scenario)


def delete(company_id: str) -> None:
    """Delete a company of the class, and note it in the operator's own."""

    def work(tx: Connection) -> None:
        student = roster.required(tx, me().company_id, company_id)
        companies.delete(tx, student.id)
        audit.record(tx, acting(), "deleted the company of the class", student.name)

    write(work)


def _number(students: list[roster.Student]) -> str:
    number = counted(len(students), "company", "companies")
    return f"{number} {'is' if len(students) == 1 else 'are'}"
