"""Ctrl-C, at once and raised."""

import random
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from interrupted_start import interrupted

from benchmark.interrupts import raised

AT_ONCE = """
import signal
from benchmark.interrupts import end_at_once
{before}
end_at_once()
try:
    signal.raise_signal(signal.SIGINT)
except BaseException:  # as some library may
    pass
print("goes on")
"""


def ended(before: str = "") -> tuple[int, str, str]:
    words = [sys.executable, "-c", AT_ONCE.format(before=before)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


def test_it_ends_at_once_and_nobody_can_catch_it() -> None:
    assert ended() == (130, "", "ganbench: interrupted\n")


def test_who_was_told_to_ignore_it_does() -> None:
    assert ended("signal.signal(signal.SIGINT, signal.SIG_IGN)") == (0, "goes on\n", "")


def test_where_there_is_something_to_end_first_it_is_raised_and_then_as_before() -> None:
    heard: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: heard.append(number))
    try:
        with pytest.raises(KeyboardInterrupt), raised():
            signal.raise_signal(signal.SIGINT)
        assert heard == []
        signal.raise_signal(signal.SIGINT)
        assert heard == [signal.SIGINT]
    finally:
        signal.signal(signal.SIGINT, before)


def test_other_threads_have_no_say() -> None:
    before, seen = signal.getsignal(signal.SIGINT), []

    def look() -> None:
        with raised():
            seen.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert seen == [before]


@pytest.mark.long
def test_at_any_moment_of_a_start_there_is_no_traceback_and_nobody_left(tmp_path: Path) -> None:
    draw = random.Random(0)
    endings = [interrupted(draw.uniform(0.3, 6), tmp_path) for _ in range(6)]
    assert [each for each in endings if each.has_traceback or each.took > 20] == []
    assert {each.exit_code for each in endings} <= {130, -signal.SIGINT}
