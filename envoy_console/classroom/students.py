"""One student: their steps, a look inside, a new password, a reset, the end."""

from __future__ import annotations

from flask import flash, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.engine import Connection

from envoy_console.classroom import board, passphrases, roster
from envoy_console.classroom.blueprint import bp, helping, required_student
from envoy_console.classroom.forms import ScenarioForm
from envoy_console.classroom.founding import Card
from envoy_console.classroom.new_class import cards_page
from envoy_console.directory import accounts, audit, sessions
from envoy_console.models.transactions import write
from envoy_console.scenarios.catalogue import SCENARIOS
from envoy_console.tutorial.steps import GROUPS, STEPS
from envoy_console.web.access import Permission, fresh_sign_in, requires
from envoy_console.web.answers import see_other
from envoy_console.web.identity import me


@bp.get("/companies/<company_id>")
def student(company_id: str) -> ResponseReturnValue:
    """Show how far a student is, step by step."""
    return render_template(
        "classroom/student.html",
        student=required_student(company_id),
        groups=GROUPS,
        steps=STEPS,
        form=ScenarioForm(None),
    )


@bp.post("/companies/<company_id>/look")
@requires(Permission.RUN_CLASSROOM)
def look_inside(company_id: str) -> ResponseReturnValue:
    """Look at the company as a viewer; its admins can see that somebody did."""

    def work(tx: Connection) -> None:
        actor = helping(tx, company_id)
        sessions.visit(tx, me(), actor.company_id)
        audit.record(tx, actor, "looked at this company, read-only")

    write(work)
    return see_other(url_for("console.home"))


@bp.post("/leave")
@requires(Permission.LEAVE)
def leave() -> ResponseReturnValue:
    """Go back from the company that is being looked at to the class."""
    was_visiting = me().is_visiting
    write(lambda tx: sessions.return_home(tx, me()))
    return see_other(url_for(".board" if was_visiting else "console.home"))


@bp.post("/companies/<company_id>/reset")
@requires(Permission.RUN_CLASSROOM)
@fresh_sign_in(back_to="classroom.board")
def reset_student(company_id: str) -> ResponseReturnValue:
    """Bring the company to a scenario."""
    form, name = ScenarioForm(), required_student(company_id).name
    if form.validate_on_submit():
        scenario = SCENARIOS[form.scenario.data]
        board.bring(company_id, scenario)
        flash(*scenario.begun_by(name))
    else:
        flash(form.first_error(), "bad")
    return see_other(url_for(".student", company_id=company_id))


@bp.post("/companies/<company_id>/password")
@requires(Permission.RUN_CLASSROOM)
@fresh_sign_in(back_to="classroom.board")
def new_password(company_id: str) -> ResponseReturnValue:
    """Make a new card for a student who has lost theirs."""
    password = passphrases.generate()

    def work(tx: Connection) -> roster.Student:
        actor = helping(tx, company_id)
        student = roster.required(tx, me().company_id, company_id)
        accounts.set_password(tx, student.company.account_id, password)
        audit.record(tx, actor, "gave a new password to", student.company.email)
        return student

    row = write(work).company
    return cards_page([Card(row.name, row.student_name, row.email, password)])


@bp.get("/companies/<company_id>/password")
def given_password(company_id: str) -> ResponseReturnValue:
    """Lead whoever reloads a new card back to the student."""
    return see_other(url_for(".student", company_id=company_id))


@bp.post("/companies/<company_id>/delete")
@requires(Permission.RUN_CLASSROOM)
@fresh_sign_in(back_to="classroom.board")
def delete_student(company_id: str) -> ResponseReturnValue:
    """Delete the company with everything in it."""
    name = required_student(company_id).name
    board.delete(company_id)
    flash(f"{name} is deleted.", "ok")
    return see_other(url_for(".board"))
