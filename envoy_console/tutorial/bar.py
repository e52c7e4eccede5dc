"""The bar at the bottom of both consoles: the step to do now, or one that was chosen.

It asks twice; hidden, never. Which step it shows is kept in a cookie of the browser,
since looking ahead is nobody else's business.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Flask, g, request, url_for

from envoy_console.models.transactions import read
from envoy_console.tutorial import visits
from envoy_console.tutorial.evidence import Seen
from envoy_console.tutorial.progress import Progress, progress_of
from envoy_console.tutorial.steps import BY_ID, ORDER, STEPS, Step
from envoy_console.web.access import Permission, may
from envoy_console.web.identity import me

PREFERENCE = "guide"
CHOSEN = "guide_step"
LOOKED_BACK = "!"  # ends the cookie when the step was done at that time


@dataclass(frozen=True, slots=True)
class Bar:
    """What the bar shows. `step` is None when there is nothing left to do."""

    progress: Progress
    step: Step | None

    @property
    def is_done(self) -> bool:
        return self.step is not None and self.step.id in self.progress.done

    @property
    def is_current(self) -> bool:
        return self.step == self.progress.current

    @property
    def before(self) -> Step | None:
        place = ORDER[self.step.id] if self.step else len(STEPS)
        return STEPS[place - 1] if place else None

    @property
    def after(self) -> Step | None:
        place = ORDER[self.step.id] + 1 if self.step else len(STEPS)
        return STEPS[place] if place < len(STEPS) else None

    @property
    def url(self) -> str:
        return link(self.step, self.progress) if self.step else ""

    @property
    def fingerprint(self) -> str:
        """Changes when the bar does."""
        return f"{self.step.id if self.step else ''}-{self.progress.count}"


def init_app(app: Flask) -> None:
    """Let the layouts of both consoles ask for the bar."""
    app.jinja_env.globals.update(tutorial_bar=bar, is_guide_hidden=is_hidden)


def is_hidden() -> bool:
    """Tell whether this browser wants no bar."""
    return request.cookies.get(PREFERENCE) == "off"


def bar() -> Bar | None:
    """Return the bar of the signed-in account's company, unless it is hidden."""
    if is_hidden():
        return None
    progress = own_progress()
    return Bar(progress, _shown(progress, request.cookies.get(CHOSEN, "")))


def own_progress() -> Progress:
    """Return how far the company is, with the page that is being opened."""
    if "tutorial_progress" not in g:
        company_id = me().company_id
        with read() as tx:
            g.tutorial_progress = progress_of(tx, [company_id])[company_id]
    progress: Progress = g.tutorial_progress
    if not may(Permission.FOLLOW_TUTORIAL):
        return progress
    opened = {step for step, kind in visits.told(200) if kind is Seen.VISITED}
    return progress.and_then(opened)


def chosen(step: Step, progress: Progress) -> str:
    """Return what the cookie keeps of the choice to look at `step`."""
    return step.id + (LOOKED_BACK if step.id in progress.done else "")


def link(step: Step, progress: Progress) -> str:
    """Return where a step is done; where it is added first, if there is no application."""
    values: dict[str, Any] = dict(step.values)
    if "app_id" in values:
        if progress.app_id is None:
            return url_for("entra.apps")
        values["app_id"] = progress.app_id
    return url_for(step.endpoint, **values)


def _shown(progress: Progress, cookie: str) -> Step | None:
    step = BY_ID.get(cookie.removesuffix(LOOKED_BACK))
    if step is None:
        return progress.current
    if cookie.endswith(LOOKED_BACK) or step.id not in progress.done:
        return step
    later = STEPS[ORDER[step.id] :]
    undone = (one for one in later if one.id not in progress.done)
    return next(undone, progress.current)
