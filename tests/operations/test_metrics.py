"""/metrics: what Prometheus reads, and who else does not."""

import re
import signal
import tempfile
import time
from pathlib import Path

import httpx2
import pytest
from prometheus_client.parser import text_string_to_metric_families

from envoy_console import tasks
from envoy_console.config import Config, ConfigError
from envoy_console.directory import exchange_log, throttle
from envoy_console.entra import jobs
from envoy_console.models import transactions
from tests import builders
from tests.entra.world import Provisioning, World
from tests.harness import gunicorn as server
from tests.harness import serving

TOKEN = "a token for Prometheus, long enough"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def counted(databases, tmp_path):
    """An app that counts, on a database of its own."""
    with databases.lent_app(tmp_path, metrics_token=TOKEN) as app:
        yield app


@pytest.fixture
def http(counted):
    return counted.test_client()


@pytest.fixture
def numbers(http):
    """numbers() -> every sample by its name and labels: "x_total{a=b}"."""
    return lambda: samples(http.get("/metrics", headers=BEARER).text)


def samples(text):
    return {
        named(sample): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def named(sample):
    labels = ",".join(f"{k}={v}" for k, v in sorted(sample.labels.items()))
    return f"{sample.name}{{{labels}}}" if labels else sample.name


def requests(area, method, status):
    return f"envoy_requests_total{{area={area},method={method},status={status}}}"


def test_without_a_token_in_the_settings_there_is_no_such_page(stranger):
    assert stranger.http.get("/metrics", headers=BEARER).status_code == 404


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        f"Bearer {TOKEN}x",
        f"Bearer {TOKEN[:-1]}",
        f"Basic {TOKEN}",
        TOKEN,
        "Bearer \xfcber",
    ],
)
def test_only_the_bearer_of_the_token_may_read(http, header):
    answer = http.get("/metrics", headers={"Authorization": header} if header else {})

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert "envoy_" not in answer.text


def test_a_token_in_the_address_opens_nothing(http):
    assert http.get(f"/metrics?token={TOKEN}").status_code == 401


def test_who_guesses_has_to_wait_and_is_counted(http, numbers):
    wrong = {"Authorization": "Bearer guessed"}
    codes = [http.get("/metrics", headers=wrong).status_code for _ in range(8)]

    assert codes[: throttle.FREE_PER_ACCOUNT] == [401] * throttle.FREE_PER_ACCOUNT
    assert codes[-1] == 429
    assert numbers()["envoy_throttled_attempts_total"] == codes.count(429)
    assert numbers()["envoy_throttled_keys"] == 1


def test_requests_are_counted_by_area_method_and_class_of_status(http, numbers):
    http.get("/scim/v2/Users")
    http.get("/scim/v2/Users")
    http.get("/sign-in")
    http.post("/sign-in")
    http.get("/entra/")
    http.get("/healthz")

    found = numbers()
    assert found[requests("scim", "GET", "4xx")] == 2
    assert found[requests("console", "GET", "2xx")] == 1
    assert found[requests("console", "POST", "4xx")] == 1
    assert found[requests("entra", "GET", "3xx")] == 1
    assert found[requests("probes", "GET", "2xx")] == 1
    assert found["envoy_request_duration_seconds_count{area=scim}"] == 2
    assert found["envoy_request_duration_seconds_bucket{area=scim,le=+Inf}"] == 2


def test_no_request_makes_a_label_of_its_own(http, numbers, counted):
    company = builders.found_company(counted)
    for path in ("/no/such", "/scim", f"/employees/{company.id}", "//", "/%0A"):
        http.open(path, method="GET")
        http.open(path, method="INVENTED")
        http.open(path, method="INVENTED-TOO")

    labels = set(re.findall(r"(?:area|method|status)=([^,}]+)", " ".join(numbers())))
    assert labels <= {
        *("console", "entra", "oauth", "probes", "scim", "static"),
        *("GET", "other", "2xx", "3xx", "4xx", "5xx"),
    }
    text = http.get("/metrics", headers=BEARER).text
    assert company.id not in text
    assert company.name not in text


def test_what_waits_for_a_worker_is_told(counted, numbers):
    envoy = an_application(counted)
    assert numbers()["envoy_worker_jobs{state=waiting}"] == 0

    envoy.world.do(lambda tx: jobs.start(tx, envoy.id))
    time.sleep(0.01)
    found = numbers()
    assert found["envoy_worker_jobs{state=waiting}"] == 1
    assert 0 < found["envoy_worker_oldest_waiting_seconds"] < 30

    envoy.world.do(lambda tx: jobs.claim(tx, envoy.id, "a worker"))
    found = numbers()
    assert found["envoy_worker_jobs{state=waiting}"] == 0
    assert found["envoy_worker_jobs{state=running}"] == 1
    assert found["envoy_worker_oldest_waiting_seconds"] == 0

    envoy.world.do(lambda tx: jobs.update(tx, envoy.id, quarantine_reason="any"))
    assert numbers()["envoy_worker_jobs{state=quarantined}"] == 1


def an_application(app):
    company = builders.found_company(app)
    return Provisioning(World(app, company), "http://localhost:1/scim/v2", "secret")


def test_a_worker_is_seen_when_it_looks_around(counted, numbers):
    assert "envoy_worker_last_seen_seconds" not in numbers()

    with counted.app_context():
        tasks.tick()

    assert 0 <= numbers()["envoy_worker_last_seen_seconds"] < 30


def test_few_totals_are_told(counted, numbers):
    builders.found_company(counted)
    builders.found_company(counted)

    assert numbers()["envoy_companies"] == 2
    assert numbers()["envoy_accounts"] == 2


def test_without_a_database_the_counts_are_still_told(tmp_path):
    app = serving.make_app(
        tmp_path, f"sqlite:///{tmp_path}/nowhere/envoy.db", metrics_token=TOKEN
    )
    http = app.test_client()
    assert http.get("/scim/v2/Users", headers=BEARER).status_code == 503

    found = samples(http.get("/metrics", headers=BEARER).text)

    assert found["envoy_database_up"] == 0
    assert found["envoy_database_unavailable_total"] == 1
    assert found[requests("scim", "GET", "5xx")] == 1


def test_retries_and_gaps_of_the_wire_log_are_counted(counted, numbers, monkeypatch):
    monkeypatch.setattr(exchange_log, "PATIENCE", 0.05)
    builders.found_company(counted)
    with counted.app_context():
        engine = transactions.writer()
        if engine.dialect.name != "sqlite":
            pytest.skip("a busy database is made on SQLite")
        turns = engine.get_execution_options()["turns"]
        log = exchange_log.current()
    before = numbers()["envoy_wire_log_lost_total"]

    with turns.taken(1):
        counted.test_client().get("/scim/v2/Nowhere")
        log.flush()

    found = numbers()
    assert found["envoy_wire_log_lost_total"] == before + 1
    assert found["envoy_wire_log_queue"] == 0


def test_what_another_app_in_the_process_lost_is_not_counted(counted, numbers):
    exchange_log.lost.send(exchange_log.ExchangeLog(kept=1), requests=7)

    assert numbers()["envoy_wire_log_lost_total"] == 0


def test_a_transaction_that_is_run_again_is_counted(counted, numbers):
    attempts = []

    def work(tx):
        attempts.append(tx)
        if len(attempts) == 1:
            raise transactions.OperationalError("x", None, Exception(LOCKED))

    with counted.app_context():
        transactions.write(work)

    assert numbers()["envoy_database_retries_total"] == 1


LOCKED = "database is locked"


@pytest.mark.parametrize("token", ["short", "x" * 23, "ü" * 30, "x" * 30 + "\n"])
def test_a_token_that_could_be_guessed_stops_the_start(tmp_path, token):
    with pytest.raises(ConfigError, match="METRICS_TOKEN"):
        Config.from_env(tmp_path, {"METRICS_TOKEN": token})


def test_gunicorns_workers_are_added_up_and_outlived(databases):
    with databases.empty() as url:
        variables = server.environment(url, METRICS_TOKEN=TOKEN)
        with server.running(variables) as process:
            address = server.address(process)
            assert files_served(address, 40) == 40
            (folder,) = folders_of(process)

            process.send_signal(signal.SIGHUP)
            for _ in range(2):
                server.lines_until(process, "Worker exiting")
            assert files_served(address, 40) == 80

            slots = {re.search(r"_(\d+)\.db", f.name)[1] for f in folder.iterdir()}
            process.terminate()
            process.wait(20)

    assert slots <= {"0", "1", "2", "3"}
    assert len(slots) > 1
    assert not folder.exists()


def files_served(address, more):
    """Ask for so many more, over connections that either worker may take."""
    for _ in range(more):
        httpx2.get(f"{address}/static/css/tokens.css")
    text = httpx2.get(f"{address}/metrics", headers=BEARER).text
    return samples(text)[requests("static", "GET", "2xx")]


def folders_of(process):
    parents = (Path("/dev/shm"), Path(tempfile.gettempdir()))  # noqa: S108
    name = f"envoy-metrics-{process.pid}-*"
    return [folder for parent in parents for folder in parent.glob(name)]
