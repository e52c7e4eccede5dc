"""Integrations → Single sign-on → SAML: install, configure, uninstall."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from envoy_console.directory import single_sign_on
from envoy_console.directory.errors import RuleError
from envoy_console.directory.single_sign_on import BadSettingError, Settings
from envoy_console.models.transactions import read, write
from envoy_console.sso import idp_metadata
from envoy_console.sso.blueprints import pages
from envoy_console.sso.forms import MetadataForm, SamlForm
from envoy_console.sso.idp_metadata import IdentityProvider, MetadataError
from envoy_console.sso.protocol import addresses
from envoy_console.web.access import Permission, fresh_sign_in, requires
from envoy_console.web.answers import attempt, see_other
from envoy_console.web.identity import acting, me

FIELDS = tuple(Settings.__dataclass_fields__)


@pages.post("/integrations/saml/install")
@requires(Permission.MANAGE_INTEGRATIONS)
@fresh_sign_in(back_to="console.all_integrations")
def install() -> ResponseReturnValue:
    """Install SAML."""
    attempt(
        lambda tx: single_sign_on.install(tx, acting()),
        done="SAML is installed. Tell your identity provider about Envoy, and Envoy "
        "about your identity provider.",
    )
    return see_other(url_for(".saml"))


@pages.get("/integrations/saml")
def saml() -> ResponseReturnValue:
    """Show the settings, or the list when SAML is not installed."""
    row = _row()
    if row is None:
        return redirect(url_for("console.all_integrations"))
    return _page(row, _form_of(row))


@pages.post("/integrations/saml")
@requires(Permission.MANAGE_INTEGRATIONS)
@fresh_sign_in(back_to="sso.saml", ask="saml")
def save_saml() -> ResponseReturnValue:
    """Save the settings."""
    row, form = _row(), SamlForm()
    if row is None:
        return see_other(url_for("console.all_integrations"))
    if not form.validate_on_submit():
        return _page(row, form), 422
    wanted = Settings(**{name: form[name].data for name in FIELDS})
    try:
        write(lambda tx: single_sign_on.save(tx, acting(), wanted))
    except BadSettingError as error:
        form[error.field].errors = [str(error)]
        return _page(row, form), 422
    except RuleError as error:
        flash(str(error), "bad")
    else:
        flash("Saved. Try it in a private window before you rely on it.", "ok")
    return see_other(url_for(".saml"))


@pages.get("/integrations/saml/metadata")
@pages.get("/integrations/saml/uninstall")
def back_to_saml() -> ResponseReturnValue:
    """Lead whoever reloads an answer back to the page."""
    return see_other(url_for(".saml"))


@pages.post("/integrations/saml/metadata")
@requires(Permission.MANAGE_INTEGRATIONS)
def read_metadata() -> ResponseReturnValue:
    """Fill the settings in from metadata; nothing is saved before Save."""
    row, form = _row(), MetadataForm()
    if row is None:
        return see_other(url_for("console.all_integrations"))
    try:
        found = idp_metadata.read(_sent(form))
    except MetadataError as error:
        form.xml.errors = [str(error)]
        return _page(row, _form_of(row), form), 422
    flash("Filled in from the metadata. Look it over, then press Save.", "ok")
    return _page(row, _form_of(row, found))


@pages.post("/integrations/saml/uninstall")
@requires(Permission.MANAGE_INTEGRATIONS)
@fresh_sign_in(back_to="sso.saml", ask="uninstall")
def uninstall() -> ResponseReturnValue:
    """Uninstall: whom single sign-on let in is out."""
    attempt(
        lambda tx: single_sign_on.uninstall(tx, acting()),
        done="SAML is uninstalled. Passwords work again for everybody.",
    )
    return see_other(url_for("console.all_integrations"))


def _row() -> Any | None:
    with read() as tx:
        return single_sign_on.find(tx, me().company_id)


def _form_of(row: Any, found: IdentityProvider | None = None) -> SamlForm:
    values = {name: getattr(row, name) for name in FIELDS}
    if found is not None:
        values |= {
            "fingerprints": found.fingerprints,
            "idp_url": found.url,
            "issuer": found.issuer,
        }
    values["fingerprints"] = values["fingerprints"].upper()
    return SamlForm(None, **values)


def _sent(form: MetadataForm) -> bytes:
    upload = form.file.data
    if upload:
        return bytes(upload.read(idp_metadata.LARGEST + 1))
    return str(form.xml.data or "").strip().encode()


def _page(row: Any, form: SamlForm, metadata_form: MetadataForm | None = None) -> str:
    return render_template(
        "sso/saml.html",
        row=row,
        form=form,
        metadata_form=metadata_form or MetadataForm(None),
        ours=addresses(row.company_id),
    )
