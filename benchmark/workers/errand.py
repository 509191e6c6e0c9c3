"""A function in a process of its own, which ends with its parent, and is called again if something ends it."""

import signal
import traceback
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, ForkServerProcess
from typing import Any, Generic, TypeVar

from benchmark.errors import UserError
from benchmark.processes import end_with_parent
from benchmark.tracebacks import keep_place
from benchmark.workers.main_module import main_kept_out
from benchmark.workers.watchdog import Watchdog

Result = TypeVar("Result")
# What took this many processes down with it is given up.
MOST_LOSSES = 3
# The server that workers are forked from may have been killed; it is started again when it is asked next.
MOST_STARTS = 3
# It may wait long for a download.
PATIENCE = 1800.0


class Errand(Generic[Result]):
    """A call on its way in a process of its own.

    Args:
        context: How processes are started.
        function: What can be pickled, and leads to what can be.
        watchdog: Says when its process stands still.
    """

    def __init__(
        self, context: ForkServerContext, function: Callable[[], Result], watchdog: Watchdog | None = None
    ) -> None:
        self._context = context
        self._function = function
        self._watchdog = watchdog or Watchdog(PATIENCE)
        self._losses = 0
        self._process, self._pipe = self._start()

    @property
    def pid(self) -> int:
        """Of its process."""
        return self._process.pid or 0

    def result(self) -> Result:
        """Wait for the function to end, and give what it gave or raise what it raised.

        Raises:
            UserError: if one process after the other was ended from outside.
        """
        while True:
            try:
                succeeded, outcome = self._receive()
            except (EOFError, OSError):
                self._on_death()
                continue
            self.end()
            if succeeded:
                return outcome  # type: ignore[no-any-return]
            raise outcome

    def end(self) -> None:
        """End its process if it has not ended."""
        self._process.kill()
        self._process.join()
        self._pipe.close()

    def _receive(self) -> tuple[bool, Any]:
        while not self._pipe.poll(self._watchdog.every):
            if self._watchdog.stands_still(self.pid):
                self._process.kill()
        outcome: tuple[bool, Any] = self._pipe.recv()
        return outcome

    def _on_death(self) -> None:
        self.end()
        self._losses += 1
        if self._losses == MOST_LOSSES:
            code = self._process.exitcode
            raise UserError(
                f"preparation: {self._losses} processes were ended from outside, the last with exit code {code}; "
                "is there too little memory? The same command tries again"
            )
        self._process, self._pipe = self._start()

    def _start(self) -> tuple[ForkServerProcess, Connection]:
        ours, theirs = self._context.Pipe()
        process = start_process(self._context, _run, (theirs, self._function), daemon=False)
        theirs.close()
        return process, ours


def start_process(
    context: ForkServerContext, target: Callable[..., None], arguments: tuple[Any, ...], *, daemon: bool
) -> ForkServerProcess:
    """Start a process, again if the server that it is forked from was killed meanwhile.

    Args:
        context: How.
        target: What it calls.
        arguments: With what.
        daemon: Whether it may have no children.
    """
    for attempt in range(MOST_STARTS):
        process = context.Process(target=target, args=arguments, daemon=daemon)
        try:
            with main_kept_out():
                process.start()
            return process
        except (EOFError, OSError):
            if attempt == MOST_STARTS - 1:
                raise
    raise AssertionError


def _run(pipe: Connection, function: Callable[[], object]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent()
    try:
        outcome: tuple[bool, object] = (True, function())
    except Exception as error:
        if not isinstance(error, UserError):
            keep_place(error)
            error.add_note(traceback.format_exc())  # of which nothing else comes through a pipe
        outcome = (False, error)
    with suppress(BrokenPipeError):
        pipe.send(outcome)
