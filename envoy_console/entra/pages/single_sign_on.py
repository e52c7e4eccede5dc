"""“Single sign-on” of an app: SAML, as “Set up Single Sign-On with SAML” has it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, flash, make_response, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.engine import Connection

from envoy_console import config
from envoy_console.entra.errors import EntraError, UnknownError
from envoy_console.entra.pages.apps import required_app
from envoy_console.entra.pages.blueprint import bp, tenant
from envoy_console.entra.pages.saml_forms import BasicForm, ClaimsForm
from envoy_console.entra.saml import certificates, responses, settings
from envoy_console.entra.saml.settings import SamlSettingError
from envoy_console.models.transactions import read, write
from envoy_console.web.access import Permission, fresh_sign_in, requires
from envoy_console.web.answers import attempt, see_other
from envoy_console.web.identity import me


@bp.get("/apps/<app_id>/single-sign-on")
def single_sign_on(app_id: str) -> ResponseReturnValue:
    """Show how the app signs people in, or offer SAML."""
    app = required_app(app_id)
    with read() as tx:
        row = settings.find(tx, app)
    if row is None:
        return render_template("entra/choose_sign_on.html", app=app)
    return _page(app, row, BasicForm(None, obj=row))


@bp.get("/apps/<app_id>/single-sign-on/basic")
def saved_basic(app_id: str) -> ResponseReturnValue:
    """Lead whoever reloads a refused form back to the page."""
    return _back(app_id)


@bp.post("/apps/<app_id>/single-sign-on/choose")
@requires(Permission.ADMINISTER_ENTRA)
@fresh_sign_in(back_to="entra.single_sign_on")
def choose_saml(app_id: str) -> ResponseReturnValue:
    """Choose SAML; the app gets its certificate."""
    app, actor = required_app(app_id), me().email
    write(lambda tx: settings.choose(tx, app, actor=actor))
    return _back(app_id)


@bp.post("/apps/<app_id>/single-sign-on/basic")
@requires(Permission.ADMINISTER_ENTRA)
@fresh_sign_in(back_to="entra.single_sign_on", ask="basic")
def save_basic(app_id: str) -> ResponseReturnValue:
    """Save the Basic SAML Configuration."""
    app, form, actor = required_app(app_id), BasicForm(), me().email
    if _row(app) is None:
        return _back(app_id)
    values = {name: field.data or "" for name, field in _fields(form)}
    try:
        write(lambda tx: settings.save_basic(tx, app, **values, actor=actor))
    except SamlSettingError as error:
        form[error.field].errors = [str(error)]
        return make_response(_page(app, _row(app), form), 422)
    flash("The Basic SAML Configuration is saved.", "ok")
    return _back(app_id)


@bp.post("/apps/<app_id>/single-sign-on/claims")
@requires(Permission.ADMINISTER_ENTRA)
@fresh_sign_in(back_to="entra.single_sign_on", ask="claims")
def save_claims(app_id: str) -> ResponseReturnValue:
    """Save what users are called."""
    app, form, actor = required_app(app_id), ClaimsForm(), me().email
    return _done(
        app_id,
        lambda tx: settings.save_name_id(tx, app, form.name_id.data, actor=actor),
        "Attributes & Claims are saved.",
    )


@bp.post("/apps/<app_id>/single-sign-on/certificates")
@requires(Permission.ADMINISTER_ENTRA)
@fresh_sign_in(back_to="entra.single_sign_on")
def add_certificate(app_id: str) -> ResponseReturnValue:
    """Make the certificate that is to follow."""
    app, actor = required_app(app_id), me().email
    return _done(
        app_id,
        lambda tx: certificates.add(tx, app, actor=actor),
        "A new certificate is there. Add its Thumbprint to the application, then make "
        "it active.",
    )


@bp.post("/apps/<app_id>/single-sign-on/certificates/<certificate_id>/activate")
@requires(Permission.ADMINISTER_ENTRA)
@fresh_sign_in(back_to="entra.single_sign_on", ask="activate")
def activate_certificate(app_id: str, certificate_id: str) -> ResponseReturnValue:
    """Sign with another certificate."""
    app, actor = required_app(app_id), me().email
    return _done(
        app_id,
        lambda tx: certificates.activate(tx, app, certificate_id, actor=actor),
        "This certificate signs from now on.",
    )


@bp.post("/apps/<app_id>/single-sign-on/certificates/<certificate_id>/delete")
@requires(Permission.ADMINISTER_ENTRA)
@fresh_sign_in(back_to="entra.single_sign_on", ask="delete-certificate")
def delete_certificate(app_id: str, certificate_id: str) -> ResponseReturnValue:
    """Delete a certificate that does not sign."""
    app, actor = required_app(app_id), me().email
    return _done(
        app_id,
        lambda tx: certificates.delete(tx, app, certificate_id, actor=actor),
        "The certificate is deleted.",
    )


@bp.get("/apps/<app_id>/single-sign-on/certificate.pem")
def download_certificate(app_id: str) -> ResponseReturnValue:
    """Download “Certificate (Base64)”: the one that signs."""
    app = required_app(app_id)
    with read() as tx:
        rows = certificates.every(tx, app.id)
    if not rows:
        raise UnknownError("There is no certificate.")
    return _file(rows[0].certificate.encode(), "application/x-pem-file", "envoy.pem")


@bp.get("/apps/<app_id>/single-sign-on/metadata.xml")
def download_metadata(app_id: str) -> ResponseReturnValue:
    """Download “Federation Metadata XML”."""
    app = required_app(app_id)
    with read() as tx:
        rows = certificates.every(tx, app.id)
    document = responses.metadata(issuer(), login_url(app_id), rows)
    return _file(document, "application/samlmetadata+xml", "federation-metadata.xml")


def issuer() -> str:
    """Return the Microsoft Entra Identifier of the simulated tenant."""
    return f"{config.current().external_url}/entra/tenants/{tenant().id}/"


def login_url(app_id: str) -> str:
    """Return the Login URL of an app."""
    return config.current().external_url + url_for("entra.saml", app_id=app_id)


def _row(app: Any) -> Any:
    with read() as tx:
        return settings.find(tx, app)


def _fields(form: BasicForm) -> list[tuple[str, Any]]:
    return [(name, form[name]) for name in ("identifier", "reply_url", "sign_on_url")]


def _done(
    app_id: str, work: Callable[[Connection], Any], done: str
) -> ResponseReturnValue:
    attempt(work, done=done, rule=EntraError)
    return _back(app_id)


def _back(app_id: str) -> ResponseReturnValue:
    return see_other(url_for(".single_sign_on", app_id=app_id))


def _file(content: bytes, kind: str, name: str) -> Response:
    return Response(
        content,
        content_type=kind,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _page(app: Any, row: Any, form: BasicForm) -> str:
    with read() as tx:
        rows = certificates.every(tx, app.id)
    return render_template(
        "entra/single_sign_on.html",
        app=app,
        row=row,
        form=form,
        claims_form=ClaimsForm(None, name_id=row.name_id),
        claims=responses.DEFAULT_CLAIMS,
        certificates=rows,
        issuer=issuer(),
        login_url=login_url(app.id),
    )
