"""The console command `ganbench`: the one door, and the only part of the harness that knows the report."""

import gc
import os
import sys

from benchmark.interrupts import end_at_once


def main() -> None:
    """Run the command line, and end with its exit code; Ctrl-C is 130, from the first import on."""
    # Imports take a while, and a library may swallow what Ctrl-C raises, or print it. A study takes it otherwise.
    end_at_once()
    # Before torch is imported anywhere: the parent of a study computes nothing that pays for threads.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    code = _outcome()
    gc.freeze()  # Python looks through all objects once more at its end: seconds, after torch and MLflow
    sys.exit(code)


def _outcome() -> int:
    from benchmark.cli.console import use_its_letters
    from benchmark.cli.outcome import outcome
    from benchmark.notices import tell_warnings

    use_its_letters()
    tell_warnings()
    return outcome(_command)


def _command() -> int:
    from benchmark.cli.app import run_command

    return run_command()
