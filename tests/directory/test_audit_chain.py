"""The audit log is only ever added to, and shows when somebody has tampered with it."""

import threading

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from envoy_console.directory import audit, audit_chain, companies
from envoy_console.directory.audit_chain import chains, events
from envoy_console.extensions import db
from envoy_console.models.transactions import read, write
from tests import builders
from tests.harness import serving

TRIGGERS = ("audit_events_update", "audit_events_delete")


@pytest.fixture
def run(app):
    """run("audit", "verify") -> what the command says."""
    return lambda *words: app.test_cli_runner().invoke(args=list(words))


@pytest.fixture
def note(app, company):
    """note("did this") -> a row in the company's log."""

    def noted(deed, subject="", app=app):
        with app.app_context():
            write(lambda tx: audit.record(tx, company.admin, deed, subject))

    return noted


@pytest.fixture
def log(app, company, note):
    """log() -> the rows of the company's log; there are ten to begin with."""
    for number in range(1, 11):
        note(f"did deed {number}", "Zoë “thing”\n\N{SNOWMAN}")

    def rows():
        with app.app_context(), read() as tx:
            return list(audit_chain.rows(tx, company.id))

    return rows


@pytest.fixture
def tamper(app):
    """tamper(statement, …) does what somebody with the database can: without triggers."""

    def done(*statements):
        with app.app_context(), db.engine.begin() as tx:
            is_sqlite = tx.dialect.name == "sqlite"
            kept = _drop_triggers(tx) if is_sqlite else []
            if not is_sqlite:
                tx.exec_driver_sql("ALTER TABLE audit_events DISABLE TRIGGER USER")
            for statement in statements:
                assert tx.execute(statement).rowcount
            if not is_sqlite:
                tx.exec_driver_sql("ALTER TABLE audit_events ENABLE TRIGGER USER")
            for trigger in kept:
                tx.exec_driver_sql(trigger)

    return done


def _drop_triggers(tx):
    named = "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = ?"
    kept = [tx.exec_driver_sql(named, (name,)).scalar_one() for name in TRIGGERS]
    for name in TRIGGERS:
        tx.exec_driver_sql(f"DROP TRIGGER {name}")
    return kept


@pytest.fixture
def verdict(run, company):
    """verdict(status) -> what `audit verify` says of the company's log."""

    def told(status, *words):
        answer = run("audit", "verify", "--company", company.name, *words)
        assert answer.exit_code == status, answer.output
        return answer.output

    return told


def changed(row, **values):
    return events.update().where(events.c.id == row.id).values(values)


def deleted(*rows):
    return events.delete().where(events.c.id.in_([row.id for row in rows]))


def contents(row):
    told = dict(row._mapping)
    del told["id"]
    return told


# --- only ever added to


def test_a_row_is_neither_changed_nor_deleted(app, log):
    row = log()[4]

    with app.app_context():
        for statement in (changed(row, subject="something else"), deleted(row)):
            with pytest.raises(IntegrityError, match="only ever added"):
                write(lambda tx, statement=statement: tx.execute(statement))

    assert log()[4] == row


def test_the_log_cannot_be_emptied_at_once(app, log):
    statement = "DELETE FROM audit_events"
    with app.app_context():
        if db.engine.dialect.name == "postgresql":
            statement = "TRUNCATE audit_events"
        with pytest.raises(IntegrityError, match="only ever added"):
            write(lambda tx: tx.exec_driver_sql(statement))

    assert len(log()) == 10


def test_the_log_goes_with_its_company(app, company, log):
    with app.app_context():
        write(lambda tx: companies.delete(tx, company.id))
        with read() as tx:
            assert audit_chain.find(tx, company.id) is None

    assert log() == []


def test_the_log_survives_a_reset_of_the_company(run, company, log, verdict):
    run("company", "reset", company.name, "--yes")

    actions = [row.action for row in log()]
    assert actions[:10] == [f"did deed {number}" for number in range(1, 11)]
    assert actions[-1] == "brought the company to the scenario"
    verdict(0)


# --- sound


def test_a_log_that_nobody_touched_is_sound(verdict, company, log):
    told = verdict(0)

    assert told.startswith(f"{company.name}: sound, 10 rows. Head 10:")
    assert log()[-1].hash.hex() in told


def test_a_log_longer_than_one_stretch_is_sound(verdict, log, monkeypatch):
    monkeypatch.setattr(audit_chain, "AT_ONCE", 3)

    assert "sound, 10 rows" in verdict(0)


def test_without_a_company_every_log_is_verified(app, run, note):
    note("did this")
    with app.app_context(), read() as tx:
        names = [company.name for company in companies.listed(tx)]

    told = run("audit", "verify").output

    assert [line.partition(": ")[0] for line in told.splitlines()] == names


def test_a_company_that_is_not_there_is_named(run):
    told = run("audit", "verify", "--company", "Nowhere")

    assert told.exit_code == 1
    assert "no company named Nowhere" in told.output


def test_two_writers_at_once_keep_the_chain_whole(app, note, log, verdict):
    ready = threading.Barrier(4)

    def writer(name):
        ready.wait()
        for number in range(10):
            note(f"{name} {number}")

    threads = [threading.Thread(target=writer, args=(f"w{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [row.number for row in log()] == list(range(1, 51))
    assert "sound, 50 rows" in verdict(0)


def test_two_first_rows_at_once_begin_one_chain(app, note, verdict):
    ready = threading.Barrier(4)

    def writer(name):
        ready.wait()
        note(name)

    threads = [threading.Thread(target=writer, args=(f"w{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert "sound, 4 rows" in verdict(0)


def test_a_deed_that_fails_leaves_no_row_and_no_link(app, company, log, verdict):
    def fail(tx):
        audit.record(tx, company.admin, "did what failed")
        raise KeyError

    with app.app_context(), pytest.raises(KeyError):
        write(fail)

    assert len(log()) == 10
    verdict(0)


def test_the_worker_tells_the_heads_that_have_moved(app, company, log, caplog):
    (task,) = (
        task
        for task in app.extensions[
            "envoy_console.queue"
        ]().huey._registry.periodic_tasks
        if task.name == "tell_heads"
    )

    task.execute()

    head = f"10:{log()[-1].hash.hex()}"
    assert f"audit log of {company.name}: {head}" in caplog.messages


# --- tampered with


@pytest.mark.parametrize(
    "values",
    [
        {"subject": "Zoë “thinG”\n\N{SNOWMAN}"},
        {"action": "did deed 50"},
        {"actor_label": "Somebody else"},
        {"source": "127.0.0.2"},
        {"hash": bytes(32)},
        {"at": sa.func.now()},
    ],
)
def test_a_changed_row_is_named(tamper, log, verdict, values):
    tamper(changed(log()[4], **values))

    told = verdict(1)

    assert "NOT SOUND: row 5 (" in told
    assert "what it says was changed" in told


def test_a_row_of_another_company_does_not_fit(app, tamper, log, verdict):
    other = builders.found_company(app)
    with app.app_context():
        for _ in range(5):
            write(lambda tx: audit.record(tx, other.admin, "did this"))
        with read() as tx:
            theirs = list(audit_chain.rows(tx, other.id))[4]
    mine = log()[4]
    values = contents(theirs) | {"company_id": mine.company_id}

    tamper(changed(mine, **values))

    assert "row 5 (" in verdict(1)


@pytest.mark.parametrize(
    ("gone", "words"),
    [
        (slice(4, 5), "row 5 was deleted"),
        (slice(4, 7), "rows 5 to 7 were deleted"),
        (slice(0, 1), "row 1 was deleted"),
        (slice(9, 10), "row 10 was cut off at the end"),
        (slice(7, 10), "rows 8 to 10 were cut off at the end"),
        (slice(0, 10), "rows 1 to 10 were cut off at the end"),
    ],
)
def test_deleted_rows_are_named(tamper, log, verdict, gone, words):
    tamper(deleted(*log()[gone]))

    assert words in verdict(1)


def test_swapped_rows_are_named(tamper, log, verdict):
    one, other = log()[3], log()[6]

    tamper(changed(one, **contents(other)), changed(other, **contents(one)))

    told = verdict(1)
    assert "row 7 (" in told
    assert "stands where row 4 was: swapped" in told


def test_a_row_that_was_added_is_named(tamper, log, verdict):
    last = contents(log()[-1])
    forged = {**last, "action": "did nothing", "number": 11}

    tamper(events.insert().values(forged))

    assert "row 11 (" in verdict(1)


def test_a_row_without_a_link_is_named(tamper, log, verdict):
    tamper(events.insert().values({**contents(log()[-1]), "number": None}))

    assert "the row after row 10 (" in verdict(1)


def test_a_head_that_was_set_back_with_the_tail_shows(
    tamper, note, log, company, verdict
):
    rows = log()
    back = chains.update().where(chains.c.company_id == company.id)

    tamper(deleted(*rows[7:]), back.values(length=7, hash=rows[6].hash))

    assert "rows after row 7 may have been cut off" in verdict(1)
    note("the next deed does not hide it")
    assert "rows after row 8 may have been cut off" in verdict(1)


def test_a_head_that_is_gone_shows(tamper, note, log, company, verdict, run):
    tamper(chains.delete().where(chains.c.company_id == company.id))

    assert "the head of this log is gone" in verdict(1)
    note("the next deed does not hide it")
    assert "the head of this log is gone" in verdict(1)

    run("audit", "begin", "--company", company.name, "--yes")
    assert "11 of them were there when the chain began" in verdict(0)


def test_a_log_that_was_begun_anew_contradicts_a_head_that_was_printed(
    tamper, note, log, company, verdict
):
    head = f"10:{log()[-1].hash.hex()}"
    assert "sound" in verdict(0, "--head", head)

    gone = chains.delete().where(chains.c.company_id == company.id)
    tamper(gone, deleted(*log()))
    note("as if nothing had been")

    assert "sound, 1 rows" in verdict(0)
    assert "rows 2 to 10 were cut off" in verdict(1, "--head", head)
    for number in range(12):
        note(f"another deed {number}")
    assert f"is not the one of the head {head}" in verdict(1, "--head", head)


def test_a_head_that_cannot_be_read_is_refused(run, company):
    told = run("audit", "verify", "--company", company.name, "--head", "ten")

    assert told.exit_code == 2
    assert "give a head as it was printed" in told.output


# --- before the chain, and without its key


@pytest.fixture
def before(app, company):
    """Three rows from before there were chains."""
    rows = [
        {
            "company_id": company.id,
            "at": sa.func.now(),
            "actor_label": "Dana",
            "action": f"did long ago {number}",
            "subject": "",
            "source": "",
        }
        for number in range(3)
    ]
    with app.app_context():
        for row in rows:
            write(lambda tx, row=row: tx.execute(events.insert().values(row)))


def test_rows_from_before_are_anchored_by_the_next_one(before, note, verdict):
    assert "no chain yet, 3 rows" in verdict(0)

    note("did the first deed of the chain")

    told = verdict(0)
    assert "sound, 4 rows. Head 4:" in told
    assert "3 of them were there when the chain began" in told


@pytest.mark.parametrize("which", [0, 2])
def test_rows_from_before_stay_as_they_were_then(
    before, note, log, tamper, verdict, which
):
    tamper(changed(log()[which], subject="something else"))

    assert "the 3 rows from before the chain began are not what they" in verdict(1)


def test_a_changed_key_keeps_nobody_out_and_is_told(
    app, tmp_path, company, note, log, verdict, run
):
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    other = serving.make_app(tmp_path, url, token_key=bytes(32))

    note("did this with another TOKEN_KEY", app=other)

    told = other.test_cli_runner().invoke(
        args=["audit", "verify", "--company", company.name]
    )
    serving.disconnect(other)
    assert told.exit_code == 1
    assert "no key of this server opens the key of this log" in told.output
    assert [row.number for row in log()][-2:] == [10, None]
    assert "the row after row 10 (" in verdict(1)

    run("audit", "begin", "--company", company.name, "--yes")

    assert "11 of them were there when the chain began" in verdict(0)


def test_a_log_can_be_taken_along(run, company, log):
    told = run("audit", "export", "--company", company.name)

    lines = told.output.splitlines()
    assert len(lines) == 11
    assert '"action": "did deed 1"' in lines[0]
    assert log()[0].hash.hex() in lines[0]
    assert "exported the audit log" in lines[-1]
