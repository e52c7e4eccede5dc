"""Settings: one typed object, read once from the environment.

`docs/configuration.md` lists every variable; a test keeps the two in step. In
development a missing secret is made up and kept in `instance/`; in production
(`APP_ENV=production`) it stops the start.
"""

from __future__ import annotations

import base64
import os
import re
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from envoy_console import here

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
WITHOUT_END = timedelta(days=36_500)
# how an endpoint check names itself, to our own endpoint as to any other
CHECK_AGENT = "Envoy-Console-Endpoint-Check/1"
HOST_AND_PORT = re.compile(r"([a-z0-9.-]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?")


class ConfigError(Exception):
    """A setting is missing or cannot be understood; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Config:
    """Every setting of the server. Durations are timedeltas, sizes are bytes."""

    instance: Path
    secret_key: str
    token_key: bytes
    database_url: str
    # what was signed or sealed with these is still believed and opened
    former_secret_keys: tuple[str, ...] = ()
    former_token_keys: tuple[bytes, ...] = ()
    redis_url: str = ""
    host: str = "127.0.0.1"
    port: int = 8000
    external_url: str = "http://localhost:8000"
    production: bool = False
    trusted_proxy: bool = False
    trusted_hosts: tuple[str, ...] = ()
    sim_allow_hosts: tuple[str, ...] = ()
    smtp_url: str = ""
    mail_from: str = ""
    reveal_window: timedelta = timedelta(minutes=60)
    token_lifetime: timedelta = timedelta(days=365)
    access_token_lifetime: timedelta = timedelta(hours=1)
    fresh_sign_in: timedelta = timedelta(minutes=5)
    session_idle: timedelta = timedelta(minutes=30)
    session_lifetime: timedelta = timedelta(hours=12)
    scim_page_size: int = 100
    scim_page_limit: int = 200
    cursor_lifetime: timedelta = timedelta(hours=1)
    max_body: int = 1024 * 1024
    write_deadline: timedelta = timedelta(seconds=8)
    exchange_body_limit: int = 32 * 1024
    exchanges_kept: int = 10_000
    log_days: int = 0
    logs_as_json: bool = False
    metrics_token: str = ""
    scim_rate: int = 200
    refused_per_minute: int = 120

    @classmethod
    def from_env(cls, instance: Path, env: Mapping[str, str] = os.environ) -> Config:
        """Read the environment; raise ConfigError with a remedy when it is wrong."""
        production = env.get("APP_ENV", "development") == "production"
        host = env.get("HOST", "127.0.0.1")
        port = _integer(env, "PORT", 8000)
        instance.mkdir(mode=0o700, parents=True, exist_ok=True)
        token_key, *former = _keys(_secret(env, "TOKEN_KEY", instance, production))
        return cls(
            instance=instance,
            secret_key=_secret(env, "SECRET_KEY", instance, production),
            token_key=token_key,
            database_url=_database_url(env, instance),
            former_secret_keys=tuple(_listed(env.get("SECRET_KEY_FALLBACKS", ""))),
            former_token_keys=tuple(former),
            redis_url=env.get("REDIS_URL", ""),
            host=host,
            port=port,
            external_url=_external_url(env, host, port),
            production=production,
            trusted_proxy=env.get("TRUSTED_PROXY") == "1",
            trusted_hosts=tuple(env.get("TRUSTED_HOSTS", "").split()),
            sim_allow_hosts=_allowed_hosts(env.get("SIM_ALLOW_HOSTS", "")),
            smtp_url=_smtp_url(env),
            mail_from=env.get("MAIL_FROM", ""),
            reveal_window=_reveal_window(env.get("TOKEN_REVEAL_WINDOW", "60")),
            exchanges_kept=_integer(env, "WIRE_LOG_KEEP", 10_000),
            log_days=_integer(env, "LOG_DAYS", 0),
            logs_as_json=_logs_as_json(env, production),
            metrics_token=_metrics_token(env),
            scim_rate=_integer(env, "SCIM_RATE", 200),
        )

    @property
    def scim_url(self) -> str:
        """The Tenant URL: what an administrator pastes into Entra."""
        return f"{self.external_url}/scim/v2"

    @property
    def oauth_token_url(self) -> str:
        """The token endpoint, where an OAuth client gets its access tokens."""
        return f"{self.external_url}/oauth/token"

    @property
    def signing_keys(self) -> list[str]:
        """What signs, as itsdangerous wants it: the former keys, then the present one."""
        return [*reversed(self.former_secret_keys), self.secret_key]

    @property
    def is_https(self) -> bool:
        return self.external_url.startswith("https://")

    @property
    def is_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")


def current() -> Config:
    """Return the settings of the app that is being served."""
    return cast(Config, here.app().extensions["envoy_console.config"])


def init_app(app: Flask, settings: Config) -> None:
    """Tell Flask and its extensions what they need to know."""
    app.extensions["envoy_console.config"] = settings
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SECRET_KEY_FALLBACKS=list(settings.former_secret_keys),
        WTF_CSRF_SECRET_KEY=settings.signing_keys,
        MAX_CONTENT_LENGTH=settings.max_body,
        MAX_FORM_MEMORY_SIZE=256 * 1024,  # an identity provider's metadata, pasted
        MAX_FORM_PARTS=500,
        TRUSTED_HOSTS=_trusted_hosts(settings),
        SESSION_COOKIE_NAME="__Host-session" if settings.is_https else "session",
        SESSION_COOKIE_SECURE=settings.is_https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=settings.session_lifetime,
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session that it is bound to
        SQLALCHEMY_DATABASE_URI=settings.database_url,
    )
    if settings.trusted_proxy:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=0)  # type: ignore[method-assign]


def _trusted_hosts(settings: Config) -> list[str]:
    own = urlsplit(settings.external_url).hostname or "localhost"
    return [own, *LOOPBACK, settings.host, *settings.trusted_hosts]


def _secret(env: Mapping[str, str], name: str, instance: Path, production: bool) -> str:
    if value := env.get(name):
        return value
    if production:
        raise ConfigError(
            f"{name} is not set. Generate one with\n"
            '  python3 -c "import secrets; print(secrets.token_urlsafe(32))"\n'
            "and put it into the environment; keep it, it must stay the same."
        )
    return _kept_secret(instance / name.lower())


def _kept_secret(file: Path) -> str:
    """Return the secret in `file`, making it on first use (one process wins)."""
    if not file.exists():
        mine = file.with_name(f"{file.name}.{os.getpid()}")
        descriptor = os.open(mine, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as opened:
            opened.write(secrets.token_urlsafe(32))
        with suppress(FileExistsError):
            os.link(mine, file)  # whole, or not at all
        mine.unlink()
    return file.read_text()


def _listed(text: str) -> list[str]:
    return text.replace(",", " ").split()


def _keys(text: str) -> list[bytes]:
    """Return the keys of TOKEN_KEY: the first seals, all of them open."""
    return [_key(each) for each in _listed(text) or [""]]


def _key(text: str) -> bytes:
    try:
        key = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        key = b""
    if len(key) != 32:
        raise ConfigError(
            "TOKEN_KEY must be 32 bytes in URL-safe base64, or several such keys "
            "separated by commas: the first seals, all of them open."
        )
    return key


def _integer(env: Mapping[str, str], name: str, default: int) -> int:
    text = env.get(name, str(default))
    if not (text.isascii() and text.isdigit()):
        raise ConfigError(f"{name} must be a whole number, not {text!r}.")
    return int(text)


def _database_url(env: Mapping[str, str], instance: Path) -> str:
    url = env.get("DATABASE_URL") or f"sqlite:///{instance / 'envoy.db'}"
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def _external_url(env: Mapping[str, str], host: str, port: int) -> str:
    name = "localhost" if host in ("127.0.0.1", "0.0.0.0", "::", "::1") else host  # noqa: S104
    url = (env.get("EXTERNAL_URL") or f"http://{name}:{port}").rstrip("/")
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path:
        raise ConfigError(
            f"EXTERNAL_URL must look like https://console.example.org, not {url!r}."
        )
    if not url.isascii():
        raise ConfigError(
            "EXTERNAL_URL must be in ASCII; write an international name as browsers send "
            f"it (xn--…), not as in {url!r}."
        )
    return url


def _allowed_hosts(text: str) -> tuple[str, ...]:
    hosts = tuple(text.lower().split())
    for host in hosts:
        if not HOST_AND_PORT.fullmatch(host):
            raise ConfigError(
                "SIM_ALLOW_HOSTS must be hosts separated by spaces, such as "
                f"scim.example.org or scim.example.org:9443, not {host!r}."
            )
    return hosts


def _smtp_url(env: Mapping[str, str]) -> str:
    url = env.get("SMTP_URL", "")
    if not url:
        return ""
    parts = urlsplit(url)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        # without the URL itself, which may hold a password
        raise ConfigError(
            "SMTP_URL must look like smtp://user:password@mail.example.org:587, or "
            "smtps://… for a server that speaks TLS from the start."
        )
    if not env.get("MAIL_FROM"):
        raise ConfigError("SMTP_URL is set, so set MAIL_FROM to the sender's address.")
    return url


def _metrics_token(env: Mapping[str, str]) -> str:
    token = env.get("METRICS_TOKEN", "")
    if token and (len(token) < 24 or not token.isascii() or not token.isprintable()):
        raise ConfigError(
            "METRICS_TOKEN must have at least 24 characters. Generate one with\n"
            '  python3 -c "import secrets; print(secrets.token_urlsafe(32))"'
        )
    return token


def _logs_as_json(env: Mapping[str, str], production: bool) -> bool:
    text = env.get("LOG_FORMAT") or ("json" if production else "plain")
    if text not in ("json", "plain"):
        raise ConfigError(f"LOG_FORMAT must be json or plain, not {text!r}.")
    return text == "json"


def _reveal_window(text: str) -> timedelta:
    if text == "always":
        return WITHOUT_END
    if text.isascii() and text.isdigit():
        return timedelta(minutes=int(text))
    raise ConfigError("TOKEN_REVEAL_WINDOW must be a number of minutes or `always`.")
