"""The end of a command's process."""

import os
import subprocess
import sys
from pathlib import Path
from typing import IO

import pytest

from benchmark.cli.ending import FAILED_FLUSH

CODE = """
from benchmark.cli.ending import QuickEnd
end = QuickEnd()
import atexit, sys, tempfile, threading, time

class Slow:
    def __del__(self):
        print("taken apart")

kept, folder = Slow(), tempfile.TemporaryDirectory()
atexit.register(lambda: print("registered"))
threading.Thread(target=lambda: (time.sleep(0.2), print("a thread"))).start()
sys.stdout.write(folder.name + "\\n")
end.code = {code}
sys.exit(end.code)
"""


def ended(code: str, stdout: IO[str] | int = subprocess.PIPE) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", CODE.format(code=code)],
        env={name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"},
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("code", [0, 2, 130])
def test_what_waits_for_the_end_is_done_and_nothing_is_taken_apart(code: int) -> None:
    done = ended(str(code))
    folder, *lines = done.stdout.splitlines()
    assert lines == ["a thread", "registered"]
    assert (done.returncode, done.stderr) == (code, "")
    assert not Path(folder).exists()


def test_a_traceback_is_shown_and_is_code_1() -> None:
    done = ended("1 / 0")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == "ZeroDivisionError: division by zero"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full, a disk that is always full")
def test_what_cannot_be_printed_is_no_success() -> None:
    with Path("/dev/full").open("w") as full:
        done = ended("0", stdout=full)
    assert done.returncode == FAILED_FLUSH
