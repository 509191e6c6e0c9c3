"""Who stands still: real processes that sleep, compute, and are stopped."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import pytest

from benchmark.workers.watchdog import PATIENCE_FACTOR, Watchdog

BUSY = "while True: pass"
EVERY = 0.5


@pytest.fixture
def start() -> Iterator[Callable[[str], subprocess.Popen[bytes]]]:
    started: list[subprocess.Popen[bytes]] = []

    def begin(program: str) -> subprocess.Popen[bytes]:
        started.append(subprocess.Popen([sys.executable, "-c", program]))
        return started[-1]

    yield begin
    for process in started:
        process.kill()
        process.wait()


def given_up(watchdog: Watchdog, pid: int, seconds: float) -> bool:
    """Whether a process is given up within so many seconds."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if watchdog.stands_still(pid):
            return True
        time.sleep(EVERY / 5)
    return False


def test_a_stopped_process_is_given_up_and_one_that_computes_is_not(
    start: Callable[[str], subprocess.Popen[bytes]],
) -> None:
    busy = start(BUSY)
    watchdog = Watchdog(least_patience=6.0, every=EVERY)
    watchdog.heard(busy.pid)
    assert not given_up(watchdog, busy.pid, 10.0)
    watchdog = Watchdog(least_patience=3.0, every=EVERY)
    busy.send_signal(signal.SIGSTOP)
    time.sleep(EVERY)
    assert given_up(watchdog, busy.pid, 30.0)


def test_a_word_is_a_sign_of_life_and_the_longest_silence_makes_patient(
    start: Callable[[str], subprocess.Popen[bytes]],
) -> None:
    silent = start("import time; time.sleep(3600)")
    time.sleep(3.0)  # until it has come to its sleep
    watchdog = Watchdog(least_patience=2.0, every=EVERY)
    watchdog.heard(silent.pid)
    assert watchdog.limit == 2.0
    assert given_up(watchdog, silent.pid, 30.0)
    watchdog.heard(silent.pid)
    assert watchdog.limit >= PATIENCE_FACTOR * 2.0
    assert not watchdog.stands_still(silent.pid)


def test_looks_that_come_late_count_as_two_at_most(start: Callable[[str], subprocess.Popen[bytes]]) -> None:
    """The parent itself may have been stopped, with all the others."""
    silent = start("import time; time.sleep(3600)")
    time.sleep(3.0)
    watchdog = Watchdog(least_patience=1.5, every=EVERY)
    watchdog.heard(silent.pid)
    time.sleep(3.0)
    assert not watchdog.stands_still(silent.pid)
