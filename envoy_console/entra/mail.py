"""Sending what waits in the outbox by SMTP: done by the worker, one mail at a time.

A mail is marked as sent before it is, and unmarked when that fails: so two workers
never send it twice. What could not be sent for a day stays in the outbox.
"""

from __future__ import annotations

import logging
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from email.message import EmailMessage
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from envoy_console import config
from envoy_console.config import Config
from envoy_console.models import EntraNotification
from envoy_console.models.base import now, table
from envoy_console.models.transactions import read, write

log = logging.getLogger(__name__)
outbox = table(EntraNotification)

TRIED_FOR = timedelta(days=1)
AT_ONCE = 50
PATIENCE = 10  # seconds
FAILURES = (OSError, smtplib.SMTPException, ValueError)


def deliver() -> None:
    """Send what waits, if there is a mail server."""
    settings = config.current()
    if not settings.smtp_url:
        return
    with read() as tx:
        waiting = _waiting(tx)
    for mail in waiting:
        _deliver(mail, settings)


def _deliver(mail: Any, settings: Config) -> None:
    if not write(lambda tx: _mark(tx, mail)):
        return
    try:
        _send(mail, settings)
    except FAILURES as error:
        log.warning("Mail %s could not be sent: %s", mail.id, error)
        write(lambda tx: _unmark(tx, mail))


def check(settings: Config) -> str | None:
    """Return why nothing could be sent now; None when the mail server lets us in."""
    try:
        with _signed_in(settings) as smtp:
            smtp.noop()
    except FAILURES as error:
        return str(error) or type(error).__name__
    return None


def _send(mail: Any, settings: Config) -> None:
    with _signed_in(settings) as smtp:
        smtp.send_message(_message(mail, settings))


@contextmanager
def _signed_in(settings: Config) -> Iterator[smtplib.SMTP]:
    server = urlsplit(settings.smtp_url)
    with _connected(server) as smtp:
        _secure(smtp, server)
        if server.username:
            smtp.login(unquote(server.username), unquote(server.password or ""))
        yield smtp


def _connected(server: SplitResult) -> smtplib.SMTP:
    host = server.hostname or ""
    if server.scheme == "smtps":
        return smtplib.SMTP_SSL(
            host, server.port or 465, timeout=PATIENCE, context=_context()
        )
    return smtplib.SMTP(host, server.port or 587, timeout=PATIENCE)


def _secure(smtp: smtplib.SMTP, server: SplitResult) -> None:
    """Encrypt the connection where the server can; a password goes over no other."""
    if server.scheme == "smtps":
        return
    smtp.ehlo()
    if server.username or smtp.has_extn("starttls"):
        smtp.starttls(context=_context())


def _context() -> ssl.SSLContext:
    return ssl.create_default_context()


def _message(mail: Any, settings: Config) -> EmailMessage:
    message = EmailMessage()
    message["From"] = settings.mail_from
    message["To"] = mail.recipient
    message["Subject"] = mail.subject
    message["Date"] = mail.at
    message.set_content(mail.body)
    return message


def _waiting(tx: Connection) -> list[Any]:
    """Return some mails, drawn by lot: those that can never be sent hold none up."""
    query = (
        sa.select(outbox)
        .where(outbox.c.sent_at.is_(None), outbox.c.at > now() - TRIED_FOR)
        .order_by(sa.func.random())
        .limit(AT_ONCE)
    )
    return list(tx.execute(query).all())


def _mark(tx: Connection, mail: Any) -> bool:
    marked = tx.execute(
        outbox.update()
        .where(outbox.c.id == mail.id, outbox.c.sent_at.is_(None))
        .values(sent_at=now())
    )
    return bool(marked.rowcount)


def _unmark(tx: Connection, mail: Any) -> None:
    tx.execute(outbox.update().where(outbox.c.id == mail.id).values(sent_at=None))
