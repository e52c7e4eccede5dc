"""Writers to one SQLite file take turns. Two `Turns` are two processes to the lock file."""

import fcntl
import subprocess
import sys
import threading
import time

import pytest
from sqlalchemy.exc import OperationalError

from envoy_console.models.turns import Turns

A_WHILE = 5.0  # longer than anything here should take
SOON = 0.05

HOLDER = """
import fcntl, sys, time
file = open(sys.argv[1], "w")
fcntl.flock(file, fcntl.LOCK_EX)
print("held", flush=True)
time.sleep(60)
"""


@pytest.fixture
def lock(tmp_path):
    return str(tmp_path / "database.lock")


def give_up(turns):
    with pytest.raises(OperationalError), turns.taken(SOON):
        pass


def is_free(lock):
    with open(lock) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


def comes_true(condition):
    deadline = time.monotonic() + A_WHILE
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.001)
    return True


def in_background(work):
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def test_whoever_waits_too_long_is_told(lock):
    with Turns(lock).taken(A_WHILE):
        give_up(Turns(lock))


def test_whoever_waits_too_long_for_another_thread_is_told(lock):
    turns = Turns(lock)

    with turns.taken(A_WHILE):
        give_up(turns)


def test_whoever_waits_is_next(lock):
    waiting, had = Turns(lock), threading.Event()

    def wait():
        with waiting.taken(A_WHILE):
            had.set()

    with Turns(lock).taken(A_WHILE):
        thread = in_background(wait)
        assert not had.wait(SOON)

    thread.join(A_WHILE)
    assert had.is_set()


def test_whoever_gave_up_stands_in_nobodys_way(lock):
    impatient = Turns(lock)

    with Turns(lock).taken(A_WHILE):
        give_up(impatient)

    assert comes_true(lambda: is_free(lock))
    with Turns(lock).taken(A_WHILE):
        assert not is_free(lock)


def test_whoever_gave_up_may_come_again_while_others_still_write(lock):
    impatient, had = Turns(lock), threading.Event()

    def wait():
        with impatient.taken(A_WHILE):
            had.set()
            assert not is_free(lock)

    with Turns(lock).taken(A_WHILE):
        give_up(impatient)
        give_up(impatient)
        thread = in_background(wait)
        assert not had.wait(SOON)

    thread.join(A_WHILE)
    assert had.is_set()
    assert comes_true(lambda: is_free(lock))


def test_a_turn_that_a_process_took_to_its_grave_is_free(lock):
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, lock], stdout=subprocess.PIPE
    ) as holder:
        holder.stdout.readline()
        waiting, had = Turns(lock), threading.Event()

        def wait():
            with waiting.taken(A_WHILE):
                had.set()

        thread = in_background(wait)
        assert not had.wait(SOON)
        holder.kill()
        thread.join(A_WHILE)

    assert had.is_set()


def test_nobody_writes_while_somebody_else_does(lock):
    processes = [Turns(lock) for _ in range(3)]
    inside, most, rounds = [], [], 100

    def write(turns):
        for _ in range(rounds):
            with turns.taken(A_WHILE):
                inside.append(1)
                most.append(len(inside))
                time.sleep(0)  # let others try
                inside.pop()

    threads = [in_background(lambda t=t: write(t)) for t in processes * 3]
    for thread in threads:
        thread.join(A_WHILE * 4)

    assert len(most) == rounds * len(threads)
    assert max(most) == 1


def test_a_lock_file_that_cannot_be_opened_is_a_busy_database(tmp_path):
    nowhere = Turns(str(tmp_path / "nowhere" / "database.lock"))

    with pytest.raises(OperationalError), nowhere.taken(A_WHILE):
        pass
