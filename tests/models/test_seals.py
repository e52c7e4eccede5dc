"""The keys: how they are given, and what they open."""

import base64

import pytest

from envoy_console.config import Config, ConfigError
from envoy_console.models import seals
from envoy_console.models.seals import UnreadableError

OLD, NEW = b"o" * 32, b"n" * 32


def text(key):
    return base64.urlsafe_b64encode(key).decode().rstrip("=")


def read(tmp_path, **env):
    return Config.from_env(tmp_path, env)


@pytest.mark.parametrize("between", [",", " ", ", ", "\n", ",,"])
def test_the_first_of_several_keys_seals(tmp_path, between):
    settings = read(tmp_path, TOKEN_KEY=f"{text(NEW)}{between}{text(OLD)}")

    assert settings.token_key == NEW
    assert settings.former_token_keys == (OLD,)


@pytest.mark.parametrize("keys", ["short", ",", f"{text(NEW)},short", f"{text(NEW)};x"])
def test_a_key_that_is_none_stops_the_start(tmp_path, keys):
    with pytest.raises(ConfigError, match="TOKEN_KEY must be 32 bytes"):
        read(tmp_path, TOKEN_KEY=keys)


def test_a_secret_key_may_hold_anything_and_its_fallbacks_are_listed(tmp_path):
    settings = read(tmp_path, SECRET_KEY="a, b", SECRET_KEY_FALLBACKS="older, oldest")

    assert settings.secret_key == "a, b"
    assert settings.former_secret_keys == ("older", "oldest")
    assert settings.signing_keys == ["oldest", "older", "a, b"]


@pytest.fixture
def sealed(app, change_keys):
    """What the old key has sealed."""
    change_keys(token_key=OLD)
    with app.app_context():
        return seals.seal(seals.SAML_KEY, "one", "a secret")


def test_a_former_key_opens_and_does_not_seal(app, change_keys, sealed):
    change_keys(token_key=NEW, former_token_keys=(OLD,))

    with app.app_context():
        assert seals.open_(seals.SAML_KEY, "one", sealed) == "a secret"
        assert not seals.is_sealed_anew(seals.SAML_KEY, "one", sealed)
        anew = seals.seal(seals.SAML_KEY, "one", "a secret")
        assert seals.is_sealed_anew(seals.SAML_KEY, "one", anew)


@pytest.mark.parametrize(
    ("kind", "owner"), [(seals.ENTRA_TOKEN, "one"), (seals.SAML_KEY, "another")]
)
def test_a_seal_opens_only_as_what_it_is_and_for_whose_it_is(app, sealed, kind, owner):
    with app.app_context(), pytest.raises(UnreadableError):
        seals.open_(kind, owner, sealed)


@pytest.mark.parametrize("spoiled", [b"", b"short", bytes(80)])
def test_what_was_spoiled_is_unreadable(app, spoiled):
    with app.app_context(), pytest.raises(UnreadableError):
        seals.open_(seals.SAML_KEY, "one", spoiled)
