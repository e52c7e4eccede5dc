"""Writers to one SQLite file take turns. Two `Turns` are two processes to the lock file."""

import fcntl
import os
import signal
import subprocess
import sys
import threading
import time

import pytest
from sqlalchemy.exc import OperationalError

from envoy_console.models.turns import Turns
from tests.harness.worker import wait_until

A_WHILE = 60.0  # longer than anything here takes, also where many tests run
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


@pytest.fixture
def interrupt():
    """Have the main thread stop what it is doing, as Ctrl+C does, a little later."""

    def stop(_number, _frame):
        raise KeyboardInterrupt

    former = signal.signal(signal.SIGUSR1, stop)
    yield threading.Timer(SOON, os.kill, [os.getpid(), signal.SIGUSR1]).start
    signal.signal(signal.SIGUSR1, former)


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


def in_background(work):
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


class Waiter:
    """Somebody who waits in the background, and remembers whether the turn came."""

    def __init__(self, turns):
        self.has_had_it = False
        self._turns, self._came = turns, threading.Event()
        self._thread = in_background(self._wait)
        assert self._came.wait(A_WHILE)
        time.sleep(SOON)  # to stand in line

    def is_done(self):
        self._thread.join(A_WHILE)
        return self.has_had_it

    def _wait(self):
        self._came.set()
        with self._turns.taken(A_WHILE):
            self.has_had_it = True


def test_whoever_waits_too_long_is_told(lock):
    with Turns(lock).taken(A_WHILE):
        give_up(Turns(lock))


def test_whoever_waits_too_long_for_another_thread_is_told(lock):
    turns = Turns(lock)

    with turns.taken(A_WHILE):
        give_up(turns)


def test_whoever_waits_has_the_turn_once_it_is_given_back(lock):
    with Turns(lock).taken(A_WHILE):
        waiter = Waiter(Turns(lock))
        assert not waiter.has_had_it

    assert waiter.is_done()


def test_whoever_gave_up_stands_in_nobodys_way(lock):
    impatient = Turns(lock)

    with Turns(lock).taken(A_WHILE):
        give_up(impatient)
    time.sleep(SOON)  # for whoever stands in line in vain

    wait_until(lambda: is_free(lock))
    with Turns(lock).taken(A_WHILE):
        assert not is_free(lock)


def test_whoever_gave_up_may_come_again_while_others_still_write(lock):
    impatient = Turns(lock)

    with Turns(lock).taken(A_WHILE):
        give_up(impatient)
        give_up(impatient)
        waiter = Waiter(impatient)
        assert not waiter.has_had_it

    assert waiter.is_done()
    wait_until(lambda: is_free(lock))


def test_a_turn_that_a_process_took_to_its_grave_is_free(lock):
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, lock], stdout=subprocess.PIPE
    ) as holder:
        try:
            holder.stdout.readline()
            waiter = Waiter(Turns(lock))
            assert not waiter.has_had_it
        finally:
            holder.kill()
        assert waiter.is_done()


def test_whoever_is_interrupted_while_waiting_leaves_the_turn_to_others(
    lock, interrupt
):
    told_to_end = Turns(lock)

    with Turns(lock).taken(A_WHILE):
        interrupt()
        with pytest.raises(KeyboardInterrupt), told_to_end.taken(A_WHILE):
            pass
    time.sleep(SOON)

    wait_until(lambda: is_free(lock))
    with told_to_end.taken(A_WHILE):
        assert not is_free(lock)


def test_where_no_thread_can_be_started_a_writer_is_told_to_come_back(
    lock, monkeypatch
):
    crowded = Turns(lock)

    with Turns(lock).taken(A_WHILE):
        with monkeypatch.context() as patched:
            patched.setattr(threading.Thread, "start", _refuse)
            give_up(crowded)
        waiter = Waiter(crowded)

    assert waiter.is_done()


def _refuse(_thread):
    raise RuntimeError("can't start new thread")


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
        thread.join(A_WHILE)

    assert len(most) == rounds * len(threads)
    assert max(most) == 1


def test_a_lock_file_that_cannot_be_opened_is_a_busy_database(tmp_path):
    nowhere = Turns(str(tmp_path / "nowhere" / "database.lock"))

    with pytest.raises(OperationalError), nowhere.taken(A_WHILE):
        pass
