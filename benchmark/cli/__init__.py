"""The console command `ganbench`: the one door, and the only part of the harness that knows the report."""

import os
import sys


def main() -> None:
    """Run the command line, and end with its exit code; Ctrl-C is 130, from the first import on."""
    # Before torch is imported anywhere: the parent of a study computes nothing that pays for threads.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    try:
        sys.exit(_outcome())
    except KeyboardInterrupt:  # in the middle of the imports, or while another Ctrl-C is told of
        sys.exit(130)


def _outcome() -> int:
    # It takes a moment: whoever presses Ctrl-C meanwhile wants no traceback either.
    from benchmark.cli.console import use_its_letters
    from benchmark.cli.outcome import outcome
    from benchmark.notices import tell_warnings

    use_its_letters()
    tell_warnings()
    return outcome(_command)


def _command() -> int:
    from benchmark.cli.app import run_command

    return run_command()
