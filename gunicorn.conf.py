"""How gunicorn serves the app: `gunicorn app:app` reads this file.

Gunicorn is not meant to face the internet: slow clients can tie up its threads. Put
a proxy with short header and body timeouts in front of it.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from gunicorn.glogging import Logger

from envoy_console import heap, logs
from envoy_console.config import Config, ConfigError
from envoy_console.models.engine import SAFE_SQLITE, sqlite_version
from envoy_console.models.transactions import has_outlived_itself

try:
    settings = Config.from_env(Path(__file__).resolve().parent / "instance")
except ConfigError as error:
    sys.exit(f"Envoy Console cannot start. {error}")

heap.share()

ACCESS = '%(source)s "%(method)s %(path)s" %(status)s %(bytes)s bytes %(ms)d ms'


def worker_count() -> int:
    """One worker per core, unless the SQLite library may lose commits among several."""
    if settings.is_sqlite and sqlite_version() < SAFE_SQLITE:
        return 1
    return int(os.environ.get("WEB_CONCURRENCY") or os.cpu_count() or 1)


class OurLogger(Logger):  # type: ignore[misc]  # gunicorn ships no types
    """Lines as the app writes them; an access log without query strings, since Entra
    puts people's names into `?filter=`.
    """

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        for logger in (self.error_log, self.access_log):
            logs.take_over(logger, settings)

    def access(self, resp: Any, req: Any, environ: Any, request_time: Any) -> None:
        """Log a request that was answered: as text, and as fields for JSON.

        Gunicorn would copy every header and variable of the request for each line. The
        path stays percent-encoded, and so on one line.
        """
        fields = {
            "request_id": _request_id(resp),
            "source": environ.get("REMOTE_ADDR", "-"),
            "method": environ["REQUEST_METHOD"],
            "path": environ.get("RAW_URI", "").partition("?")[0],
            "status": int(str(resp.status).partition(" ")[0]),
            "bytes": resp.sent,
            "ms": request_time.total_seconds() * 1000,
        }
        self.access_log.info(ACCESS, fields, extra={"fields": fields})


def _request_id(resp: Any) -> str | None:
    return next((v for name, v in resp.headers if name == "X-Request-Id"), None)


def when_ready(server: Any) -> None:
    """Tell where the console is."""
    if settings.logs_as_json:
        server.log.info("Envoy Console: %s", settings.external_url)
    else:
        print(f"\n  Envoy Console: {settings.external_url}\n", flush=True)  # noqa: T201


if settings.metrics_token:
    from envoy_console.metrics import slots

    slots.make_folder("/dev/shm" if os.path.isdir("/dev/shm") else None)  # noqa: S108
    pre_fork, post_fork = slots.choose, slots.take
    child_exit, on_exit = slots.leave, slots.remove_folder


def post_request(worker: Any, _request: Any, _environ: Any, _response: Any) -> None:
    """Let a worker go that cannot write any more; gunicorn makes a new one."""
    if has_outlived_itself():
        worker.alive = False


bind = (
    f"[{settings.host}]:{settings.port}"
    if ":" in settings.host
    else f"{settings.host}:{settings.port}"
)
workers = worker_count()
os.environ["WEB_CONCURRENCY"] = str(workers)  # /readyz looks at it
worker_class = "gthread"
threads = int(os.environ.get("WEB_THREADS") or 4)

timeout = 30
graceful_timeout = 20
keepalive = 65  # longer than a load balancer keeps an idle connection
max_requests = 20_000
max_requests_jitter = 2_000
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108

limit_request_line = 8190  # a long filter from Entra fits
limit_request_fields = 64
limit_request_field_size = 8190

umask = 0o077
control_socket_disable = True
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1,::1")

logger_class = OurLogger
accesslog = "-"
