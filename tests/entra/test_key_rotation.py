"""`keys rotate`: all that is sealed is sealed anew, and the former key may go."""

import pytest

from envoy_console.directory import audit, audit_verdict, integrations, tokens
from envoy_console.entra import provisioning_settings
from envoy_console.entra.endpoint_check import records
from envoy_console.entra.provisioning_settings import Credentials
from envoy_console.entra.saml import certificates
from envoy_console.models import resealing, seals
from envoy_console.models.base import new_id
from envoy_console.models.transactions import read, write
from tests import builders
from tests.entra.world import Provisioning, World, own_url
from tests.harness import serving

OLD, NEW = b"o" * 32, b"n" * 32
DRAFT = Credentials("https://app.envoy.com/scim/v2?a", "a draft")


@pytest.fixture
def alone(databases, tmp_path):
    """A server of its own, whose every secret is sealed with the old key."""
    with databases.lent_app(tmp_path, token_key=OLD) as app:
        yield app


@pytest.fixture
def restarted(alone, tmp_path):
    """restarted(token_key=…) -> the server, started anew with other keys."""
    url, started = alone.config["SQLALCHEMY_DATABASE_URI"], []

    def restart(**keys):
        started.append(serving.make_app(tmp_path, url, **keys))
        return started[-1]

    yield restart
    for app in started:
        serving.disconnect(app)


@pytest.fixture
def company(alone):
    return builders.found_company(alone)


@pytest.fixture
def envoy(alone, company):
    """An app with one of every secret."""
    token = builders.issue_token(alone, company)
    envoy = Provisioning(World(alone, company), own_url(alone), token)

    def fill(tx):
        row = envoy.row
        certificates.ensure(tx, row, actor="Dana")
        provisioning_settings.begin_test(tx, row, DRAFT, actor="Dana")
        asked = records.Asked(company.id, row.id, own_url(alone), "to check", "Dana")
        records.ask(tx, new_id(), asked)

    with alone.app_context():
        write(fill)
    envoy.token = token
    return envoy


def rotate(app):
    return app.test_cli_runner().invoke(args=["keys", "rotate"])


def opened(app, company, envoy):
    """Every secret of the company in the clear; raises where one cannot be opened."""
    with app.app_context():
        with read() as tx:
            (token,) = tokens.live(tx, integrations.required(tx, company.id).id)
            row = tx.execute(
                provisioning_settings.apps.select().where(
                    provisioning_settings.apps.c.id == envoy.id
                )
            ).one()
            (certificate,) = certificates.every(tx, envoy.id)
            check = records.latest(tx, company.id, envoy.id)
            audit_verdict.verify(tx, company.id)
        return (
            write(lambda tx: tokens.reveal(tx, company.admin, token.id)),
            provisioning_settings.saved(row).token,
            provisioning_settings.drafted(row).token,
            certificates.signer(certificate).key.key_size,
            seals.open_(seals.ENTRA_TOKEN, check.id, check.secret),
        )


def test_afterwards_the_new_key_alone_opens_everything(restarted, company, envoy):
    both = restarted(token_key=NEW, former_token_keys=(OLD,))
    known = (envoy.token, envoy.token, "a draft", 2048, "to check")
    assert opened(both, company, envoy) == known

    told = rotate(both)

    assert told.exit_code == 0, told.output
    assert opened(restarted(token_key=NEW), company, envoy) == known


def test_it_says_what_it_did_and_does_nothing_twice(restarted, envoy):
    both = restarted(token_key=NEW, former_token_keys=(OLD,))

    first, second = rotate(both), rotate(both)

    places = len(resealing.PLACES)
    assert first.output.count("1 sealed anew, 0 were already") == places
    assert second.output.count("0 sealed anew, 1 were already") == places
    assert second.exit_code == 0


def test_what_no_key_opens_is_told_and_left(restarted, company, envoy):
    told = rotate(restarted(token_key=NEW))

    assert told.exit_code == 1
    assert told.output.count("1 that no key opens") == len(resealing.PLACES)
    assert "Put the key that sealed it into TOKEN_KEY" in told.output

    assert rotate(restarted(token_key=NEW, former_token_keys=(OLD,))).exit_code == 0


def test_many_are_done_in_batches(alone, restarted, monkeypatch):
    monkeypatch.setattr(resealing, "AT_ONCE", 2)
    founded = [builders.found_company(alone) for _ in range(5)]
    issued = [builders.issue_token(alone, company) for company in founded]
    both = restarted(token_key=NEW, former_token_keys=(OLD,))

    told = rotate(both)

    assert "tokens that can be revealed: 5 sealed anew" in told.output
    new = restarted(token_key=NEW)
    for company, token in zip(founded, issued, strict=True):
        with new.app_context():
            with read() as tx:
                (row,) = tokens.of_company(tx, company.id)
            revealed = write(
                lambda tx, id=row.id, c=company: tokens.reveal(tx, c.admin, id)
            )
        assert revealed == token


def test_the_audit_log_goes_on_where_it_was(restarted, alone, company):
    def note(app):
        with app.app_context():
            write(lambda tx: audit.record(tx, company.admin, "did this"))

    both = restarted(token_key=NEW, former_token_keys=(OLD,))
    note(alone)
    note(both)
    rotate(both)
    new = restarted(token_key=NEW)
    note(new)

    with new.app_context(), read() as tx:
        assert audit_verdict.verify(tx, company.id).rows == 3
