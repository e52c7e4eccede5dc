"""The provisioning overview: what it tells, and what its command bar does."""

from datetime import timedelta

import pytest

from envoy_console.entra import audit, jobs, quarantine
from envoy_console.models import EntraCycle, EntraJob
from envoy_console.models.base import new_id, now, table

cycles = table(EntraCycle)
job_rows = table(EntraJob)


def overview(envoy):
    return f"/entra/apps/{envoy.id}/provisioning"


def press(console, envoy, dialog):
    return console.submit(overview(envoy), f"#{dialog} form")


def told(page, term, of="#statistics"):
    """What the list `of` says of a term."""
    (found,) = [dt for dt in page.select(f"{of} dt") if dt.text == term]
    return found.find_next_sibling("dd").get_text(" ", strip=True)


def activities(world):
    rows = world.ask(
        lambda tx: audit.page(tx, world.company.id, category="Provisioning")
    )
    return [row.activity for row in rows]


@pytest.fixture
def running(world, envoy):
    """A cycle that has handled 27 of 42 users and 2 of 4 groups."""
    cycle_id = new_id()

    def begin(tx):
        cycle = cycles.insert().values(
            company_id=world.company.id,
            app_id=envoy.id,
            id=cycle_id,
            kind="initial",
            state="running",
            started_at=now(),
            reaches=1,
            planned_users=42,
            done_users=27,
            planned_groups=4,
            done_groups=2,
        )
        tx.execute(cycle)
        mine = job_rows.c.app_id == envoy.id
        tx.execute(job_rows.update().where(mine).values(cycle_id=cycle_id))

    world.do(begin)
    envoy.configure(is_on=True)
    return envoy


@pytest.fixture
def quarantined(world, envoy):
    """quarantined(reason) -> the app, whose job is in quarantine for it."""

    def put(reason):
        values = {
            "quarantine_reason": reason,
            "quarantine_message": "You appear to have entered invalid credentials.",
            "quarantined_at": now(),
            "quarantine_retries": 1,
            "next_run_at": None if reason == quarantine.TOO_MANY_DELETES else now(),
        }
        mine = job_rows.c.app_id == envoy.id
        world.do(lambda tx: tx.execute(job_rows.update().where(mine).values(values)))
        envoy.configure(is_on=True)
        return envoy

    return put


def test_before_the_first_cycle_nothing_is_complete(console, envoy):
    page = console.get(overview(envoy))

    assert "Initial cycle not run." in page.text
    assert page.select("svg.ring")[0]["aria-label"] == "0% complete"
    assert told(page, "Completed") == "Not yet"
    assert "Nothing has been provisioned yet" in page.text


def test_a_running_cycle_shows_how_far_it_is(console, running):
    page = console.get(overview(running))

    assert "Initial cycle in progress." in page.text
    assert page.select("svg.ring")[0]["aria-label"] == "63% complete"
    meters = [m.get_text(" ", strip=True) for m in page.select(".meter")]
    assert meters == ["Users 27 / 42", "Groups 2 / 4"]
    assert "so far" in told(page, "Duration")


def test_a_completed_cycle_shows_its_statistics(console, world, envoy):
    envoy.assign(users=(world.user("ann"),))
    envoy.cycle()

    page = console.get(overview(envoy))

    assert "Initial cycle completed." in page.text
    assert told(page, "Users") == "1"
    assert "40 minutes sped up 60 times: 40 s" in told(
        page, "Provisioning interval (fixed)"
    )
    assert told(page, "Activity ID", "#technical") == envoy.status.job.cycle_id
    assert told(page, "Job ID", "#technical").endswith(f".{envoy.id}")
    assert "Ann" in page.text


def test_the_overview_asks_for_news_while_something_may_run(console, running):
    (place,) = console.get(overview(running)).select("[data-live-parts]")

    parts = console.part(place["data-live"])

    ids = [tag["id"] for tag in parts.soup.find_all(recursive=False)]
    assert ids == ["state", "neglect", "quarantine", "cycle", "statistics", "technical"]
    assert "63%" in parts.text


def test_the_overview_asks_for_nothing_while_provisioning_is_off(console, envoy):
    assert not console.get(overview(envoy)).select("main [data-live]")


def test_start_begins_a_cycle_and_is_audited(console, world, envoy):
    page = press(console, envoy, "start")

    assert "Provisioning is on. A cycle starts now." in page.text
    assert envoy.row.is_on
    assert envoy.status.job.next_run_at <= now()
    assert activities(world)[0] == "Enable/start provisioning configuration"


def test_stop_begins_no_more_cycles(console, world, envoy):
    press(console, envoy, "start")

    press(console, envoy, "stop")

    assert not envoy.row.is_on
    assert envoy.status.job.next_run_at is None
    assert activities(world)[0] == "Disable/pause provisioning configuration"


def test_restart_asks_for_an_initial_cycle_and_ends_quarantine(
    console, world, quarantined
):
    envoy = quarantined(quarantine.CREDENTIALS)

    page = press(console, envoy, "restart")

    assert "A new initial cycle starts now." in page.text
    assert envoy.status.state == "Active"
    assert envoy.status.job.is_initial_due
    assert activities(world)[0] == "Enable/restart provisioning configuration"


def test_quarantine_is_told_with_its_reason_and_a_remedy(console, quarantined):
    envoy = quarantined(quarantine.CREDENTIALS)

    page = console.get(overview(envoy))

    said = page.select("#quarantine")[0].get_text(" ", strip=True)
    assert (
        "Provisioning has been quarantined. See quarantine details for more information"
        in said
    )
    assert "EncounteredQuarantineException" in said
    assert "You appear to have entered invalid credentials." in said
    assert "What to do Open Edit provisioning" in said
    assert "after 1 try in quarantine" in said
    assert "Allow deletes" not in said


def test_allow_deletes_is_offered_and_lets_them_through(console, world, quarantined):
    envoy = quarantined(quarantine.TOO_MANY_DELETES)
    assert "Allow deletes" in console.get(overview(envoy)).select("#quarantine")[0].text

    press(console, envoy, "allow-deletes")

    assert envoy.status.state == "Active"
    assert envoy.status.job.allows_deletes
    assert activities(world)[0] == "Allow deletes"


def test_deletes_that_do_not_wait_cannot_be_allowed(console, envoy):
    page = console.get(overview(envoy))
    token = page.select("#stop [name=csrf_token], #start [name=csrf_token]")[0]["value"]

    answer = console.http.post(
        f"{overview(envoy)}/allow-deletes", data={"csrf_token": token}
    )

    assert "No deletions wait to be allowed." in answer.text


def test_an_app_without_credentials_cannot_be_started(console, envoy):
    envoy.configure(saved_at=None)

    page = press(console, envoy, "start")

    assert "Provisioning is not configured." in page.text
    assert not envoy.row.is_on


def test_the_dialogs_name_the_effect_and_open_without_scripts(console, envoy):
    page = console.get(f"{overview(envoy)}?ask=restart")

    (dialog,) = page.select("dialog[open]")
    assert "A new initial cycle looks at everybody again" in dialog.text
    assert "Restart provisioning to Envoy?" in dialog.text


@pytest.mark.parametrize(
    ("speed", "here"), [(60, "from 5 failures on"), (1, "from 5,000 failures on")]
)
def test_real_and_training_thresholds_stand_beside_each_other(
    console, world, envoy, speed, here
):
    world.set_speed(speed)

    rows = [
        tr.get_text("|", strip=True) for tr in console.get(overview(envoy)).select("tr")
    ]

    (row,) = [row for row in rows if row.startswith("Too large a part")]
    assert row == (
        "Too large a part of a cycle failed"
        f"|over 40%, from 5,000 failures on|over 40%, {here}"
    )


def test_who_may_not_administer_entra_only_looks(viewer, envoy):
    page = viewer.get(overview(envoy))

    assert "Only global admins can administer the Entra tenant." in page.text
    (opener,) = page.select("button[data-opens=start]")
    assert opener.has_attr("disabled")
    viewer.submit(page, "#start form", status=403)


def test_a_cycle_that_no_worker_takes_up_is_told(console, world, envoy):
    world.do(lambda tx: jobs.start(tx, envoy.id))
    (fresh,) = console.get(overview(envoy)).select("#neglect")
    world.do(
        lambda tx: jobs.update(tx, envoy.id, next_run_at=now() - timedelta(seconds=30))
    )

    (neglected,) = console.get(overview(envoy)).select("#neglect")
    assert fresh.text.strip() == ""
    assert "no worker has taken it up" in neglected.text


def test_the_provisioning_page_ends_with_the_current_status(console, envoy, running):
    page = console.get(f"{overview(envoy)}/edit")

    (ring,) = page.select("#cycle .ring")
    assert ring["aria-label"] == "63% complete"
