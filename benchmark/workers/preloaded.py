"""What workers import sooner or later, imported once by the process that they are forked from.

A part's file that cannot be imported is none of that process's business: whoever asks for the part imports it as well,
and tells of it in one line. An exception here would end the process, and print its traceback before that line.
"""

import sys
from collections.abc import Iterable
from contextlib import suppress
from importlib import import_module

MODULES = ("benchmark.workers.cohort_scheduler", "benchmark.study.preparation")


def import_ahead(modules: Iterable[str]) -> None:
    """Import modules, those that can be."""
    for module in modules:
        with suppress(Exception):
            import_module(module)


if any("multiprocessing.forkserver" in word for word in sys.orig_argv):  # see `benchmark.workers.fork_server`
    import_ahead(MODULES)
