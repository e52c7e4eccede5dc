"""Where browsers are sent off to the identity provider, and where they come back."""

from __future__ import annotations

from typing import Any

from flask import (
    Response,
    abort,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    session,
)
from flask.typing import ResponseReturnValue
from flask_login import login_user
from sqlalchemy.engine import Connection

from envoy_console import config
from envoy_console.directory import admission, single_sign_on, throttle
from envoy_console.directory.admission import Refused, Vouched
from envoy_console.directory.throttle import ThrottledError
from envoy_console.models.base import now
from envoy_console.models.transactions import read, write
from envoy_console.sso import claims, messages, pending, policy, profile
from envoy_console.sso.blueprints import saml
from envoy_console.sso.messages import Addresses
from envoy_console.sso.pending import Pending
from envoy_console.sso.policy import Assertion, Trust
from envoy_console.sso.refusals import RefusedError
from envoy_console.web.answers import see_other
from envoy_console.web.identity import find, source
from envoy_console.web.links import own_path


@saml.get("/metadata/<company_id>")
def metadata(company_id: str) -> ResponseReturnValue:
    """Tell identity providers who we are; the Entity ID leads here."""
    _installed(company_id)
    document = messages.metadata(addresses(company_id))
    return Response(document, content_type="application/samlmetadata+xml")


@saml.get("/auth/<company_id>")
def start(company_id: str) -> ResponseReturnValue:
    """Send the browser to the company's identity provider (SP-initiated)."""
    settings = _installed(company_id)
    if settings.saved_at is None:
        return _refusal("Single sign-on is not set up in this company yet.", "")
    asked = Pending.new(company_id, own_path(request.args.get("next")))
    url = messages.request_url(
        settings.idp_url, addresses(company_id), asked.request_id, at=now()
    )
    response = make_response(redirect(url, 303))
    pending.remember(response, asked)
    return response


@saml.post("/acs/<company_id>")
def acs(company_id: str) -> ResponseReturnValue:
    """Take a response, and sign in whom it vouches for."""
    settings = _installed(company_id)
    key = f"saml:{company_id}:{throttle.sender(source())}"
    try:
        free = throttle.FREE_PER_SOURCE
        is_last = write(lambda tx: throttle.admit(tx, key, free=free))
    except ThrottledError as error:
        return _refusal(str(error), "", 429)
    try:
        assertion, asked = _believed(settings)
    except RefusedError as error:
        reason = str(error)
        write(lambda tx: _note_refusal(tx, company_id, reason, is_last))
        return _refusal("The answer of your identity provider was refused.", reason)
    vouched = _vouched(settings, assertion)
    came = write(lambda tx: admission.admit(tx, vouched))
    if isinstance(came, Refused):
        if is_last:
            write(lambda tx: admission.note_guessing(tx, company_id, source=source()))
        return _refusal(came.reason, "")
    write(lambda tx: throttle.forgive(tx, key))
    response = _entered(came, asked)
    pending.forget(response)
    return response


def addresses(company_id: str) -> Addresses:
    return Addresses.of(config.current().external_url, company_id)


def _note_refusal(tx: Connection, company_id: str, reason: str, is_last: bool) -> None:
    admission.note_refusal(tx, company_id, reason, source=source())
    if is_last:
        admission.note_guessing(tx, company_id, source=source())


def _installed(company_id: str) -> Any:
    with read() as tx:
        found = single_sign_on.find(tx, company_id)
    return found if found is not None else abort(404)


def _believed(settings: Any) -> tuple[Assertion, Pending | None]:
    """Return what the response proves, and the request of this browser that it answers."""
    if settings.saved_at is None:
        raise RefusedError("Single sign-on is not set up in this company yet.")
    assertion = policy.read(
        request.form.get("SAMLResponse", ""), _trust(settings), at=now()
    )
    if not assertion.in_response_to:
        if not settings.idp_initiated:
            raise RefusedError(
                "Nobody asked for this response, and the company does not take "
                "IdP-initiated sign-ins. Start at Envoy's sign-in page."
            )
        return assertion, None
    asked = pending.remembered()
    if asked is None or (asked.request_id, asked.company_id) != (
        assertion.in_response_to,
        settings.company_id,
    ):
        raise RefusedError(
            "This browser is not waiting for this response. Start the sign-in anew."
        )
    return assertion, asked


def _trust(settings: Any) -> Trust:
    ours = addresses(settings.company_id)
    return Trust(
        entity_id=ours.entity_id,
        acs_url=ours.acs_url,
        fingerprints=tuple(settings.fingerprints.split()),
        issuer=settings.issuer,
        allows_sha1=settings.allows_sha1,
    )


def _vouched(settings: Any, assertion: Assertion) -> Vouched:
    once = [f"assertion {assertion.id}"]
    if assertion.in_response_to:
        once.append(f"request {assertion.in_response_to}")
    return Vouched(
        company_id=settings.company_id,
        name_id=assertion.name_id,
        once=tuple(once),
        until=max(assertion.expires_at, now() + pending.LIFETIME),
        profile=claims.profile(assertion) if settings.creates else None,
        source=source(),
    )


def _entered(came: admission.Admitted, asked: Pending | None) -> Response:
    if not came.is_account:
        return profile.enter(came.secret_id)
    # nothing that was in the cookie before the sign-in lives on after it
    session.clear()
    login_user(find(came.secret_id))
    flash("You are signed in with single sign-on.", "ok")
    # a RelayState is anybody's text: only a path of our own is followed
    return see_other(
        own_path(asked.next if asked else request.form.get("RelayState", ""))
    )


def _refusal(words: str, reason: str, status: int = 403) -> ResponseReturnValue:
    page = render_template("sso/refused.html", words=words, reason=reason)
    response = make_response(page, status)
    pending.forget(response)
    return response
