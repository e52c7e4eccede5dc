"""Settings that work, but should not be left so."""

from __future__ import annotations

import base64
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy.engine import make_url

from envoy_console.config import LOOPBACK, Config

GENERATE = '`python3 -c "import secrets; print(secrets.token_urlsafe(32))"`'

# of a random secret of 32 characters, or bytes, about 25 differ
SHORTEST, FEWEST_DIFFERENT = 32, 12
MOST_NAMED = 3


def secrets(settings: Config) -> list[str]:
    """Look whether the secrets could be guessed."""
    found = []
    if _is_weak(settings.secret_key):
        found.append(
            f"SECRET_KEY is short or simple, so cookies could be forged. Set one of {GENERATE}; "
            "everybody has to sign in again then."
        )
    if len(set(settings.token_key)) < FEWEST_DIFFERENT:
        found.append(
            f"TOKEN_KEY is not random. Set one of {GENERATE}; what the present one has "
            "sealed cannot be opened then, so rotate tokens that are still to be shown."
        )
    if settings.secret_key.rstrip("=") == _as_text(settings.token_key):
        found.append(
            "SECRET_KEY and TOKEN_KEY are the same. Set a SECRET_KEY of its own."
        )
    if settings.metrics_token and _is_weak(settings.metrics_token, shortest=24):
        found.append(f"METRICS_TOKEN is simple to guess. Set one of {GENERATE}.")
    return found


def files(settings: Config) -> list[str]:
    """Look whether others on this machine can read what we keep."""
    folder = settings.instance
    found = []
    if _is_open_to_others(folder):
        found.append(f"Others may look into {folder}. Run `chmod 700 {folder}`.")
    exposed = [str(file) for file in _kept(settings) if _is_open_to_others(file)]
    if exposed:
        named = " ".join(exposed[:MOST_NAMED])
        more = len(exposed) - MOST_NAMED
        rest = f" and {more} more there" if more > 0 else ""
        found.append(f"Others may read {named}{rest}. Run `chmod 600 {named}`.")
    return found


def address(settings: Config) -> list[str]:
    """Look whether EXTERNAL_URL, the proxy and the cookies fit together."""
    host = urlsplit(settings.external_url).hostname or ""
    is_here = host in LOOPBACK or host == "::1"
    if settings.is_https and not settings.trusted_proxy:
        return [
            "EXTERNAL_URL is https, which only a proxy in front can speak, but TRUSTED_PROXY "
            "is not set: all visitors seem to come from the proxy, and are slowed down "
            "together. Set TRUSTED_PROXY=1."
        ]
    if settings.production and is_here:
        return [
            f"EXTERNAL_URL is {settings.external_url}, so links and the Tenant URL lead "
            "nowhere for anybody else. Set it to the address that people use."
        ]
    if not settings.is_https and not is_here and settings.production:
        return [
            "EXTERNAL_URL is http: passwords, cookies and tokens travel in the clear, and "
            "Microsoft Entra takes no such Tenant URL. Put a proxy with TLS in front, set "
            "EXTERNAL_URL to its https address, and TRUSTED_PROXY=1."
        ]
    return []


def _is_weak(secret: str, *, shortest: int = SHORTEST) -> bool:
    return len(secret) < shortest or len(set(secret)) < FEWEST_DIFFERENT


def _as_text(key: bytes) -> str:
    return base64.urlsafe_b64encode(key).decode().rstrip("=")


def _kept(settings: Config) -> Iterator[Path]:
    """Yield the files of the instance folder, and of the database if it is elsewhere."""
    if settings.instance.is_dir():
        yield from sorted(f for f in settings.instance.rglob("*") if f.is_file())
    if settings.is_sqlite:
        database = Path(make_url(settings.database_url).database or "")
        if database.is_file() and settings.instance not in database.parents:
            yield from sorted(database.parent.glob(f"{database.name}*"))


def _is_open_to_others(path: Path) -> bool:
    return os.name == "posix" and bool(
        path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
    )
