"""A command that is interrupted as a terminal does it: all of its processes at once, at any moment."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

COMMAND = (sys.executable, "-m", "benchmark", "run", "--study", "smoke", "--variant", "gan-mlp", "--workers", "1")
PATIENCE = 60.0  # seconds for what may have to share its core
SIGNS_OF_A_TRACEBACK = ("Traceback", "Exception ignored", 'File "')


@dataclass(frozen=True)
class Ending:
    """How it ended.

    Attributes:
        seconds: After which it was interrupted.
        exit_code: 130 if it could say so, and -2 before Python listens at all.
        error: What it printed where errors go.
        took: Seconds from the signal to the end of the last of its processes.
    """

    seconds: float
    exit_code: int
    error: str
    took: float

    @property
    def has_traceback(self) -> bool:
        return any(sign in self.error for sign in SIGNS_OF_A_TRACEBACK)


def interrupted(seconds: float, where: Path) -> Ending:
    """Start a study of one variant, and interrupt it after some seconds."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "PYTHONSAFEPATH": "1"}
    process = subprocess.Popen(
        COMMAND, cwd=where, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip
    time.sleep(seconds)
    began = time.monotonic()
    os.killpg(process.pid, signal.SIGINT)
    _, error = process.communicate(timeout=PATIENCE)
    while _lives(process.pid) and time.monotonic() - began < PATIENCE:
        time.sleep(0.05)
    return Ending(seconds, process.returncode, error, time.monotonic() - began)


def _lives(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True
