"""Notification mails: written when a job is quarantined, shown in the outbox, and sent."""

import dataclasses

import pytest

from envoy_console import config
from envoy_console.config import Config, ConfigError
from envoy_console.entra import mail, notifications, quarantine
from tests import builders
from tests.harness.mail_server import MailServer


@pytest.fixture
def notify(world, envoy):
    """notify(reason="…") -> the job was quarantined for it."""
    envoy.configure(notifies=True, notification_email=f"it-{world.company.email}")

    def write(reason=quarantine.CREDENTIALS, message="The token was refused."):
        app = envoy.row
        world.do(lambda tx: notifications.quarantined(tx, app, reason, message))

    return write


@pytest.fixture
def mails(world):
    """mails() -> what is in the outbox, latest first."""
    return lambda: world.ask(lambda tx: notifications.page(tx, world.company.id)).rows


@pytest.fixture
def deliver(app):
    """deliver("smtp://…") -> the worker has sent what waits."""
    usual = app.extensions["envoy_console.config"]

    def send(smtp_url):
        changed = {"smtp_url": smtp_url, "mail_from": "entra@contoso.example"}
        settings = dataclasses.replace(usual, **changed)
        app.extensions["envoy_console.config"] = settings
        with app.app_context():
            mail.deliver()

    yield send
    app.extensions["envoy_console.config"] = usual


def test_a_quarantine_writes_a_mail_that_says_what_to_do(app, envoy, notify, mails):
    notify()

    (written,) = mails()
    assert written.recipient == envoy.row.notification_email
    assert written.subject == "Envoy: provisioning has been quarantined"
    assert (
        "Reason: EncounteredQuarantineException\nThe token was refused." in written.body
    )
    assert "press Test Connection" in written.body
    with app.app_context():
        page = f"{config.current().external_url}/entra/apps/{envoy.id}/provisioning"
    assert page in written.body


def test_accidental_deletions_have_words_of_their_own(notify, mails):
    notify(reason=quarantine.TOO_MANY_DELETES)

    assert mails()[0].subject.startswith("Envoy: deletions wait for you")
    assert "choose Allow deletes" in mails()[0].body


def test_nobody_is_written_to_who_did_not_ask_for_it(envoy, notify, mails):
    envoy.configure(notifies=False)

    notify()

    assert mails() == []


def test_a_failing_cycle_puts_one_mail_into_the_outbox(console, world, envoy, notify):
    envoy.assign(users=(world.user("ann"),))
    envoy.configure(secret=None)
    envoy.cycle()
    envoy.cycle()

    (row,) = console.get("/entra/outbox").select("main tbody tr")

    assert envoy.row.notification_email in row.text


def test_the_outbox_shows_a_mail(console, notify):
    notify()
    page = console.get("/entra/outbox")
    (link,) = page.select("main tbody a")

    shown = console.get(link["href"])

    assert "No mail server is configured" in page.text
    assert "The token was refused." in shown.text
    assert "Not by mail: it is kept here." in shown.text


def test_an_empty_outbox_says_how_it_gets_filled(console):
    assert "No mails yet" in console.get("/entra/outbox").text


def test_nobody_reads_the_mail_of_another_company(app, stranger, notify, mails):
    notify()
    stranger.sign_in(builders.found_company(app))

    stranger.get(f"/entra/outbox/{mails()[0].id}", status=404)


def test_mails_are_sent_once_by_smtp(envoy, notify, mails, deliver):
    notify()
    mine = envoy.row.notification_email

    with MailServer() as server:
        deliver(server.url)
        deliver(server.url)

    (received,) = [m for m in server.received if m["To"] == mine]
    assert received["From"] == "entra@contoso.example"
    assert received["Subject"] == "Envoy: provisioning has been quarantined"
    assert "The token was refused." in received.get_content()
    assert mails()[0].sent_at is not None


def test_a_mail_that_could_not_be_sent_is_tried_again(notify, mails, deliver):
    notify()
    deliver("smtp://127.0.0.1:1")
    assert mails()[0].sent_at is None

    with MailServer() as server:
        deliver(server.url)

    assert mails()[0].sent_at is not None


def test_mails_that_can_never_be_sent_hold_the_others_up_for_a_while_at_most(
    envoy, notify, mails, deliver, monkeypatch
):
    monkeypatch.setattr(mail, "AT_ONCE", 2)
    mine = envoy.row.notification_email
    envoy.configure(notification_email="no\u00f6ne@contoso.example")
    for _ in range(3):
        notify()
    envoy.configure(notification_email=mine)
    notify()

    with MailServer() as server:
        for _ in range(60):  # drawn by lot
            deliver(server.url)

    assert mails()[0].sent_at is not None


def test_a_password_never_goes_over_a_plain_connection(notify, mails, deliver):
    notify()

    with MailServer() as server:
        deliver(server.url.replace("smtp://", "smtp://user:secret@"))

    assert "AUTH" not in server.commands
    assert mails()[0].sent_at is None


@pytest.mark.parametrize(
    ("env", "says"),
    [
        ({"SMTP_URL": "mail.example.org"}, "must look like smtp://"),
        ({"SMTP_URL": "smtp://mail.example.org"}, "set MAIL_FROM"),
    ],
)
def test_settings_of_mail_are_checked_at_the_start(tmp_path, env, says):
    with pytest.raises(ConfigError, match=says):
        Config.from_env(tmp_path, env)
