"""The console command `ganbench`: the one door, and the only part of the harness that knows the report."""

import os
import sys

from benchmark.cli.ending import QuickEnd
from benchmark.interrupts import end_at_once


def main() -> None:
    """Run the command line, and end its process with the exit code."""
    end = QuickEnd()
    end.code = run_command_line()
    sys.exit(end.code)


def run_command_line() -> int:
    """Run the command line of `sys.argv`.

    Returns:
        The exit code; Ctrl-C is 130, from the first import on, and ends the process.
    """
    # Imports take a while, and a library may swallow what Ctrl-C raises, or print it. A study takes it otherwise.
    end_at_once()
    # Before torch is imported anywhere: the parent of a study computes nothing that pays for threads.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    from benchmark.cli.console import use_its_letters
    from benchmark.cli.outcome import outcome
    from benchmark.notices import tell_warnings

    use_its_letters()
    tell_warnings()
    return outcome(_command)


def _command() -> int:
    from benchmark.cli.app import run_command

    return run_command()
