"""Marks what only the pages can tell: that they were opened, or a button was pressed.

After the answer is made, and at most once for each step of a company: an ordinary page
writes nothing once its mark is there. Somebody who may not follow the tutorial, such as
a viewer looking over a student's shoulder, leaves no marks.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from flask import Flask, Response, g
from flask_login import current_user
from sqlalchemy.exc import DBAPIError, IntegrityError

from envoy_console import here
from envoy_console.models.transactions import read, write
from envoy_console.tutorial import marks
from envoy_console.tutorial.evidence import Seen
from envoy_console.tutorial.marks import Mark
from envoy_console.tutorial.progress import Progress
from envoy_console.web.access import Permission, may
from envoy_console.web.identity import me

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Sign:
    """An answer that shows something of a step; `values` are in its address."""

    endpoint: str
    mark: Mark
    status: int = 200
    values: Mapping[str, str] = field(default_factory=dict)


def _opened(endpoint: str, step_id: str, **values: str) -> Sign:
    return Sign(endpoint, (step_id, Seen.VISITED), values=values)


def _pressed(endpoint: str, step_id: str, status: int, **values: str) -> Sign:
    return Sign(endpoint, (step_id, Seen.PRESSED), status, values)


OPENED = (
    _opened("console.all_integrations", "2.1"),
    _opened("entra.browse_gallery", "3.1"),
    _opened("entra.gallery_app", "3.2", template_id="envoy"),
    _opened("entra.scoping_filters", "4.3"),
    _opened("entra.home", "5.1"),
    _opened("entra.apps", "5.2"),
    _opened("entra.app_overview", "5.3"),
    _opened("entra.edit_provisioning", "5.4"),
    _opened("entra.attribute_mapping", "5.9", kind="users"),
    _opened("entra.attribute_mapping", "5.11", kind="groups"),
    _opened("entra.provisioning_logs", "6.1"),
    Sign("console.requests", ("6.1", Seen.WATCHED)),
)
PRESSED = (
    # Copy asks for the token as Reveal does; a refusal leads elsewhere
    _pressed("console.reveal_token", "2.4", 200),
    _pressed("entra.review_mapping", "5.10", 303, kind="users"),
    _pressed("entra.review_mapping", "5.12", 303, kind="groups"),
)


def _by_endpoint(signs: Iterable[Sign]) -> dict[str, list[Sign]]:
    found = defaultdict(list)
    for sign in signs:
        found[sign.endpoint].append(sign)
    return dict(found)


# a SCIM request, which shows nothing of a step, costs one look-up
SIGNS = {"GET": _by_endpoint(OPENED), "POST": _by_endpoint(PRESSED)}


def init_app(app: Flask) -> None:
    """Look at every answer."""
    app.after_request(_note)


def told(status: int) -> set[Mark]:
    """Return what this request shows when it is answered so."""
    request = here.request()
    signs = SIGNS.get(request.method, {}).get(request.endpoint or "", ())
    return {sign.mark for sign in signs if sign.status == status and _fits(sign)}


def _fits(sign: Sign) -> bool:
    return sign.values.items() <= (here.request().view_args or {}).items()


def _note(response: Response) -> Response:
    found = told(response.status_code)
    if not found or not _may_mark():
        return response
    try:
        _remember(me().company_id, found)
    except IntegrityError:
        pass  # the company was deleted while its page was made
    except DBAPIError:
        # the page itself is good; its mark comes with the next visit
        logger.exception("a step of the tutorial could not be marked")
    return response


def _may_mark() -> bool:
    return bool(current_user.is_authenticated) and may(Permission.FOLLOW_TUTORIAL)


def _remember(company_id: str, found: set[Mark]) -> None:
    missing = found - _known(company_id)
    if missing:
        write(lambda tx: marks.put(tx, company_id, missing))


def _known(company_id: str) -> frozenset[Mark]:
    """Return the marks that there are; the bar has usually asked for them already."""
    progress: Progress | None = g.get("tutorial_progress")
    if progress is not None:
        return progress.marks
    with read() as tx:
        return frozenset(marks.of(tx, [company_id])[company_id])
