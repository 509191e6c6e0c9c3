"""Ctrl-C: what it does when there is something to end first, and when there is not."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

EXIT_CODE = 130  # as shells have it
LINE = b"ganbench: interrupted\n"


def end_at_once() -> None:
    """From now on Ctrl-C ends this process with one line, wherever it is; who was told to ignore it, does.

    Files are whole or not there at any moment, and processes end with the one that asked for them.
    """
    if _listens():
        signal.signal(signal.SIGINT, _end)


@contextmanager
def raised() -> Iterator[None]:
    """Within it Ctrl-C raises `KeyboardInterrupt`, as Python has it, for what is to be done on the way out."""
    before = signal.getsignal(signal.SIGINT)
    if not _listens():
        yield
        return
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _listens() -> bool:
    """Whether this thread may say what Ctrl-C does, and nobody has said that it is to be ignored."""
    is_main = threading.current_thread() is threading.main_thread()
    return is_main and signal.getsignal(signal.SIGINT) is not signal.SIG_IGN


def _end(*_: object) -> None:
    # No exception, which somebody might catch, and no exit, which would wait for threads. Public, underscore and all.
    os.write(2, LINE)
    os._exit(EXIT_CODE)
