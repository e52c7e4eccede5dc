"""Outbox: the mails to Notification Emails, whether or not a mail server sends them."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from envoy_console import config
from envoy_console.entra import notifications
from envoy_console.entra.pages.blueprint import bp
from envoy_console.models.transactions import read
from envoy_console.web.identity import me
from envoy_console.web.links import Listing


@bp.get("/outbox")
def outbox() -> ResponseReturnValue:
    """Show the mails, latest first."""
    listing = Listing.asked()
    with read() as tx:
        mails = notifications.page(tx, me().company_id, listing.page)
    return render_template(
        "entra/outbox.html",
        listing=listing,
        mails=mails,
        is_sending=bool(config.current().smtp_url),
    )


@bp.get("/outbox/<mail_id>")
def one_mail(mail_id: str) -> ResponseReturnValue:
    """Show one mail."""
    with read() as tx:
        mail = notifications.one(tx, me().company_id, mail_id)
    return render_template("entra/mail.html", mail=mail)
