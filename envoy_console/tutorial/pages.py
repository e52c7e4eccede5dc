"""The tutorial's own pages, and what their buttons and the bar's do."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from envoy_console import config
from envoy_console.models.transactions import write
from envoy_console.tutorial import bar, drafts, marks
from envoy_console.tutorial.evidence import Seen
from envoy_console.tutorial.progress import Progress
from envoy_console.tutorial.steps import BY_ID, CONSOLES, GROUPS, ORDER, STEPS, Step
from envoy_console.web.access import Permission, requires
from envoy_console.web.answers import attempt, see_other
from envoy_console.web.identity import me
from envoy_console.web.links import own_path

bp = Blueprint("tutorial", __name__, url_prefix="/tutorial")


@bp.get("/")
def overview() -> ResponseReturnValue:
    """Show all steps, with those that are done."""
    return _page("tutorial/overview.html")


@bp.get("/handout")
def handout() -> ResponseReturnValue:
    """Show all steps on paper."""
    return _page("tutorial/handout.html")


@bp.get("/side-by-side")
def split() -> ResponseReturnValue:
    """Show both consoles and the wire at once, for a projector."""
    return render_template("tutorial/split.html", app_id=bar.own_progress().app_id)


@bp.get("/primers/<step_id>")
def primer(step_id: str) -> ResponseReturnValue:
    """Show what there is to read before anything is set up."""
    step = _step(step_id)
    if not step.is_primer:
        abort(404)
    progress = bar.own_progress()
    return render_template(
        f"tutorial/primer-{step.id.replace('.', '-')}.html",
        step=step,
        is_done=step.id in progress.done,
    )


@bp.get("/bar")
def current_bar() -> ResponseReturnValue:
    """Show the bar alone, when it is not the one that is `seen` already."""
    found = bar.bar()
    if found is None or found.fingerprint == request.args.get("seen"):
        return "", 204
    return render_template(
        "tutorial/_bar.html", bar=found, here=own_path(request.args.get("here"))
    )


@bp.post("/steps/<step_id>/read")
@requires(Permission.FOLLOW_TUTORIAL)
def mark_read(step_id: str) -> ResponseReturnValue:
    """Mark a primer as read."""
    step = _step(step_id)
    if not step.is_primer:
        abort(404)
    _mark(step, Seen.READ)
    return see_other(own_path(request.form.get("next")))


@bp.post("/steps/<step_id>/skip")
@requires(Permission.FOLLOW_TUTORIAL)
def skip(step_id: str) -> ResponseReturnValue:
    """Leave an optional step out."""
    step = _step(step_id)
    if not step.optional:
        abort(404)
    _mark(step, Seen.SKIPPED)
    return see_other(own_path(request.form.get("next")))


@bp.post("/steps/<step_id>/show")
@requires(Permission.KEEP_OWN_ACCOUNT)
def show(step_id: str) -> ResponseReturnValue:
    """Have the bar of this browser show a step, whether it is done or not."""
    step, response = _step(step_id), see_other(own_path(request.form.get("next")))
    _keep(response, bar.chosen(step, bar.own_progress()))
    return response


@bp.post("/follow")
@requires(Permission.KEEP_OWN_ACCOUNT)
def follow() -> ResponseReturnValue:
    """Have the bar show the first step that is not done."""
    response = see_other(own_path(request.form.get("next")))
    response.delete_cookie(bar.CHOSEN)
    return response


@bp.post("/steps/<step_id>/start-over")
@requires(Permission.FOLLOW_TUTORIAL)
def start_over(step_id: str) -> ResponseReturnValue:
    """Forget what was marked from a step on."""
    step, company_id = _step(step_id), me().company_id
    attempt(
        lambda tx: marks.clear_from(tx, company_id, step.id),
        done=f"Started over from step {step.id}. What is still set up counts as done.",
    )
    response = see_other(url_for(".overview", _anchor=f"step-{step.id}"))
    response.delete_cookie(bar.CHOSEN)
    return response


@bp.post("/draft")
@requires(Permission.FOLLOW_TUTORIAL)
def note_draft() -> ResponseReturnValue:
    """Take note of choices in the Provisioning form before they are saved."""
    company_id = me().company_id
    made = {(step_id, Seen.CHOSEN) for step_id in drafts.chosen(request.form)}
    missing = made - bar.own_progress().marks
    if missing:
        write(lambda tx: marks.put(tx, company_id, missing))
    return "", 204


def _page(template: str) -> str:
    progress = bar.own_progress()
    return render_template(
        template,
        progress=progress,
        groups=[(number, words, _steps(number)) for number, words in GROUPS.items()],
        total=len(STEPS),
        consoles=CONSOLES,
        links={step.id: bar.link(step, progress) for step in STEPS},
        asked=_asked(progress),
    )


def _steps(group: str) -> list[Step]:
    return [step for step in STEPS if step.group == group]


def _asked(progress: Progress) -> dict[str, Any] | None:
    """Return the step that the question in the address is about, and what it undoes."""
    step = BY_ID.get(request.args.get("ask", "").removeprefix("start-over-"))
    if step is None:
        return None
    marked = {of for of, _ in progress.marks if ORDER[of] >= ORDER[step.id]}
    return {"step": step, "marked": len(marked & progress.done)}


def _step(step_id: str) -> Step:
    if step_id not in BY_ID:
        abort(404)
    return BY_ID[step_id]


def _mark(step: Step, kind: Seen) -> None:
    company_id = me().company_id
    write(lambda tx: marks.put(tx, company_id, [(step.id, kind)]))
    flash(f"Step {step.id} is {kind.value}.", "ok")


def _keep(response: Response, value: str) -> None:
    is_https = config.current().is_https
    response.set_cookie(
        bar.CHOSEN, value, secure=is_https, httponly=True, samesite="Lax"
    )
