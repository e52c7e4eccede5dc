"""How long a session lasts, what gives it a new id, and who is held up by guesses."""

import contextlib
import subprocess
import sys
from datetime import timedelta

import httpx2
import pytest
import sqlalchemy as sa

from envoy_console.directory import passwords, sessions, signing_in, throttle
from envoy_console.models.base import now
from envoy_console.models.transactions import write
from tests import builders

FORM = "main form"
MINE = sessions.sessions
A_FEW = 5  # each pause is twice as long as the one before, and lets one more in


@pytest.fixture
def grow_old(app, company):
    """grow_old(seen_at=timedelta) -> make the admin's sessions so much older."""

    def older(**ages):
        mine = MINE.c.account_id == company.account_id
        values = {name: now() - age for name, age in ages.items()}
        with app.app_context():
            write(lambda tx: tx.execute(MINE.update().where(mine).values(values)))

    return older


@pytest.fixture
def guess(app):
    """guess(email, source) -> whether one wrong password was judged at all."""

    def attempt(email, source):
        with app.app_context():
            try:
                assert signing_in.sign_in(email, "wrong", source=source) is None
            except throttle.ThrottledError:
                return False
        return True

    return attempt


@pytest.mark.parametrize(
    ("ages", "is_open"),
    [
        ({"seen_at": timedelta(minutes=29)}, True),
        ({"seen_at": timedelta(minutes=31)}, False),
        ({"created_at": timedelta(hours=11, minutes=59)}, True),
        ({"created_at": timedelta(hours=12, minutes=1)}, False),
    ],
)
def test_a_session_ends_when_idle_and_in_any_case_after_half_a_day(
    console, grow_old, ages, is_open
):
    grow_old(**ages)

    assert console.get("/employees").path.startswith("/sign-in") is not is_open


def test_giving_the_password_again_makes_the_old_cookie_worthless(
    server, console, company
):
    stolen = console.http.cookies["session"]
    page = console.submit("/confirm", FORM, password=company.password)

    assert "Confirmed" in page.text
    assert console.get("/employees").path == "/employees"
    thief = httpx2.Client(base_url=server, cookies={"session": stolen})
    with thief:
        answer = thief.get("/employees")
    assert answer.headers["Location"].startswith("/sign-in")


def test_another_role_ends_the_sessions_of_whoever_gets_it(
    console, company, colleague, post
):
    viewer = colleague("viewer")
    page = console.get("/settings/admins")
    (theirs,) = (
        form["action"]
        for form in page.select("form[action$='/role']")
        if company.account_id not in form["action"]
    )

    post(console, theirs, role="location_admin")

    assert viewer.get("/employees").path.startswith("/sign-in")


def test_only_a_digest_of_the_session_is_stored(app, console, company):
    with app.app_context():
        ids = write(lambda tx: tx.execute(sa.select(MINE.c.id)).scalars().all())

    assert all(len(each) == 64 and int(each, 16) for each in ids)
    assert not [each for each in ids if each in console.http.cookies["session"]]


def test_guesses_from_one_address_do_not_lock_the_owner_out(stranger, company, guess):
    judged = [guess(company.email, "198.51.100.7") for _ in range(20)]

    assert 0 <= judged.count(True) - throttle.FREE_PER_ACCOUNT <= A_FEW
    assert stranger.sign_in(company).path == "/"


def test_guesses_from_everywhere_are_few_as_well(company, guess):
    judged = [guess(company.email, f"198.51.100.{n}") for n in range(200)]

    assert 0 <= judged.count(True) - throttle.FREE_FROM_ANYWHERE <= A_FEW


def test_one_address_does_not_guess_at_many_accounts(guess):
    judged = [guess(f"{n}@guessed.example", "203.0.113.9") for n in range(200)]

    assert 0 <= judged.count(True) - throttle.FREE_PER_SOURCE <= A_FEW


def test_a_right_password_of_ones_own_does_not_wipe_out_guesses(app, company, guess):
    """Who has an account guesses at those of others, and signs in every now and then."""
    source, judged = "203.0.113.10", []
    for n in range(200):
        judged.append(guess(f"{n}@guessed.example", source))
        if n % 20 == 0 and judged[-1]:
            with app.app_context(), contextlib.suppress(throttle.ThrottledError):
                signing_in.sign_in(company.email, company.password, source=source)

    assert 0 <= judged.count(True) - throttle.FREE_PER_SOURCE <= A_FEW


def test_right_passwords_of_a_whole_class_hold_nobody_up(app, company):
    source = "203.0.113.11"
    with app.app_context():
        for _ in range(throttle.FREE_PER_SOURCE + A_FEW):
            assert signing_in.sign_in(company.email, company.password, source=source)


def test_a_class_forgives_each_others_slips(app, guess):
    source, judged = "203.0.113.13", []
    for _ in range(4):
        student = builders.found_company(app)
        judged += [guess(f"{n}@slip.example", source) for n in range(50)]
        with app.app_context():
            assert signing_in.sign_in(student.email, student.password, source=source)

    assert judged.count(False) == 0


def test_one_network_of_ipv6_is_one_address(guess):
    """Whoever has one address of a /64 has as many as they like."""
    judged = [
        guess(f"{n}@guessed.example", f"2001:db8:0:7:{n:x}::1") for n in range(200)
    ]

    assert 0 <= judged.count(True) - throttle.FREE_PER_SOURCE <= A_FEW
    assert guess("1@guessed.example", "2001:db8:0:8::1")


def test_ipv4_within_ipv6_is_not_one_network(guess):
    held_up = [guess(f"{n}@guessed.example", "::ffff:192.0.2.1") for n in range(200)]

    assert held_up.count(False) > 0
    assert guess("1@guessed.example", "::ffff:192.0.2.2")


def test_a_password_that_changes_while_it_is_judged_opens_nothing(
    app, company, monkeypatch
):
    """Judging takes a while, and what a new password ends must not be opened after it."""
    judge = passwords.verify

    def slowly(stored, password):
        is_right = judge(stored, password)
        app.test_cli_runner().invoke(args=["account", "reset-password", company.email])
        return is_right

    monkeypatch.setattr(passwords, "verify", slowly)
    with app.app_context():
        opened = signing_in.sign_in(
            company.email, company.password, source="203.0.113.12"
        )

    assert opened is None


def test_the_command_line_lets_in_who_is_held_up(app, stranger, company, guess):
    for n in range(throttle.FREE_FROM_ANYWHERE + 5):
        guess(company.email, f"198.51.100.{n}")
    told = app.test_cli_runner().invoke(
        args=["account", "reset-password", company.email]
    )
    password = told.output.split()[-1]
    page = stranger.submit("/sign-in", FORM, email=company.email, password=password)

    assert page.path == "/"


def test_a_name_that_folding_makes_long_is_only_wrong(stranger):
    page = stranger.submit(
        "/sign-in", FORM, status=422, email="\ufdfa" * 254, password="x"
    )

    assert "do not match" in page.text


def test_an_unknown_account_costs_as_much_as_a_known_one(monkeypatch, company, guess):
    checked = []

    class Watched:
        def hash(self, password):
            return passwords_hasher.hash(password)

        def verify(self, stored, password):
            checked.append(stored)
            return passwords_hasher.verify(stored, password)

    passwords_hasher = passwords.HASHER
    monkeypatch.setattr(passwords, "HASHER", Watched())
    guess(company.email, "198.51.100.20")
    guess("nobody@contoso.example", "198.51.100.20")

    known, unknown = checked
    assert known.split("$")[:4] == unknown.split("$")[:4]
    assert unknown.startswith("$argon2id$")


def test_passwords_are_hashed_as_dearly_as_owasp_asks():
    make = "from envoy_console.directory import passwords as p; print(p.hashed('x'))"
    made = subprocess.check_output([sys.executable, "-c", make], text=True)

    assert made.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
