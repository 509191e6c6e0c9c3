"""The end of a command's process, once everything is done."""

import atexit
import os
import sys

FAILED_FLUSH = 120  # as Python has it: what was printed could not be written


class QuickEnd:
    """Ends the process where Python would begin to free its objects one by one, and prints what is left to print.

    That takes Python seconds after torch and MLflow, and a Ctrl-C would seem unheard. It comes after all that waits for
    the end: other threads, and what is registered with `atexit` from now on. So it is made first.

    Attributes:
        code: The exit code; 1 until it is set, for a process that ends with Python's own traceback.
    """

    def __init__(self) -> None:
        self.code = 1
        atexit.register(self._end)

    def _end(self) -> None:
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()
            except OSError:
                self.code = FAILED_FLUSH
        os._exit(self.code)  # public, underscore and all
