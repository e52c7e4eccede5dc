"""Who may do what. Everything is refused unless a line here allows it.

Views only carry labels, `@requires` and `@fresh_sign_in`; the one guard that runs
before every request reads them. So a page without a label cannot change anything.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Any, TypeVar
from urllib.parse import urlencode

from flask import Flask, abort, current_app, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from envoy_console import config, here
from envoy_console.directory import accounts, sessions
from envoy_console.directory.roles import (
    GLOBAL_ADMIN,
    LOCATION_ADMIN,
    OPERATOR,
    VIEWER,
)
from envoy_console.extensions import login_manager
from envoy_console.models.base import now
from envoy_console.models.transactions import read
from envoy_console.web.identity import me

View = TypeVar("View", bound=Callable[..., Any])

# What a stranger may open. The SCIM endpoint and the metrics ask for their own token, the
# token endpoint for a client's secret.
PUBLIC = frozenset(
    {
        "console.sign_in",
        "console.set_preferences",
        "health.alive",
        "health.ready",
        "metrics.scrape",
        "oauth.metadata",
        "oauth.token",
        "saml.acs",
        "saml.metadata",
        "saml.start",
        "sso.sign_in",
        # these two let in who has a session of an employee, and nobody else
        "profile.page",
        "profile.leave",
        "static",
    }
)

# What an identity provider has the browser send here; its signature says whose it is.
SENT_FROM_ELSEWHERE = frozenset({"saml.acs"})

# A page that waits for its own news sends it: that is not somebody being there.
UNATTENDED = "X-Unattended"

PAGES = frozenset(
    {"classroom", "console", "entra", "profile", "saml", "sso", "tutorial"}
)
READING = frozenset({"GET", "HEAD", "OPTIONS"})


class Permission(Enum):
    """What a person may be allowed to do, as the end of “Only … can …”."""

    MANAGE_INTEGRATIONS = "manage integrations"
    MANAGE_LOCATIONS = "add, rename and remove locations"
    MANAGE_EMPLOYEES = "add, change and remove employees by hand"
    MANAGE_ADMINS = "add admins and change their roles"
    CHOOSE_FEEDS = "choose which groups feed a location"
    RESET_COMPANY = "bring the company to a scenario"
    ADMINISTER_ENTRA = "administer the Entra tenant"
    RUN_CLASSROOM = "run a classroom"
    FOLLOW_TUTORIAL = "tick off steps of the tutorial"
    KEEP_OWN_ACCOUNT = "keep their own account"
    LEAVE = "leave"


# What an operator may who looks at a company of the class: nothing is changed there.
VISITING = frozenset({Permission.LEAVE})
ANYBODY = VISITING | {Permission.KEEP_OWN_ACCOUNT}

ALLOWED: dict[str, frozenset[Permission]] = {
    OPERATOR: frozenset(Permission),
    GLOBAL_ADMIN: frozenset(Permission) - {Permission.RUN_CLASSROOM},
    LOCATION_ADMIN: ANYBODY | {Permission.CHOOSE_FEEDS, Permission.FOLLOW_TUTORIAL},
    VIEWER: ANYBODY,
}


def requires(permission: Permission) -> Callable[[View], View]:
    """Label a view that changes something with the permission it takes."""

    def label(view: View) -> View:
        view.permission = permission  # type: ignore[attr-defined]
        return view

    return label


def fresh_sign_in(*, back_to: str, ask: str = "") -> Callable[[View], View]:
    """Label a view that wants the password to have been given just now.

    Afterwards the person returns to the page `back_to`, with its dialog `ask` open;
    what stands in braces is from the address. A page that is part of the address, such
    as that of an app, and the filters of a download are kept.
    """

    def label(view: View) -> View:
        view.back_to = (back_to, ask)  # type: ignore[attr-defined]
        return view

    return label


def init_app(app: Flask) -> None:
    """Put the guard before every view, and let templates ask what is allowed."""
    # our pages send no Referer, which Flask-WTF would demand over https; the guard
    # asks Sec-Fetch-Site instead, which browsers send without telling an address
    app.config["WTF_CSRF_SSL_STRICT"] = False
    app.before_request(guard)
    login_manager.unauthorized_handler(ask_to_sign_in)
    app.jinja_env.globals.update(may=may, why_not=why_not, Permission=Permission)


def guard() -> ResponseReturnValue | None:
    """Answer instead of the view when the view may not be used."""
    request = here.request()
    if request.endpoint is None or request.blueprint == "scim":
        return None
    if request.blueprint in PAGES and _holds_nul():
        abort(400)
    is_writing = request.method not in READING
    if request.endpoint in SENT_FROM_ELSEWHERE:
        return None
    if is_writing and _comes_from_elsewhere():
        abort(403)
    if request.endpoint in PUBLIC:
        return None
    if not current_user.is_authenticated:
        return ask_to_sign_in()
    if UNATTENDED not in request.headers:
        sessions.keep_alive(me())
    view = current_app.view_functions[request.endpoint]
    if is_writing:
        _refuse_without_permission(view)
    return _ask_for_password(view)


def may(permission: Permission) -> bool:
    """Tell whether the signed-in account has `permission`."""
    allowed = VISITING if me().is_visiting else ALLOWED[me().role]
    return permission in allowed


def why_not(permission: Permission, deed: str = "") -> str:
    """Return the sentence for a control that the signed-in account cannot use."""
    if me().is_visiting:
        return f"You are looking at {me().company_name} and can change nothing here."
    with read() as tx:
        everybody = accounts.page(tx, me().company_id)
    admins = [a.email for a in everybody if a.active and a.role == GLOBAL_ADMIN]
    who = "Global and location admins"
    if permission not in ALLOWED[LOCATION_ADMIN]:
        who = "Only global admins"
    ask = f" Ask {' or '.join(admins[:2])}." if admins else ""
    return f"{who} can {deed or permission.value}.{ask}"


def ask_to_sign_in() -> ResponseReturnValue:
    """Lead a stranger to the sign-in page; scripts are told in their own way."""
    here = request.full_path.rstrip("?") if request.method == "GET" else None
    page = url_for("console.sign_in", next=here)
    if "HX-Request" in request.headers:
        return "", 401, {"HX-Refresh": "true"}
    if wants_json():
        return jsonify(confirm=page), 401
    return redirect(page, 303)


def wants_json() -> bool:
    """Tell whether a script of ours is asking, rather than a person."""
    return request.accept_mimetypes.best == "application/json"


def _refuse_without_permission(view: Callable[..., Any]) -> None:
    permission: Permission | None = getattr(view, "permission", None)
    if permission is None or not may(permission):
        abort(403)


def _ask_for_password(view: Callable[..., Any]) -> ResponseReturnValue | None:
    """Lead to the question for the password, where the view wants it anew."""
    back_to = getattr(view, "back_to", None)
    if back_to is None or now() - me().confirmed_at <= config.current().fresh_sign_in:
        return None
    page, ask = back_to
    given = request.view_args or {}
    rules = current_app.url_map.iter_rules(page)
    needed = {name for rule in rules for name in rule.arguments}
    here = url_for(page, **{name: given[name] for name in needed})
    if asked := urlencode({"ask": ask.format(**given)} if ask else request.args):
        here = f"{here}?{asked}"
    confirm = url_for("console.confirm", next=here)
    if wants_json():
        return jsonify(confirm=confirm), 403
    return redirect(confirm, 303)


def _holds_nul() -> bool:
    """Tell whether anything was sent that no database could hold or look for."""
    given = (value for _, values in request.values.lists() for value in values)
    return "\0" in request.path or any("\0" in value for value in given)


def _comes_from_elsewhere() -> bool:
    """Tell whether the browser says that another site made it send this."""
    return request.headers.get("Sec-Fetch-Site", "none") not in ("same-origin", "none")
